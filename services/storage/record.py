"""
The record: one transaction writes entries, rows, notices and intake outcomes, or nothing.

It is idempotent on (stream, version), and conditional where a decision turns on acts that may still be on their way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.catalogue import decider_of
from services.domain.deaf_time import deaf_spans
from services.domain.message import Event, Interval
from services.domain.register.events import PersonErased
from services.storage import intake, ledger, listening, snapshot, tables
from services.storage.notices import queued_by, told_by
from services.storage.projection import replace_rows, rows_of, upsert
from services.storage.vault import destroy_keys


class Clock(Protocol):
    """Where intake takes its instants from: the database's clock, or the skipping server's in a rehearsal."""

    async def now(self, connection: AsyncConnection, stream: str) -> datetime:
        """Return the instant of an act on a stream, in UTC."""
        ...


class DatabaseClock:
    """The database's own clock."""

    async def now(self, connection: AsyncConnection, stream: str) -> datetime:
        """Return the database's instant, inside the span that the gate waits for."""
        return await intake.now_taking(connection, stream)


class TooEarly(Exception):
    """The intake's clock has not come to the instant that is being decided; try again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Provided:
    """What a conditional record holds true: no undecided act before ``before``, and this deaf time since ``since``."""

    before: datetime
    deaf_since: datetime | None
    deaf: tuple[Interval, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether it was recorded; if not, the acts to decide first and the deaf time found."""

    recorded: bool
    acts: tuple[Mapping[str, Any], ...] = ()
    deaf: tuple[Interval, ...] = ()


async def record(
    connection: AsyncConnection,
    entries: Sequence[ledger.LedgerEntry],
    outcomes: Sequence[Mapping[str, Any]],
    *,
    provided: Provided | None = None,
    clock: Clock | None = None,
) -> Verdict:
    """
    Record entries of one stream with everything that follows from them.

    Raises:
        LedgerConflict: another entry stands there.
        TooEarly: the clock is behind the instant to be decided.
    """
    stream = entries[0].stream
    if provided is not None:
        standing = await _is_recorded(connection, entries)
        if not standing and (held := await _what_holds(connection, stream, provided, clock or DatabaseClock())):
            return held
    if await ledger.append(connection, entries):
        await _project(connection, stream, entries)
    await intake.settle_outcomes(connection, outcomes)
    return Verdict(recorded=True)


async def _is_recorded(connection: AsyncConnection, entries: Sequence[ledger.LedgerEntry]) -> bool:
    found = await connection.execute(
        select(func.count()).where(
            tables.ledger.c.stream == entries[0].stream, tables.ledger.c.version == entries[0].version
        )
    )
    return bool(found.scalar_one())


async def _what_holds(connection: AsyncConnection, stream: str, provided: Provided, clock: Clock) -> Verdict | None:
    await intake.settle(connection, stream)
    if await clock.now(connection, stream) < provided.before:
        raise TooEarly(stream)
    acts = await intake.undecided_before(connection, stream, provided.before)
    deaf: tuple[Interval, ...] = ()
    if provided.deaf_since is not None and provided.deaf_since < provided.before:
        heard = await listening.heard_between(connection, provided.deaf_since - listening.GRAIN, provided.before)
        deaf = deaf_spans(heard=heard, since=provided.deaf_since, until=provided.before, grain=listening.GRAIN)
    if acts or deaf != provided.deaf:
        return Verdict(recorded=False, acts=tuple(act.envelope for act in acts), deaf=deaf)
    return None


async def _project(connection: AsyncConnection, stream: str, entries: Sequence[ledger.LedgerEntry]) -> None:
    decider = decider_of(stream)
    kept = await snapshot.load(connection, stream, for_update=True)
    before = kept.state if kept else None
    state = before
    for entry in entries:
        event = snapshot.event_of(entry)
        state = decider.evolve(state, event)
        await project_notices(connection, stream, entry.version, state, event)
        if isinstance(event, PersonErased):
            await destroy_keys(connection, event.contents)
    await replace_rows(connection, rows_of(stream, before), rows_of(stream, state))
    await snapshot.save(connection, snapshot.Snapshot(stream=stream, version=entries[-1].version, state=state))


async def project_notices(connection: AsyncConnection, stream: str, version: int, state: Any, event: Event) -> None:
    """Write the notices an event queues, or what became of one."""
    if told := told_by(event):
        which, became = told
        columns = tables.notice.c
        await connection.execute(
            update(tables.notice)
            .where(columns.stream == stream, *(columns[name] == value for name, value in which.items()))
            .values(**became)
        )
    elif queued := queued_by(stream, version, state, event):
        await upsert(connection, tables.notice, list(queued))


async def rebuild(connection: AsyncConnection, stream: str) -> None:
    """Write a stream's rows anew from its entries; the caller has emptied the tables."""
    decider = decider_of(stream)
    state, version = None, 0
    async for entry in ledger.stream_entries(connection, stream):
        event = snapshot.event_of(entry)
        state, version = decider.evolve(state, event), entry.version
        await project_notices(connection, stream, version, state, event)
    await replace_rows(connection, (), rows_of(stream, state))
    await snapshot.save(connection, snapshot.Snapshot(stream=stream, version=version, state=state))


async def raise_bounds(connection: AsyncConnection) -> None:
    """Lift the bound on a statement for long housekeeping."""
    await connection.execute(text("set local statement_timeout = 0"))
