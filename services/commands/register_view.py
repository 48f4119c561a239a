"""The register as last recorded, decoded once a version."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.register.state import Register
from services.storage import snapshot
from services.storage.tables import snapshot as snapshot_table

STREAM = "register"


class RegisterMissing(LookupError):
    """The register has not been founded; ``dialogue worker`` does it when it first serves."""


class RegisterView:
    """Gives the register's state, reading it again only when its version has moved."""

    def __init__(self) -> None:
        self._version = 0
        self._state: Register | None = None

    async def current(self, connection: AsyncConnection) -> Register:
        """
        Return the register's state.

        Raises:
            RegisterMissing: it has not been founded.
        """
        version = await connection.execute(select(snapshot_table.c.version).where(snapshot_table.c.stream == STREAM))
        found = version.scalar_one_or_none()
        if found is None:
            raise RegisterMissing("the register has not been founded")
        if found != self._version or self._state is None:
            kept = await snapshot.load(connection, STREAM)
            if kept is None or not isinstance(kept.state, Register):
                raise RegisterMissing("the register has not been founded")
            self._version, self._state = kept.version, kept.state
        return self._state
