"""The one place that opens and commits transactions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic
from types import TracebackType
from typing import Self

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from services.storage.memory import OPTION, Memory
from services.storage.statements import tell_statements
from services.telemetry.span import Spans

#: Bound on one statement; intake transactions are bounded well below any deadline's grain.
STATEMENT_TIMEOUT_MS = 5_000

AWAY = (
    OSError,
    asyncio.TimeoutError,
    OperationalError,
    InterfaceError,
    PoolTimeout,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)


#: A connection that was used so lately is taken to be good; should it not be, its user hears that the database is away.
FRESH_SECONDS = 1.0
USED_AT = "used_at"


class DatabaseAway(Exception):
    """The database does not answer; nothing was done, try again."""


class Database:
    """
    A pool of connections to one PostgreSQL; transactions only through ``work``, ``single`` and ``read``.

    One that ``is_near`` is the process's own: its connections are never tried before they are used.
    """

    def __init__(self, url: str, *, pool_size: int = 6, is_near: bool = False, memory: Memory | None = None) -> None:
        self.memory = memory or Memory()
        self._engine: AsyncEngine = create_async_engine(
            url,
            execution_options={OPTION: self.memory},
            pool_size=pool_size,
            max_overflow=0,
            pool_use_lifo=True,
            pool_timeout=5,
            hide_parameters=True,
            connect_args={
                "timeout": 5,
                "command_timeout": 30,
                "server_settings": {
                    "application_name": "dialogue",
                    "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                    "idle_in_transaction_session_timeout": "10000",
                },
            },
        )
        event.listen(self._engine.sync_engine, "connect", self._meet)
        if not is_near:
            event.listen(self._engine.sync_engine, "checkout", self._try)
            event.listen(self._engine.sync_engine, "checkin", _note_use)
        self._single = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @asynccontextmanager
    async def work(self) -> AsyncIterator[AsyncConnection]:
        """
        Give a connection in a transaction that commits when the block ends well.

        Raises:
            DatabaseAway: the database cannot be reached or went away; nothing was committed as far as is known.
        """
        async with self.reached(), self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def single(self) -> AsyncIterator[AsyncConnection]:
        """
        Give a connection on which each statement is a transaction of its own.

        Raises:
            DatabaseAway: the database cannot be reached or went away.
        """
        async with self.reached(), self._single.connect() as connection:
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """
        Give a connection for reading one consistent state.

        Raises:
            DatabaseAway: the database cannot be reached.
        """
        async with self.reached(), self._reading.begin() as connection:
            yield connection

    def tell_statements(self, spans: Spans) -> None:
        """Tell every statement from now on as a step of the trace it belongs to."""
        tell_statements(self._engine.sync_engine, spans)

    def pool_use(self) -> tuple[int, int]:
        """Return how many connections are in use, and how many there may be."""
        pool = self._engine.pool
        return (pool.checkedout(), pool.size()) if isinstance(pool, QueuePool) else (0, 0)

    @asynccontextmanager
    async def reached(self) -> AsyncIterator[None]:
        """
        Guard a block that uses a connection.

        Raises:
            DatabaseAway: the database cannot be reached or went away.
        """
        try:
            yield
        except AWAY as error:
            raise DatabaseAway(str(error)) from error
        except DBAPIError as error:
            if error.connection_invalidated or is_away(error):
                raise DatabaseAway(str(error)) from error
            raise

    def _meet(self, _connection: object, _record: object) -> None:
        """Remember nothing across a new connection: the server may have been restored to an earlier state meanwhile."""
        self.memory.forget()

    def _try(self, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        """Try a connection that nobody has used lately; one that fails is replaced, and so are all others."""
        if monotonic() - record.info.get(USED_AT, 0.0) < FRESH_SECONDS:
            return
        dialect = self._engine.sync_engine.dialect
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def is_away(error: DBAPIError) -> bool:
    """Tell whether a database error says that the server is going, starting or gone, by its SQLSTATE class."""
    state = getattr(error.orig, "sqlstate", None) or ""
    return state.startswith(("08", "57P")) or isinstance(error.orig, OSError)


def _note_use(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[USED_AT] = monotonic()
