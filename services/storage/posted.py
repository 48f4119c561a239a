"""Which letters a server has accepted: noted at once, those of one moment together, and never posted again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import to_json as json_bytes
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.storage.tables import posted
from services.storage.unit_of_work import Database

NOTE = """
insert into posted select * from jsonb_populate_recordset(null::posted, $1::jsonb) on conflict do nothing
"""


class PostBook:
    """
    Notes accepted letters.

    A letter is noted when its note is in the database, and that begins at once; those accepted while a note is being
    written share the next.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[tuple[Mapping[str, Any], asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def note(self, letter: Mapping[str, Any]) -> None:
        """
        Note an accepted letter, by the columns of its row, and come back when that is done.

        Raises:
            DatabaseAway: it could not be noted.
        """
        noted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((letter, noted))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await noted

    async def _write(self) -> None:
        try:
            while self._waiting:
                several, self._waiting = self._waiting, []
                error = await self._write_down([letter for letter, _ in several])
                for _, noted in several:
                    if noted.done():
                        continue
                    noted.set_exception(error) if error else noted.set_result(None)
        finally:
            self._writing = None

    async def _write_down(self, letters: Sequence[Mapping[str, Any]]) -> Exception | None:
        try:
            async with self._database.single() as connection:
                await connection.exec_driver_sql(NOTE, (json_bytes(letters).decode(),))
        except Exception as error:  # noqa: BLE001 - whoever waits for the note is told, whatever it is
            return error
        return None


async def posted_of(connection: AsyncConnection, stream: str, cause: int, notice: str) -> Sequence[Any]:
    """Return the rows of a letter's copies that have been accepted."""
    rows = await connection.execute(
        select(posted).where(posted.c.stream == stream, posted.c.cause == cause, posted.c.notice == notice)
    )
    return rows.all()
