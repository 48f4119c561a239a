"""A PostgreSQL of one rehearsal: begun before anything else is loaded, migrated beside it, thrown away at the end."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from services.runtime.binaries import postgres_bin_dir
from services.runtime.child import Child, is_held
from services.runtime.engine import engine_program
from services.runtime.home import Home
from services.runtime.port import remembered_ports
from services.runtime.postgres import FLEETING, EmbeddedPostgres, lifeline
from services.runtime.secret import Secrets

PREFIX: Final = "dialogue-rehearsal-"
STOP_SECONDS: Final = 1.0
YOUNG_SECONDS: Final = 60.0


class FleetingPostgres:
    """
    A server that begins to start when it is entered, and is ready when ``ready`` comes back.

    Its home is a folder of this process alone; what killed ones have left is thrown away.
    """

    home: Home

    async def __aenter__(self) -> Self:
        """Begin to start it."""
        self._exits = AsyncExitStack()
        self.home = self._exits.enter_context(_own_home())
        self._exits.enter_context(self.home.held())
        self._starting = asyncio.create_task(self._start())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it and throw everything away."""
        # what has begun to start is let start: only then can it be stopped in order
        await asyncio.gather(self._starting, return_exceptions=True)
        await self._exits.aclose()

    async def ready(self) -> EmbeddedPostgres:
        """
        Return the server when it serves with this release's schema.

        Raises:
            Trouble: it could not be started or migrated.
        """
        return await asyncio.shield(self._starting)

    async def _start(self) -> EmbeddedPostgres:
        Secrets(self.home.secrets).fill(has_data=False)
        postgres = EmbeddedPostgres(
            home=self.home,
            port=remembered_ports(self.home.ports, ("postgres",))["postgres"],
            bin_dir=postgres_bin_dir(os.environ),
            tuning=FLEETING,
        )
        self._exits.push_async_callback(postgres.stop, within=STOP_SECONDS)
        await postgres.start()
        # in a process of its own: what that loads takes as long as what is loaded here meanwhile
        environment = {**_not_ours(os.environ), "DIALOGUE_DATABASE_OWNER_URL": postgres.owner_dsn}
        await Child(engine_program("migrate", home=self.home, environment=environment)).finish()
        return postgres


def _not_ours(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that are not the engine's own settings, which are of another database."""
    return {name: value for name, value in environ.items() if not name.startswith("DIALOGUE_DATABASE")}


@contextmanager
def _own_home() -> Iterator[Home]:
    """Give a folder of this rehearsal alone, and throw away what killed ones have left."""
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        home = Home.at(left)
        if left.is_dir() and not is_held(home.lock) and not is_held(lifeline(home)) and _is_old(left):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        folder.chmod(0o711)
        yield Home.at(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _is_old(folder: Path) -> bool:
    """Tell whether a folder cannot be one that is just being made."""
    return time.time() - folder.stat().st_mtime > YOUNG_SECONDS
