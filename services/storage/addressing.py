"""Who is written to: the holders of a role at an instant, or who stands in for them (domain.md 5.2 h)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.message import Content
from services.storage.tables import appointment, person
from services.wire.message import from_json

#: Who is written to when nobody holds a role; a vacant chair goes to the coordinator (domain.md 5.1).
STAND_INS = {
    "chair": ("chair", "coordinator", "head_of_entity"),
    "coordinator": ("coordinator", "chair", "head_of_entity"),
    "alternate": ("alternate", "head_of_delegation", "head_of_entity"),
    "focal_point": ("focal_point", "alternate", "head_of_delegation", "head_of_entity"),
    "head_of_entity": ("head_of_entity", "alternate"),
    "head_of_delegation": ("head_of_delegation", "alternate", "head_of_entity"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """A person to write to, with references to name and address."""

    person: str
    role: str
    name: Content | None
    address: Content | None


async def recipients(
    connection: AsyncConnection, *, entity: str, role: str, body: str | None, at: datetime
) -> Sequence[Recipient]:
    """Return the holders of the first role in line that anybody holds at an instant; nobody if none does."""
    rows = (
        await connection.execute(
            select(appointment.c.person, appointment.c.role, person.c.name, person.c.address)
            .join(person, person.c.id == appointment.c.person)
            .where(
                appointment.c.entity == entity,
                appointment.c.since <= at,
                or_(appointment.c.until.is_(None), appointment.c.until > at),
                or_(appointment.c.body.is_(None), appointment.c.body == (body or "")),
            )
            .order_by(appointment.c.id)
        )
    ).all()
    for wanted in STAND_INS.get(role, (role,)):
        holders = {row.person: row for row in rows if row.role == wanted}
        if holders:
            return [
                Recipient(
                    person=row.person,
                    role=row.role,
                    name=from_json(Content, row.name) if row.name else None,
                    address=from_json(Content, row.address) if row.address else None,
                )
                for row in holders.values()
            ]
    return []
