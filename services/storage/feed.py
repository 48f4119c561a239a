"""What a calendar feed is made from: the sessions and deadlines of a span, the latest first, one statement each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    """
    A cycle's session as it stands; ``proposed_at`` is when the cycle was, ``closed_at`` when it ended, if it has.

    ``scheduled_at`` is when it was first to start; it was moved ``moves`` times, last at ``moved_at``. ``was_held_off``
    says that the proposal was taken back or its session skipped, so that nobody ever was to come.
    """

    stream: str
    body: str
    number: int
    kind: CycleKind
    state: CycleState
    starts: datetime
    ends: datetime
    zone: str
    scheduled_at: datetime
    proposed_at: datetime
    moves: int
    moved_at: datetime | None
    closed_at: datetime | None
    convening: Convening | None
    was_held_off: bool

    @property
    def guests(self) -> frozenset[str]:
        """Return the guests its convening notice named."""
        return frozenset(self.convening.guests) if self.convening else frozenset()


async def sessions(connection: AsyncConnection, *, within: Interval, limit: int) -> Sequence[SessionRow]:
    """Return the sessions that start within a span, the latest first."""
    t, state = tables.cycle, tables.snapshot.c.state
    before = state["superseded"]
    query = (
        select(
            *(t.c[name] for name in ("stream", "body", "number", "state")),
            t.c.cycle_kind.label("kind"),
            t.c.starts_at.label("starts"),
            t.c.ends_at.label("ends"),
            *(state[name].label(name) for name in ("zone", "proposed_at", "closed_at", "convening")),
            *(state[name].label(name) for name in ("is_skipped", "ended_for")),
            before[0]["starts"].label("scheduled_at"),
            before[-1]["replaced_at"].label("moved_at"),
            func.coalesce(func.jsonb_array_length(before), 0).label("moves"),
        )
        .join(tables.snapshot, tables.snapshot.c.stream == t.c.stream)
        .where(t.c.starts_at >= within.start, t.c.starts_at < within.end)
        .order_by(t.c.starts_at.desc(), t.c.stream.desc())
        .limit(limit)
    )
    return [_session(dict(row)) for row in (await connection.execute(query)).mappings()]


def _session(row: Mapping[str, Any]) -> SessionRow:
    is_cancelled, was_convened = row["state"] == CycleState.CANCELLED, row["convening"] is not None
    is_called_off = bool(row["ended_for"]) and not row["is_skipped"]
    return SessionRow(
        **{name: row[name] for name in ("stream", "body", "number", "starts", "ends", "zone", "moves")},
        kind=CycleKind(row["kind"]),
        state=CycleState(row["state"]),
        scheduled_at=_instant(row["scheduled_at"]) or row["starts"],
        proposed_at=from_json(datetime, row["proposed_at"]),
        moved_at=_instant(row["moved_at"]),
        closed_at=_instant(row["closed_at"]),
        convening=from_json(Convening, row["convening"]) if was_convened else None,
        was_held_off=is_cancelled and not was_convened and not is_called_off,
    )


def _instant(value: str | None) -> datetime | None:
    return from_json(datetime, value) if value else None


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
