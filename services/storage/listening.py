"""Who could be heard when: the intervals in which API processes took commands in (domain.md 5.2 o)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.message import Interval
from services.storage.tables import listening

#: How often a listening process says so.
BEAT = timedelta(seconds=1)
#: A silence of a process longer than this ends its interval; shorter ones are no deaf time.
GRAIN = timedelta(seconds=3)


async def heard_from(connection: AsyncConnection, process: str, *, at: datetime | None = None) -> None:
    """Extend a process's interval to now (the database's clock, or ``at``), or begin a new one after a gap."""
    now = at if at is not None else (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    extended = await connection.execute(
        update(listening)
        .where(listening.c.process == process, listening.c.until >= now - GRAIN, listening.c.since <= now)
        .values(until=func.greatest(listening.c.until, now))
    )
    if extended.rowcount == 0:
        await connection.execute(
            insert(listening).values(process=process, since=now, until=now).on_conflict_do_nothing()
        )


async def listens_until(connection: AsyncConnection, process: str, until: datetime, *, since: datetime) -> None:
    """Write down that a process listens from ``since`` until an instant that is known ahead."""
    await connection.execute(
        insert(listening)
        .values(process=process, since=since, until=until)
        .on_conflict_do_update(index_elements=[listening.c.process, listening.c.since], set_={"until": until})
    )


async def deaf_from(connection: AsyncConnection, process: str, at: datetime) -> None:
    """Write down that a process that was to listen for longer does not from an instant on."""
    await connection.execute(
        update(listening).where(listening.c.process == process, listening.c.until > at).values(until=at)
    )


async def heard_between(connection: AsyncConnection, since: datetime, until: datetime) -> tuple[Interval, ...]:
    """Return the intervals that touch [since, until)."""
    rows = await connection.execute(
        select(listening.c.since, listening.c.until)
        .where(listening.c.until >= since, listening.c.since < until)
        .order_by(listening.c.since)
    )
    return tuple(Interval(start=start, end=end) for start, end in rows)
