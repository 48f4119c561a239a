"""In which order a list is asked for: by a field that it documents, rising or, with a minus before it, falling."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import Query

from services.storage.order import Order

TOLD: Final = "By which field the list is sorted; with `-` before it the last comes first. Ties go by id."

CycleSort = Annotated[
    Literal["starts", "-starts", "ends", "-ends", "number", "-number"], Query(alias="sort", description=TOLD)
]
ProcedureSort = Annotated[
    Literal["opened_at", "-opened_at", "expires_at", "-expires_at"], Query(alias="sort", description=TOLD)
]
ActionSort = Annotated[
    Literal["due_at", "-due_at", "owner", "-owner", "state", "-state"], Query(alias="sort", description=TOLD)
]
DeadlineSort = Annotated[
    Literal["due_at", "-due_at", "label", "-label", "entity", "-entity"], Query(alias="sort", description=TOLD)
]
WaitSort = Annotated[
    Literal["since", "-since", "what", "-what", "entity", "-entity"], Query(alias="sort", description=TOLD)
]
NoticeSort = Annotated[
    Literal["queued_at", "-queued_at", "notice", "-notice", "entity", "-entity"],
    Query(alias="sort", description=TOLD),
]
CommandSort = Annotated[
    Literal["received_at", "-received_at", "kind", "-kind", "status", "-status"],
    Query(alias="sort", description=TOLD),
]
CodeSort = Annotated[Literal["code", "-code"], Query(alias="sort", description=TOLD)]
CalendarSort = Annotated[Literal["delegation", "-delegation"], Query(alias="sort", description=TOLD)]
PersonSort = Annotated[Literal["person", "-person"], Query(alias="sort", description=TOLD)]
AppointmentSort = Annotated[
    Literal["appointment", "-appointment", "since", "-since", "role", "-role"], Query(alias="sort", description=TOLD)
]
KeySort = Annotated[
    Literal["id", "-id", "issued_at", "-issued_at", "expires_at", "-expires_at"], Query(alias="sort", description=TOLD)
]
PolicySort = Annotated[
    Literal["name", "-name", "since", "-since", "kind", "-kind"], Query(alias="sort", description=TOLD)
]


def order_of(sort: str) -> Order:
    """Return the order that is asked for."""
    return Order(field=sort.removeprefix("-"), is_falling=sort.startswith("-"))
