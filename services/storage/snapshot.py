"""Snapshots: the fold of each stream, kept beside the ledger so that nobody folds from the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.catalogue import decider_of
from services.domain.message import Event
from services.storage.ledger import LedgerEntry, stream_entries
from services.storage.tables import snapshot
from services.wire.message import decode_event, from_json_text, to_json

#: States are long; their text is read by one parser and not by two.
STATE_TEXT = cast(snapshot.c.state, Text).label("state")


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A stream's state after ``version`` entries."""

    stream: str
    version: int
    state: Any


async def load(connection: AsyncConnection, stream: str, *, for_update: bool = False) -> Snapshot | None:
    """Return a stream's snapshot, or ``None`` for a stream without entries."""
    query = select(snapshot.c.version, STATE_TEXT).where(snapshot.c.stream == stream)
    found = (await connection.execute(query.with_for_update() if for_update else query)).first()
    return Snapshot(stream=stream, version=found.version, state=read_state(stream, found.state)) if found else None


async def of_noun(connection: AsyncConnection, noun: str) -> Sequence[Snapshot]:
    """Return the snapshots of a noun, by stream."""
    rows = await connection.execute(
        select(snapshot.c.stream, snapshot.c.version, STATE_TEXT)
        .where(snapshot.c.noun == noun)
        .order_by(snapshot.c.stream)
    )
    return [Snapshot(stream=row.stream, version=row.version, state=read_state(row.stream, row.state)) for row in rows]


def row_of(kept: Snapshot) -> dict[str, Any]:
    """Return the row that keeps a snapshot."""
    decider = decider_of(kept.stream)
    return {
        "stream": kept.stream,
        "noun": decider.noun,
        "version": kept.version,
        "is_closed": kept.state is not None and decider.is_closed(kept.state),
        "state": None if kept.state is None else to_json(kept.state),
    }


async def save(connection: AsyncConnection, kept: Snapshot) -> None:
    """Keep a snapshot in place of the one before."""
    row = row_of(kept)
    values = {name: value for name, value in row.items() if name != "stream"}
    await connection.execute(
        insert(snapshot).values(row).on_conflict_do_update(index_elements=[snapshot.c.stream], set_=values)
    )


async def fold(connection: AsyncConnection, stream: str) -> Snapshot | None:
    """Fold a stream from its first entry: what the snapshot must say."""
    decider = decider_of(stream)
    state, version = None, 0
    async for entry in stream_entries(connection, stream):
        state, version = decider.evolve(state, event_of(entry)), entry.version
    return Snapshot(stream=stream, version=version, state=state) if version else None


def read_state(stream: str, text: str | None) -> Any:
    """Read a state of a stream's noun from the text of its JSON form."""
    return None if text in (None, "null") else from_json_text(decider_of(stream).state, text or "")


def event_of(entry: LedgerEntry) -> Event:
    """Return the event a ledger entry records."""
    data = {**entry.data, "at": entry.at.isoformat().replace("+00:00", "Z"), "actor": entry.actor}
    return decode_event(decider_of(entry.stream), entry.kind, data)
