"""Upkeep: gives bodies more occurrences of their series before those they know run out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from temporalio.client import Client
from temporalio.service import RPCError

from services.commands.register_view import STREAM
from services.domain.body.commands import ExtendOccurrences
from services.domain.body.state import Body, Occurrence, Series
from services.domain.procedure import Cadence
from services.domain.working_calendar import WorkingCalendar
from services.policies.cadence import occurrences
from services.policies.calendar import LONGEST, calendar_table
from services.policies.fault import CalendarError
from services.storage import snapshot
from services.storage.unit_of_work import Database, DatabaseAway
from services.wire.message import to_json
from services.workflows.messages import TELL, Told

EVERY = timedelta(minutes=1)
MORE = 24

log = logging.getLogger(__name__)


class Upkeep:
    """Looks after what bodies have to know ahead of time."""

    def __init__(
        self, database: Database, client: Client, instant: Callable[[], Awaitable[datetime]] | None = None
    ) -> None:
        self._database = database
        self._client = client
        self._instant = instant

    async def run(self) -> None:
        """Look after it until cancelled."""
        while True:
            try:
                await self.once()
            except (DatabaseAway, RPCError) as error:
                log.warning("upkeep comes back later: %s", error)
            await asyncio.sleep(EVERY.total_seconds())

    async def once(self) -> int:
        """Extend every series that runs short; return how many."""
        async with self._database.single() as connection:
            bodies = await snapshot.of_noun(connection, "body")
            short = [(kept, series) for kept in bodies for series in kept.state.series if series.is_running_out]
            if not short:
                return 0
            register = await snapshot.load(connection, STREAM)
            clock = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
        at = await self._instant() if self._instant else clock
        calendars = register.state.calendars if register else {}
        return sum([await self._extend(kept.stream, kept.state, series, at, calendars) for kept, series in short])

    async def _extend(
        self, stream: str, body: Body, series: Series, at: datetime, calendars: Mapping[str, WorkingCalendar]
    ) -> bool:
        command = more_of(body, series, at, calendars)
        if command is None:
            return False
        last = command.occurrences[0].starts
        told = Told(
            reference=f"upkeep>{stream}:{series.kind}:{last.isoformat()}",
            kind="extend_occurrences",
            command=to_json(command),
            at=at,
        )
        await self._client.get_workflow_handle(stream).signal(TELL, told)
        return True


def more_of(
    body: Body, series: Series, at: datetime, calendars: Mapping[str, WorkingCalendar]
) -> ExtendOccurrences | None:
    """Return the sessions that follow those a series knows, with a table that covers them."""
    after = max(at, series.occurrences[-1].starts if series.occurrences else series.last_starts)
    cadence = Cadence(rrule=series.rrule, zone=series.zone, local_start=series.local_start, session=series.session)
    try:
        sessions = occurrences(cadence, after, MORE, day_ends=series.procedure.day_ends)
        zones = {d.zone for e in body.membership.entities for d in e.delegations}
        since = after - timedelta(days=400)
        until = min(sessions[-1][1] + timedelta(days=800), since + LONGEST)
        table = calendar_table({*zones, series.zone, body.membership.convenor_zone}, since, until, calendars)
    except CalendarError as error:
        log.warning("the series %s of %s cannot go on: %s", series.rrule, body.code, error)
        return None
    return ExtendOccurrences(
        kind=series.kind,
        calendar=table,
        occurrences=tuple(Occurrence(starts=start, ends=end) for start, end in sessions),
    )
