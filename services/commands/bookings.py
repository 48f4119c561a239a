"""Reads from the record what may clash: sessions that stand, those that series will ask for, and who is booked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.commands.clashes import Booking, DoubleBooking, Sitting, double_bookings
from services.domain.body.state import Body
from services.domain.cycle.records import CycleKind
from services.domain.membership import Membership
from services.policies.zone import load_zone
from services.storage import snapshot
from services.storage.sittings import SittingRow, sittings
from services.storage.vault import Vault

#: Sessions looked through at once.
MOST = 500


async def standing(connection: AsyncConnection, *, since: datetime, until: datetime) -> tuple[SittingRow, ...]:
    """Return the sessions of cycles that touch [since, until)."""
    return tuple(await sittings(connection, since=since, until=until, limit=MOST))


async def asked_for(connection: AsyncConnection, *, since: datetime, until: datetime) -> tuple[Sitting, ...]:
    """Return the sessions that the series of all bodies ask for in [since, until), and that nobody has proposed yet."""
    bodies: Iterable[Body] = [kept.state for kept in await snapshot.of_noun(connection, "body") if kept.state]
    return tuple(
        Sitting(body=body.code, number=None, starts=o.starts, ends=o.ends, kind=series.kind)
        for body in bodies
        for series in body.series
        if body.pause_of(series.kind) is None
        for o in series.after(series.last_starts)
        if o.ends > since and o.starts < min(until, series.until or until)
    )


async def double_booked(
    connection: AsyncConnection, vault: Vault, membership: Membership, *, since: datetime, until: datetime
) -> tuple[DoubleBooking, ...]:
    """Return the persons booked for two sessions in [since, until) that meet on the clocks of who sends them."""
    rows = await standing(connection, since=since, until=until)
    known = {entity.code: entity.zone for entity in membership.entities}
    return double_bookings(
        await booked(connection, vault, rows), lambda entity: load_zone(known.get(entity, membership.convenor_zone))
    )


def sitting_of(row: SittingRow) -> Sitting:
    """Return a session that stands."""
    return Sitting(
        body=row.body,
        number=row.number,
        starts=row.starts,
        ends=row.ends,
        guests=frozenset(row.guests),
        kind=CycleKind(row.kind),
    )


async def booked(connection: AsyncConnection, vault: Vault, rows: Iterable[SittingRow]) -> tuple[Booking, ...]:
    """Return who is booked for sessions, by name; whose name has been erased is booked nowhere."""
    named = [(sitting_of(row), entity, content) for row in rows for entity, content in row.persons]
    opened = await vault.open_all(connection, [content for _, _, content in named])
    return tuple(
        Booking(person=name.decode(), entity=entity, sitting=sitting)
        for sitting, entity, content in named
        if (name := opened.get(content.address))
    )
