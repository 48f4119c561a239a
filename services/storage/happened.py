"""What happened, in the order of the record: entries by the position that the sealer gave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.storage.ledger import LedgerEntry, read_entry
from services.storage.tables import ledger, ledger_position


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """An entry and its position."""

    position: int
    entry: LedgerEntry


async def entries_after(
    connection: AsyncConnection, position: int, *, kinds: Sequence[str] = (), limit: int
) -> Sequence[Placed]:
    """Return the entries after a position, in order; with ``kinds`` only those."""
    p, e = ledger_position, ledger
    query = (
        select(p.c.position, e.c.entry)
        .join(e, and_(e.c.stream == p.c.stream, e.c.version == p.c.version))
        .where(p.c.position > position)
        .order_by(p.c.position)
        .limit(limit)
    )
    if kinds:
        query = query.where(e.c.kind.in_(kinds))
    rows = await connection.execute(query)
    return [Placed(position=row.position, entry=read_entry(bytes(row.entry))) for row in rows]
