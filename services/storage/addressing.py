"""Who is written to: the holders of a role at an instant, or who stands in for them (domain.md 5.2 h)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.message import Content
from services.wire.message import from_json_text

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


HOLDERS = """
select a.entity, a.body, a.person, a.role, p.name::text, p.address::text
from appointment a join person p on p.id = a.person
where a.entity = any($1::text[]) and a.since <= $2 and (a.until is null or a.until > $2)
order by a.id
"""


async def recipients(
    connection: AsyncConnection, *, entity: str, role: str, body: str | None, at: datetime
) -> Sequence[Recipient]:
    """Return the holders of the first role in line that anybody holds at an instant; nobody if none does."""
    found = await recipients_of(connection, [{"entity": entity, "role": role, "body": body}], at=at)
    return found[0]


async def recipients_of(
    connection: AsyncConnection, addressees: Sequence[Mapping[str, Any]], *, at: datetime
) -> list[Sequence[Recipient]]:
    """Return the recipients for each of several addressees, as ``recipients`` does."""
    entities = sorted({to["entity"] for to in addressees})
    rows = (await connection.exec_driver_sql(HOLDERS, (entities, at))).all() if entities else []
    return [
        _in_line(to["role"], [r for r in rows if r.entity == to["entity"] and r.body in (None, to.get("body") or "")])
        for to in addressees
    ]


def _in_line(role: str, rows: Sequence[Row[Any]]) -> Sequence[Recipient]:
    for wanted in STAND_INS.get(role, (role,)):
        holders = {row.person: row for row in rows if row.role == wanted}
        if holders:
            return [
                Recipient(
                    person=row.person,
                    role=row.role,
                    name=_content(row.name),
                    address=_content(row.address),
                )
                for row in holders.values()
            ]
    return []


def _content(text: str | None) -> Content | None:
    return None if text in (None, "null") else from_json_text(Content, text or "")
