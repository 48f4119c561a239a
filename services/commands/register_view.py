"""The register as last recorded."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.register.state import Register
from services.storage import snapshot

STREAM = "register"


class RegisterMissing(LookupError):
    """The register has not been founded; ``dialogue worker`` does it when it first serves."""


async def current_register(connection: AsyncConnection) -> Register:
    """
    Return the register's state.

    Raises:
        RegisterMissing: it has not been founded.
    """
    return register_in(await snapshot.load_all(connection, [STREAM]))


def register_in(seen: Mapping[str, snapshot.Snapshot]) -> Register:
    """
    Return the register's state among snapshots by stream.

    Raises:
        RegisterMissing: it has not been founded.
    """
    kept = seen.get(STREAM)
    if kept is None or not isinstance(kept.state, Register):
        raise RegisterMissing("the register has not been founded")
    return kept.state
