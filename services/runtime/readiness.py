"""What a process lacks to do its work, by name: nothing of where it is, since whoever balances load may ask."""

from __future__ import annotations

from temporalio.client import Client
from temporalio.service import RPCError

from services.commands.pollers import pollers_of
from services.commands.register_view import RegisterMissing, current_register
from services.runtime.migrations import newest_revision
from services.runtime.schema import revision_of
from services.storage.unit_of_work import Database, DatabaseAway


async def worker_lacking(database: Database, client: Client, task_queue: str) -> tuple[str, ...]:
    """Return what is not there for a worker: all that an API needs, ``temporal``, and that it asks for ``work``."""
    lacks = await lacking(database)
    try:
        pollers = await pollers_of(client, task_queue)
    except (RPCError, RuntimeError):  # the latter from a client that was never connected
        return (*lacks, "temporal")
    return lacks if client.identity in pollers else (*lacks, "work")


async def lacking(database: Database) -> tuple[str, ...]:
    """
    Return what is not there: ``database``, ``schema`` or ``register``.

    Temporal is none of it: while that is away commands are taken in all the same, and reading goes on.
    """
    try:
        if await revision_of(database) != newest_revision():
            return ("schema",)
        async with database.read() as connection:
            await current_register(connection)
    except DatabaseAway:
        return ("database",)
    except RegisterMissing:
        return ("register",)
    return ()
