"""
The record: one transaction writes entries, rows, notices and intake outcomes, or nothing.

It is idempotent on (stream, version), and conditional where a decision turns on acts that may still be on their way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.deaf_time import deaf_spans
from services.domain.message import Interval
from services.storage import intake, ledger, listening, snapshot
from services.storage.folded import Folded
from services.storage.memory import Remembered, memory_of
from services.storage.projection import changes, rows_of
from services.storage.unit_of_work import Database
from services.storage.writing import Writing


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


class Raced(Exception):
    """Somebody else was writing this very stream; try again."""


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
    database: Database,
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
        Raced: another attempt was writing the same.
    """
    if provided is None and await _go_on(database, entries, outcomes):
        return Verdict(recorded=True)
    stream = entries[0].stream
    async with database.work() as connection:
        if provided is not None:
            await intake.settle(connection, stream)
        if await ledger.stand(connection, entries):
            await intake.settle_outcomes(connection, outcomes)
            return Verdict(recorded=True)
        if provided and (held := await _what_holds(connection, stream, provided, clock or DatabaseClock())):
            return held
        kept = await snapshot.load(connection, stream, for_update=True)
        if not await _write(connection, entries, outcomes, _remembered(kept)):
            raise Raced(stream)
    return Verdict(recorded=True)


async def _go_on(
    database: Database, entries: Sequence[ledger.LedgerEntry], outcomes: Sequence[Mapping[str, Any]]
) -> bool:
    """Write at once what follows on the state this process remembers; nothing is written if that is not the last."""
    stream, version = entries[0].stream, entries[0].version
    known = database.memory.get(stream)
    if (known.version if known else 0) != version - 1:
        return False
    try:
        async with database.single() as connection:
            return await _write(connection, entries, outcomes, known)
    except IntegrityError:
        # entries stand there of which the snapshot knows nothing: look closely
        return False


async def _what_holds(connection: AsyncConnection, stream: str, provided: Provided, clock: Clock) -> Verdict | None:
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


async def _write(
    connection: AsyncConnection,
    entries: Sequence[ledger.LedgerEntry],
    outcomes: Sequence[Mapping[str, Any]],
    before: Remembered | None,
) -> bool:
    """Write entries that follow on a state with everything that follows from them; ``False`` if it has changed."""
    stream = entries[0].stream
    folded = Folded(stream=stream, state=before.state if before else None)
    for entry in entries:
        folded.add(entry)
    writing = Writing()
    if before is None:
        writing.hold_new(snapshot.row_of(folded.kept))
    else:
        writing.hold(snapshot.row_of(folded.kept), before)
    writing.append(entries)
    writing.change(changes(rows_of(stream, before.state if before else None), rows_of(stream, folded.state)))
    writing.change(changes((), folded.queued))
    writing.tell(folded.told)
    writing.destroy(folded.erased)
    writing.settle(outcomes)
    writer = await writing.carry_out(connection)
    if writer is not None:
        remembered = Remembered(version=folded.version, writer=writer, state=folded.state)
        memory_of(connection).keep(stream, remembered)
    return writer is not None


def _remembered(kept: snapshot.Snapshot | None) -> Remembered | None:
    return Remembered(version=kept.version, writer=kept.writer, state=kept.state) if kept else None


async def rebuild(connection: AsyncConnection, stream: str) -> None:
    """Write a stream's rows anew from its entries; the caller has emptied the tables."""
    folded = Folded(stream=stream)
    async for entry in ledger.stream_entries(connection, stream):
        folded.add(entry)
    writing = Writing()
    writing.hold_whatever(snapshot.row_of(folded.kept))
    writing.change(changes((), [*rows_of(stream, folded.state), *folded.queued]))
    await writing.carry_out(connection)


async def raise_bounds(connection: AsyncConnection) -> None:
    """Lift the bound on a statement for long housekeeping."""
    await connection.execute(text("set local statement_timeout = 0"))
