"""The ledger: what happened, append-only, each entry as its canonical bytes (architecture.md 5)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.storage.tables import ledger, ledger_position
from services.wire.canonical import canonical_bytes

PAGE = 500
#: One sealer at a time gives positions, under this advisory lock.
SEALER_LOCK = 0x6469616C


class LedgerConflict(Exception):
    """Another entry stands at this version of the stream; the aggregate stops until a person has looked."""

    def __init__(self, stream: str, version: int) -> None:
        super().__init__(f"another entry stands at version {version} of {stream}")
        self.stream = stream
        self.version = version


class LedgerBehind(LedgerConflict):
    """
    The ledger lacks what the stream's workflow knows to be recorded: an older database stands under it.

    Nothing is written. The workflow waits until the newer database is back, or a person lets this one hold.
    """

    def __str__(self) -> str:
        return f"the database is older than Temporal: {self.stream} has no version {self.version} in it"


@dataclass(frozen=True, kw_only=True, slots=True)
class LedgerEntry:
    """
    One entry: who did what when, on which version of which stream, under which policy digests.

    ``data`` is the event without its instant and actor; contents stand in it as references.
    """

    stream: str
    version: int
    kind: str
    schema: int
    at: datetime
    actor: dict[str, Any]
    command_id: str
    policies: dict[str, str]
    data: dict[str, Any]

    def canonical(self) -> bytes:
        """Return the entry's canonical bytes (RFC 8785)."""
        return canonical_bytes(
            {
                "stream": self.stream,
                "version": self.version,
                "kind": self.kind,
                "schema": self.schema,
                "at": self.at.isoformat().replace("+00:00", "Z"),
                "actor": self.actor,
                "command_id": self.command_id,
                "policies": self.policies,
                "data": self.data,
            }
        )


def read_entry(data: bytes) -> LedgerEntry:
    """Read an entry back from its canonical bytes."""
    fields = json.loads(data)
    fields["at"] = datetime.fromisoformat(fields["at"])
    return LedgerEntry(**fields)


async def stand(connection: AsyncConnection, entries: Sequence[LedgerEntry]) -> bool:
    """
    Tell whether these very entries of one stream stand in the ledger, at its end.

    Raises:
        LedgerBehind: the stream has no entry before the first.
        LedgerConflict: another entry stands at one of the versions, or some stand after the last.
    """
    stream, first = entries[0].stream, entries[0].version
    canonical = {entry.version: entry.canonical() for entry in entries}
    standing = await connection.execute(
        select(ledger.c.version, ledger.c.entry).where(ledger.c.stream == stream, ledger.c.version >= first - 1)
    )
    found = {version: bytes(entry) for version, entry in standing}
    if first > 1 and first - 1 not in found:
        raise LedgerBehind(stream, first - 1)
    found.pop(first - 1, None)
    if found and found != canonical:
        raise LedgerConflict(
            stream, min(v for v in found.keys() | canonical.keys() if found.get(v) != canonical.get(v))
        )
    return bool(found)


async def stream_entries(connection: AsyncConnection, stream: str, *, after: int = 0) -> AsyncIterator[LedgerEntry]:
    """Give a stream's entries in order, page by page."""
    while True:
        rows = await connection.execute(
            select(ledger.c.version, ledger.c.entry)
            .where(ledger.c.stream == stream, ledger.c.version > after)
            .order_by(ledger.c.version)
            .limit(PAGE)
        )
        page = rows.all()
        for version, entry in page:
            after = version
            yield read_entry(bytes(entry))
        if len(page) < PAGE:
            return


async def of_kinds(
    connection: AsyncConnection, stream: str, kinds: Sequence[str], *, after: int = 0
) -> Sequence[LedgerEntry]:
    """Return a stream's entries of some kinds after a version, in order; at most a page of them."""
    rows = await connection.execute(
        select(ledger.c.entry)
        .where(ledger.c.stream == stream, ledger.c.version > after, ledger.c.kind.in_(kinds))
        .order_by(ledger.c.version)
        .limit(PAGE)
    )
    return [read_entry(bytes(entry)) for entry in rows.scalars()]


async def last_of_kinds(connection: AsyncConnection, stream: str, kinds: Sequence[str]) -> int:
    """Return the version of a stream's last entry of some kinds; 0 if it has none."""
    last = func.coalesce(func.max(ledger.c.version), 0)
    found = await connection.execute(select(last).where(ledger.c.stream == stream, ledger.c.kind.in_(kinds)))
    version: int = found.scalar_one()
    return version


async def streams(connection: AsyncConnection) -> tuple[str, ...]:
    """Return the names of all streams."""
    return tuple((await connection.execute(select(ledger.c.stream).distinct().order_by(ledger.c.stream))).scalars())


async def count_kinds(connection: AsyncConnection, names: Sequence[str]) -> dict[tuple[str, str], int]:
    """Count the entries of streams by noun and kind, the most frequent of a noun first."""
    noun = func.split_part(ledger.c.stream, "/", 1)
    count = func.count()
    rows = await connection.execute(
        select(noun, ledger.c.kind, count)
        .where(ledger.c.stream.in_(names))
        .group_by(noun, ledger.c.kind)
        .order_by(noun, count.desc(), ledger.c.kind)
    )
    return {(each_noun, kind): number for each_noun, kind, number in rows}


async def give_positions(connection: AsyncConnection) -> int:
    """Give positions to entries committed since; only the holder of the sealer's lock does, others give none."""
    held = await connection.execute(select(func.pg_try_advisory_xact_lock(SEALER_LOCK)))
    if not held.scalar_one():
        return 0
    given = await connection.execute(
        text(
            """
            insert into ledger_position (position, stream, version)
            select coalesce((select max(position) from ledger_position), 0) + row_number() over w, l.stream, l.version
            from ledger l left join ledger_position p using (stream, version)
            where p.position is null
            window w as (order by l.recorded_at, l.stream, l.version)
            """
        )
    )
    return given.rowcount


async def head(connection: AsyncConnection) -> int:
    """Return the highest position given."""
    highest: int = (
        await connection.execute(select(func.coalesce(func.max(ledger_position.c.position), 0)))
    ).scalar_one()
    return highest
