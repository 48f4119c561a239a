"""One machine's whole deployment: both servers, the schema, a worker and an API, kept alive over one data folder."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import asyncpg

from services.runtime.child import Child
from services.runtime.engine import ApiServer, WorkerServer, engine_program
from services.runtime.home import Home
from services.runtime.migrations import newest_revision
from services.runtime.port import is_free, remember_port
from services.runtime.settings import Settings
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
        self.stack = Stack(home, search_attributes=search_attributes(), environ=environ)

    async def __aenter__(self) -> Self:
        """
        Start everything and wait until it serves and the register is founded.

        Raises:
            HomeInUse: another process runs the servers of this home.
            Trouble: anything else that the operator must put right.
        """
        async with AsyncExitStack() as exits:
            await exits.enter_async_context(self.stack)
            self.environment = self.stack.environment()
            self.settings = Settings.read(self.environment)
            self.worker = WorkerServer(
                home=self.home, environment=self.environment, task_queue=self.settings.temporal.task_queue
            )
            self.api = ApiServer(home=self.home, environment=self.environment)
            if not is_free(self.api.port):
                raise Trouble(f"Port {self.api.port} is taken by another program; give another one with --api-port.")
            remember_port(self.home.ports, "api", self.api.port)
            supervisor = Supervisor((self.worker, self.api))
            exits.push_async_callback(supervisor.stop, within=STOP_SECONDS)
            await self._serve(supervisor)
            self._exit = exits.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything, in less than five seconds."""
        await self._exit.aclose()

    async def _serve(self, supervisor: Supervisor) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                # worker and API take longer to load than the schema to be brought up to date; they wait for it
                group.create_task(supervisor.start())
                group.create_task(self._migrated())
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        await self._founded()

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
        except TimeoutError:
            raise Trouble(f"The register was not founded; see {self.home.logs / 'worker.log'}.") from None
        finally:
            await connection.close()


def search_attributes() -> dict[str, str]:
    """Return the search attributes that the namespace must know, with their types."""
    return {key.name: "Keyword" for key in attributes.ALL}
