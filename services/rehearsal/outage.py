"""Parts of the engine that can be away for a while, as a scenario says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from services.commands.courier import Courier, EngineAway
from services.storage.unit_of_work import Database, DatabaseAway
from services.workflows.messages import Envelope, Outcome


class Part(StrEnum):
    """What can be away."""

    API = "api"
    TEMPORAL = "temporal"
    DATABASE = "database"


class FrailDatabase(Database):
    """A database that is away while ``is_away``."""

    is_away = False

    @asynccontextmanager
    async def reached(self) -> AsyncIterator[None]:
        """
        Guard a block that uses a connection.

        Raises:
            DatabaseAway: it is away.
        """
        if self.is_away:
            raise DatabaseAway("the scenario lets the database be away")
        async with super().reached():
            yield


class FrailCourier(Courier):
    """A courier that reaches nobody while ``is_away``."""

    is_away = False

    async def deliver(self, stream: str, envelope: Envelope) -> Outcome:
        """
        Deliver an envelope.

        Raises:
            EngineAway: Temporal is away.
        """
        if self.is_away:
            raise EngineAway(stream)
        return await super().deliver(stream, envelope)
