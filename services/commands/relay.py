"""The relay: delivers what was taken in while the engine was away; woken by the intake, and sweeping besides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import func, select

from services.storage import intake
from services.storage.intake import IntakeStatus
from services.storage.unit_of_work import Database, DatabaseAway
from services.wire.message import from_json
from services.workflows.messages import Envelope

#: A command younger than this is still on its direct way.
GRACE = timedelta(seconds=3)
SWEEP_EVERY = timedelta(seconds=1)
AT_ONCE = 50

log = logging.getLogger(__name__)
Deliver = Callable[[str, Envelope], Awaitable[object]]


class Relay:
    """Sweeps the intake for commands without outcome and delivers them, each stream's in their order."""

    def __init__(self, database: Database, deliver: Deliver, *, grace: timedelta = GRACE) -> None:
        self._database = database
        self._deliver = deliver
        self._grace = grace

    async def run(self) -> None:
        """Sweep until cancelled."""
        while True:
            try:
                delivered = await self.sweep()
            except DatabaseAway as error:
                log.warning("the relay cannot reach the database: %s", error)
                delivered = 0
            if not delivered:
                await asyncio.sleep(SWEEP_EVERY.total_seconds())

    async def sweep(self) -> int:
        """Deliver what is undelivered now; return how many got an outcome."""
        async with self._database.work() as connection:
            now = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
            rows = await intake.undelivered(connection, older_than=now - self._grace, limit=AT_ONCE)
        streams: dict[str, list[Envelope]] = {}
        for row in rows:
            streams.setdefault(row.stream, []).append(from_json(Envelope, dict(row.envelope)))
        done = await asyncio.gather(*(self._in_order(stream, envelopes) for stream, envelopes in streams.items()))
        return sum(done)

    async def _in_order(self, stream: str, envelopes: list[Envelope]) -> int:
        done = 0
        for envelope in envelopes:
            answer = await self._deliver(stream, envelope)
            if getattr(answer, "status", None) is IntakeStatus.TAKEN:
                break
            done += 1
        return done
