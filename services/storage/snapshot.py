"""Snapshots: the fold of each stream, kept beside the ledger so that nobody folds from the start."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.catalogue import decider_of
from services.domain.message import Event
from services.storage.ledger import LedgerEntry, read_entry, stream_entries
from services.storage.memory import Memory, Remembered, memory_of
from services.wire.message import decode_event, from_json_text, to_json_text

#: How many entries are rather folded than a whole state is read.
FEW = 20
#: A state that is remembered as it stands is not sent again, and of one that has gone on since only the entries are,
#: if what is remembered is what the ledger has; states are long, and their text is read by one parser.
READ = """
select s.stream, s.version, s.xmin::text as writer, k.stream is not null as is_known, later.entries,
       case when k.stream is null and later.entries is null then s.state::text end as state
from snapshot s
left join unnest($2::text[], $3::integer[], $4::text[]) k (stream, version, writer)
  on k.stream = s.stream and k.version = s.version and k.writer = s.xmin::text
cross join lateral ({since}) later
where {where} order by s.stream {lock}
"""
SINCE = f"""
select array_agg(l.entry order by l.version) as entries
from unnest($2::text[], $3::integer[], $4::text[]) b (stream, version, writer)
join ledger own on own.stream = b.stream and own.version = b.version and own.xmin::text = b.writer
join ledger l on l.stream = b.stream and l.version > b.version and l.version <= s.version
where b.stream = s.stream and s.version - b.version between 1 and {FEW}
"""  # noqa: S608 - a number of our own
OF_STREAMS = READ.format(where="s.stream = any($1::text[])", since=SINCE, lock="")
FOR_UPDATE = READ.format(
    where="s.stream = any($1::text[])", since="select null::bytea[] as entries", lock="for update of s"
)
OF_NOUN = READ.format(where="s.noun = $1", since=SINCE, lock="")


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """A stream's state after ``version`` entries, and the transaction that wrote it."""

    stream: str
    version: int
    state: Any
    writer: str = ""


async def load(connection: AsyncConnection, stream: str, *, for_update: bool = False) -> Snapshot | None:
    """Return a stream's snapshot, or ``None`` for a stream without entries."""
    memory = memory_of(connection)
    found = await _read(connection, memory, FOR_UPDATE if for_update else OF_STREAMS, [stream], [stream])
    return found[0] if found else None


async def load_all(connection: AsyncConnection, streams: Iterable[str]) -> dict[str, Snapshot]:
    """Return the snapshots of several streams by name; those without entries are left out."""
    wanted = list(streams)
    found = await _read(connection, memory_of(connection), OF_STREAMS, wanted, wanted)
    return {kept.stream: kept for kept in found}


async def of_noun(connection: AsyncConnection, noun: str) -> Sequence[Snapshot]:
    """Return the snapshots of a noun, by stream."""
    return await _read(connection, memory_of(connection), OF_NOUN, noun, None)


async def _read(
    connection: AsyncConnection, memory: Memory, statement: str, wanted: Any, streams: list[str] | None
) -> list[Snapshot]:
    known = memory.of(streams)
    marks = (list(known), [each.version for each in known.values()], [each.writer for each in known.values()])
    rows = await connection.exec_driver_sql(statement, (wanted, *marks))
    return [_kept(memory, known, row) for row in rows]


def _kept(memory: Memory, known: dict[str, Remembered], row: Row[Any]) -> Snapshot:
    if row.is_known:
        state = known[row.stream].state
    else:
        before = known[row.stream].state if row.entries else None
        state = _folded(row.stream, before, row.entries) if row.entries else read_state(row.stream, row.state)
        memory.keep(row.stream, Remembered(version=row.version, writer=row.writer, state=state))
    return Snapshot(stream=row.stream, version=row.version, state=state, writer=row.writer)


def _folded(stream: str, state: Any, entries: Sequence[bytes]) -> Any:
    for entry in entries:
        state = decider_of(stream).evolve(state, event_of(read_entry(entry)))
    return state


def row_of(kept: Snapshot) -> dict[str, Any]:
    """Return the row that keeps a snapshot, its state as the text of its JSON form."""
    decider = decider_of(kept.stream)
    return {
        "stream": kept.stream,
        "noun": decider.noun,
        "version": kept.version,
        "is_closed": kept.state is not None and decider.is_closed(kept.state),
        "state": None if kept.state is None else to_json_text(kept.state),
    }


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
