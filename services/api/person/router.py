"""Routes of persons."""

from __future__ import annotations

from fastapi import APIRouter

from services.api.command_route import CommandRoute, command_router
from services.api.dependencies import AskedPage, EntityQuery, Reader
from services.api.person.people import look_at_person, people_of
from services.api.person.schemas import PersonRead
from services.api.read_route import reads
from services.api.showing import Page
from services.api.sorting import PersonSort, order_of
from services.domain.register import commands as asked

router = APIRouter(tags=["person"])


@router.get("/persons", **reads("read_people"))
async def list_persons(
    reader: Reader, page: AskedPage, entity: EntityQuery = None, sort: PersonSort = "person"
) -> Page[PersonRead]:
    """List the persons of an entity, one's own unless another is named."""
    wanted = people_of(reader, entity)
    persons = (p for p in reader.register.persons.values() if wanted in {"", p.entity})
    return await reader.show(Page[PersonRead], page.among(persons, lambda person: person.person, order_of(sort)))


router.include_router(
    command_router(
        "person",
        [
            CommandRoute(command=asked.EnrolPerson, path="/persons", stream="register"),
            CommandRoute(
                command=asked.ErasePerson,
                path="/persons/{id}/erasure",
                stream="register",
                placed={"person": "id"},
                look=look_at_person,
            ),
        ],
    )
)
