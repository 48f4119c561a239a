"""One machine's whole deployment: both servers, the schema, a worker and an API, kept alive over one data folder."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import asyncpg

from services.runtime.aside import aside
from services.runtime.child import Child
from services.runtime.engine import METRICS_HOST, ApiServer, WorkerServer, engine_program
from services.runtime.environment import SettingsError
from services.runtime.home import Home
from services.runtime.migrations import newest_revision
from services.runtime.port import is_free, remember_port
from services.runtime.stack import Stack
from services.runtime.supervisor import Supervisor
from services.runtime.trouble import Trouble
from services.workflows import attributes

#: Worker and API end first, then the servers; together this stays below five seconds.
STOP_SECONDS = 2.5
FOUNDED_WITHIN = 30.0
LOOK_EVERY = 0.05
IS_FOUNDED = "select true from snapshot where stream = 'register'"


class Machine:
    """
    Everything of one home, from ``async with`` to its end; what dies meanwhile is started again.

    Should this process be killed, the kernel stops the others; what they had acknowledged is there at the next start.
    """

    def __init__(self, home: Home, *, environ: Mapping[str, str] = os.environ) -> None:
        self.home = home
        self._environ = environ
        self._exit = AsyncExitStack()
        self.stack = Stack(home, search_attributes=attributes.TYPES, environ=environ)

    async def __aenter__(self) -> Self:
        """
        Start everything and wait until it serves and the register is founded.

        Raises:
            HomeInUse: another process runs the servers of this home.
            Trouble: anything else that the operator must put right.
        """
        async with AsyncExitStack() as exits:
            await self.stack.take_place(exits)
            is_first = not self.home.postgres.exists()
            self.environment = self.stack.environment()
            self.worker = WorkerServer(home=self.home, environment=self._seen("worker"))
            self.api = ApiServer(home=self.home, environment=self._seen("api"))
            if not is_free(self.api.port):
                raise Trouble(f"Port {self.api.port} is taken by another program; give another one with --api-port.")
            remember_port(self.home.ports, "api", self.api.port)
            await self._serve(exits, is_first=is_first)
            self._exit = exits.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything, in less than five seconds."""
        await self._exit.aclose()

    @property
    def metrics(self) -> dict[str, str]:
        """Return where worker and API are measured."""
        return {verb: f"http://{METRICS_HOST}:{port}/metrics" for verb, port in self.stack.metrics_ports.items()}

    def _seen(self, verb: str) -> dict[str, str]:
        """Return the environment of one process, with a port of its own for whoever watches it."""
        port = self.stack.metrics_ports[verb]
        return {**self.environment, "DIALOGUE_METRICS_HOST": METRICS_HOST, "DIALOGUE_METRICS_PORT": str(port)}

    async def _serve(self, exits: AsyncExitStack, *, is_first: bool) -> None:
        """Start the servers and the engine; what takes longest to load, the engine, first, once there is a schema."""
        engine = Supervisor((self.worker, self.api))
        async with AsyncExitStack() as engine_exits:
            engine_exits.push_async_callback(engine.stop, within=STOP_SECONDS)
            checking = asyncio.create_task(self._check_settings())
            loading = None if is_first else asyncio.create_task(engine.start())
            try:
                await self.stack.start(exits)
                await self._migrated()
                await checking
                await (loading or engine.start())
                await self._founded()
            except Trouble:
                await checking  # a wrong setting explains the rest
                raise
            finally:
                checking.cancel()
                await asyncio.gather(checking, return_exceptions=True)
                if loading is not None:
                    loading.cancel()
                    await asyncio.gather(loading, return_exceptions=True)
            exits.push_async_exit(engine_exits.pop_all())

    async def _check_settings(self) -> None:
        """Say here what is wrong with a setting; worker and API would end over it, again and again."""
        async with aside("services.runtime.checking", environment=self.environment) as checking:
            ended = await checking.ended()
        if ended.code != 0:
            raise SettingsError(ended.sentence)

    async def _migrated(self) -> None:
        """Bring the schema up to date, in a process of its own and only if it is not: that takes much to load."""
        if await self._revision() != newest_revision():
            await Child(engine_program("migrate", home=self.home, environment=self.environment)).finish()

    async def _revision(self) -> str | None:
        connection = await asyncpg.connect(self.stack.postgres.app_dsn, ssl=False)
        try:
            revision: str | None = await connection.fetchval("select version_num from alembic_version")
        except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
            return None
        finally:
            await connection.close()
        return revision

    async def _founded(self) -> None:
        connection = await asyncpg.connect(self.stack.postgres.app_dsn, ssl=False)
        try:
            async with asyncio.timeout(FOUNDED_WITHIN):
                while not await connection.fetchval(IS_FOUNDED):  # noqa: ASYNC110 - asked of another process
                    await asyncio.sleep(LOOK_EVERY)
            self.has_keys = bool(await connection.fetchval("select true from api_key limit 1"))
        except TimeoutError:
            raise Trouble(f"The register was not founded; see {self.home.logs / 'worker.log'}.") from None
        finally:
            await connection.close()
