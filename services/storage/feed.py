"""What a calendar feed is made from: the sessions and deadlines of a span, the latest first, one statement each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.cycle.records import Convening, CycleKind
from services.domain.cycle.state import CycleState
from services.domain.message import Interval
from services.storage import queries, tables
from services.storage.rows import DeadlineRow
from services.wire.message import from_json


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRow:
    """A cycle's session as it stands; ``proposed_at`` is when the cycle was, ``closed_at`` when it ended, if it has."""

    stream: str
    body: str
    number: int
    kind: CycleKind
    state: CycleState
    starts: datetime
    ends: datetime
    zone: str
    proposed_at: datetime
    closed_at: datetime | None
    convening: Convening | None

    @property
    def guests(self) -> frozenset[str]:
        """Return the guests its convening notice named."""
        return frozenset(self.convening.guests) if self.convening else frozenset()


async def sessions(connection: AsyncConnection, *, within: Interval, limit: int) -> Sequence[SessionRow]:
    """Return the sessions that start within a span, the latest first."""
    t, state = tables.cycle, tables.snapshot.c.state
    query = (
        select(
            *(t.c[name] for name in ("stream", "body", "number", "state")),
            t.c.cycle_kind.label("kind"),
            t.c.starts_at.label("starts"),
            t.c.ends_at.label("ends"),
            *(state[name].label(name) for name in ("zone", "proposed_at", "closed_at", "convening")),
        )
        .join(tables.snapshot, tables.snapshot.c.stream == t.c.stream)
        .where(t.c.starts_at >= within.start, t.c.starts_at < within.end)
        .order_by(t.c.starts_at.desc(), t.c.stream.desc())
        .limit(limit)
    )
    rows = (await connection.execute(query)).mappings()
    return [
        SessionRow(
            **{
                **row,
                "kind": CycleKind(row["kind"]),
                "state": CycleState(row["state"]),
                "proposed_at": from_json(datetime, row["proposed_at"]),
                "closed_at": from_json(datetime, row["closed_at"]) if row["closed_at"] else None,
                "convening": from_json(Convening, row["convening"]) if row["convening"] else None,
            }
        )
        for row in rows
    ]


async def deadlines(
    connection: AsyncConnection, *, seen: Collection[queries.OwnerAndBody], within: Interval, limit: int
) -> Sequence[DeadlineRow]:
    """Return the deadlines of pairs of entity and body that fall within a span, the latest first."""
    t = tables.deadline
    query = (
        queries.deadlines_of(seen)
        .where(t.c.due_at >= within.start, t.c.due_at < within.end)
        .order_by(t.c.due_at.desc(), t.c.stream.desc(), t.c.label.desc(), t.c.entity.desc(), t.c.ordinal.desc())
        .limit(limit)
    )
    return [DeadlineRow(**row) for row in (await connection.execute(query)).mappings()]


async def begun(connection: AsyncConnection, streams: Iterable[str]) -> Mapping[str, datetime]:
    """Return when streams began, in whole seconds."""
    t = tables.ledger
    query = select(t.c.stream, func.date_trunc("second", t.c.at).label("at")).where(
        t.c.version == 1, t.c.stream.in_(sorted(set(streams)))
    )
    return {row.stream: row.at for row in await connection.execute(query)}
