"""Routes of appointments."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from services.api.appointment.schemas import AppointmentRead
from services.api.command_route import CommandRoute, command_router
from services.api.dependencies import AskedPage, EntityQuery, Reader
from services.api.person.people import look_at_appointment, people_of
from services.api.read_route import reads
from services.api.showing import Page, parts_of
from services.api.sorting import AppointmentSort, order_of
from services.domain.register import commands as asked
from services.domain.register.state import Role

router = APIRouter(tags=["appointment"])
RoleQuery = Annotated[Role | None, Query(description="Only appointments to this role.")]
HoldsQuery = Annotated[bool | None, Query(description="Only appointments that hold, or do not hold, now.")]


@router.get("/appointments", **reads("read_people"))
async def list_appointments(
    reader: Reader,
    page: AskedPage,
    entity: EntityQuery = None,
    role: RoleQuery = None,
    holds: HoldsQuery = None,
    sort: AppointmentSort = "appointment",
) -> Page[AppointmentRead]:
    """List the appointments to the seat of an entity, one's own unless another is named."""
    wanted = people_of(reader, entity)
    held = (
        a
        for a in reader.register.appointments.values()
        if wanted in {"", a.seat} and role in {None, a.role} and holds in {None, a.holds_at(reader.at)}
    )
    found = page.among(held, lambda appointment: appointment.appointment, order_of(sort))
    items = [parts_of(a, holds=a.holds_at(reader.at)) for a in found["items"]]
    return await reader.show(Page[AppointmentRead], {**found, "items": items})


router.include_router(
    command_router(
        "appointment",
        [
            CommandRoute(command=asked.Appoint, path="/appointments", stream="register"),
            CommandRoute(
                command=asked.EndAppointment,
                path="/appointments/{id}/end",
                stream="register",
                placed={"appointment": "id"},
                look=look_at_appointment,
            ),
        ],
    )
)
