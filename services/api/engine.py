"""What the API needs of the engine it serves; the composition root hands it over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from services.access.decision import AccessPolicy
from services.commands.submit import Door
from services.storage.unit_of_work import Database
from services.storage.vault import Vault

#: Tells the present instant to whoever can wait for a clock; without one the database's clock is read.
Clock = Callable[[], Awaitable[datetime]]


class Keys(Protocol):
    """The keys of a deployment."""

    @property
    def cursor(self) -> bytes:
        """Return the key that seals page cursors."""


class Settings(Protocol):
    """The settings of a process."""

    @property
    def keys(self) -> Keys:
        """Return the keys of the deployment."""


class Engine(Protocol):
    """The collaborators of one process, as the composition root assembles them; nothing here is replaced later."""

    @property
    def settings(self) -> Settings:
        """Return the settings of this process."""

    @property
    def policies(self) -> Path:
        """Return the folder of the policy files."""

    @property
    def database(self) -> Database:
        """Return the database."""

    @property
    def vault(self) -> Vault:
        """Return the vault."""

    @property
    def access(self) -> AccessPolicy:
        """Return the access policy in force."""

    @property
    def door(self) -> Door:
        """Return the door commands go through."""

    async def lacking(self) -> tuple[str, ...]:
        """Return what this process lacks to do its work, by name."""
