"""Sessions of a span of time and the persons named for them, as references; who may see them is decided above."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.message import Content
from services.storage import tables
from services.wire.message import from_json

STATE = tables.snapshot.c.state
#: A session that is not to be held any more.
OFF = "cancelled"
DECLINED = "declined"


@dataclass(frozen=True, kw_only=True, slots=True)
class SittingRow:
    """The session of a cycle, with whom each entity sends to it; entities that declined send nobody."""

    body: str
    number: int
    kind: str
    starts: datetime
    ends: datetime
    guests: tuple[str, ...]
    persons: tuple[tuple[str, Content], ...]


async def sittings(
    connection: AsyncConnection, *, since: datetime, until: datetime, limit: int
) -> Sequence[SittingRow]:
    """Return the sessions that touch [since, until) and are not cancelled, the first first."""
    t = tables.cycle
    rows = await connection.execute(
        select(
            t.c.body,
            t.c.number,
            t.c.cycle_kind,
            t.c.starts_at,
            t.c.ends_at,
            STATE["convening"]["guests"],
            STATE["credentials"],
            STATE["responses"],
        )
        .join(tables.snapshot, tables.snapshot.c.stream == t.c.stream)
        .where(t.c.ends_at > since, t.c.starts_at < until, t.c.state != OFF)
        .order_by(t.c.starts_at, t.c.stream)
        .limit(limit)
    )
    return [
        SittingRow(
            body=body,
            number=number,
            kind=kind,
            starts=starts,
            ends=ends,
            guests=tuple(guests or ()),
            persons=tuple(
                (entity, from_json(Content, each["person"]))
                for entity, named in (credentials or {}).items()
                if (responses or {}).get(entity, {}).get("answer") != DECLINED
                for each in named
            ),
        )
        for body, number, kind, starts, ends, guests, credentials, responses in rows
    ]
