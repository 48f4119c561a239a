"""
Rows from the ledger alone: rebuilt stream by stream while the engine goes on, or only compared.

A comparison runs in read-only transactions, so that the database itself sees to it that nothing is written.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.catalogue import UnknownStream, decider_of
from services.storage import ledger, record, snapshot, tables
from services.storage.folded import Folded
from services.storage.projection import rows_of
from services.storage.unit_of_work import Database

REGISTER = "register"
Key = tuple[str, tuple[Any, ...]]
Rows = dict[Key, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """
    One row that is not what the ledger says.

    ``column`` is empty where the whole row is missing or too many, and dotted inside a JSON column.
    """

    stream: str
    table: str
    key: tuple[Any, ...]
    column: str
    stored: Any
    expected: Any

    @property
    def sentence(self) -> str:
        """Return the difference in words."""
        row = f"{self.table} ({', '.join(str(part) for part in self.key)})"
        if self.column:
            return f"{row}: {self.column} is {_short(self.stored)}, the ledger says {_short(self.expected)}"
        return f"{row}: is there, and the ledger knows nothing of it" if self.expected is None else f"{row}: is missing"


async def streams(database: Database) -> tuple[str, ...]:
    """Return every stream of the ledger, and those of rows that have none there."""
    async with database.read() as connection:
        found = set(await ledger.streams(connection))
        for table in tables.PROJECTED:
            if "stream" in table.c:
                found |= set((await connection.execute(select(table.c.stream).distinct())).scalars())
    return tuple(sorted(found))


async def compare(database: Database) -> AsyncIterator[tuple[str, tuple[Difference, ...]]]:
    """Compare the rows of every stream with its fold; give each stream's name with what differs."""
    for stream in await streams(database):
        async with database.read() as connection:
            await record.raise_bounds(connection)
            stored = await _stored(connection, stream)
            expected = await _expected(connection, stream)
        yield stream, tuple(_differences(stream, stored, expected))


async def rebuild(database: Database) -> AsyncIterator[str]:
    """Write the rows of every stream anew, each in a transaction of its own; give the name of each one done."""
    for stream in await streams(database):
        async with database.work() as connection:
            await record.raise_bounds(connection)
            await _rewrite(connection, stream)
        yield stream


async def _rewrite(connection: AsyncConnection, stream: str) -> None:
    """Write one stream's rows anew; a recorder of the same stream waits at its snapshot, which is never away."""
    held = select(tables.snapshot.c.stream).where(tables.snapshot.c.stream == stream).with_for_update()
    await connection.execute(held)
    is_known = await _is_known(connection, stream)
    for table in tables.PROJECTED:
        if table is tables.snapshot and is_known:
            continue
        if (mine := _of_stream(table, stream)) is not None:
            await connection.execute(delete(table).where(mine))
    if is_known:
        await record.rebuild(connection, stream)


async def _is_known(connection: AsyncConnection, stream: str) -> bool:
    first = select(tables.ledger.c.version).where(tables.ledger.c.stream == stream).limit(1)
    return (await connection.execute(first)).first() is not None


def _of_stream(table: Table, stream: str) -> Any:
    """Return the condition that picks a stream's rows of a table; people and keys are all the register's."""
    if "stream" in table.c:
        return table.c.stream == stream
    return table.primary_key.columns[0].is_not(None) if stream == REGISTER else None


async def _stored(connection: AsyncConnection, stream: str) -> Rows:
    found: Rows = {}
    for table in tables.PROJECTED:
        mine = _of_stream(table, stream)
        if mine is not None:
            rows = await connection.execute(select(table).where(mine))
            found |= {_key(table, row): dict(row) for row in rows.mappings()}
    return found


async def _expected(connection: AsyncConnection, stream: str) -> Rows:
    """Fold a stream's entries into the rows they stand for."""
    try:
        decider_of(stream)
    except UnknownStream:
        return {}
    folded = Folded(stream=stream)
    async for entry in ledger.stream_entries(connection, stream):
        folded.add(entry)
    if not folded.version:
        return {}
    rows = [*rows_of(stream, folded.state), *folded.queued]
    kept = snapshot.row_of(folded.kept)
    kept["state"] = kept["state"] and json.loads(kept["state"])
    return {_key(table, values): values for table, values in (*rows, (tables.snapshot, kept))}


def _differences(stream: str, stored: Rows, expected: Rows) -> Iterable[Difference]:
    for name, key in sorted(stored.keys() | expected.keys(), key=str):
        is_row, should_row = stored.get((name, key)), expected.get((name, key))
        if is_row is None or should_row is None:
            yield Difference(stream=stream, table=name, key=key, column="", stored=is_row, expected=should_row)
            continue
        for column, should in should_row.items():
            if is_row[column] != should:
                place, found, wanted = _first_place(column, is_row[column], should)
                yield Difference(stream=stream, table=name, key=key, column=place, stored=found, expected=wanted)


def _first_place(place: str, stored: Any, expected: Any) -> tuple[str, Any, Any]:
    """Return the dotted place at which two JSON values first differ, and what stands there."""
    if not isinstance(stored, Mapping) or not isinstance(expected, Mapping):
        return place, stored, expected
    differing = sorted(n for n in stored.keys() | expected.keys() if stored.get(n) != expected.get(n))
    if not differing:
        return place, stored, expected
    name = differing[0]
    return _first_place(f"{place}.{name}", stored.get(name), expected.get(name))


def _key(table: Table, row: Mapping[Any, Any]) -> Key:
    return table.name, tuple(row[column.name] for column in table.primary_key.columns)


def _short(value: Any, longest: int = 60) -> str:
    text = str(value)
    return text if len(text) <= longest else f"{text[:longest]}…"
