"""Whether the database's schema is the one this release works with."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.runtime.migrations import newest_revision
from services.storage.unit_of_work import Database, DatabaseAway

LOOK_EVERY = 1.0
SAY_EVERY = 30

log = logging.getLogger(__name__)


async def revision_of(database: Database) -> str | None:
    """
    Return the revision a database is at; ``None`` if it was never migrated.

    Raises:
        DatabaseAway: it cannot be reached.
    """
    try:
        async with database.work() as connection:
            found = await connection.execute(text("select version_num from alembic_version"))
            revision: str | None = found.scalar_one_or_none()
            return revision
    except ProgrammingError:
        return None


async def schema_ready(database: Database) -> None:
    """Wait until the schema is the one this release works with; say now and then what is missing."""
    newest = newest_revision()
    looks = 0
    while (at := await _looked(database)) != newest:
        if looks % SAY_EVERY == 0:
            log.warning("waiting for the schema: it is at %s, %s is needed; run `dialogue migrate`", at, newest)
        looks += 1
        await asyncio.sleep(LOOK_EVERY)


async def _looked(database: Database) -> str | None:
    try:
        return await revision_of(database)
    except DatabaseAway as error:
        log.warning("waiting for the database: %s", error)
        return None
