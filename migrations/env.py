"""Runs migrations as the owner of the schema, over asyncpg, in one transaction each."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

from services.storage import tables  # noqa: F401 - fills the metadata
from services.storage.base import metadata

if TYPE_CHECKING:
    from sqlalchemy import Connection


def run(connection: Connection) -> None:
    """Run the migrations asked for on a connection."""
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()


async def connect() -> None:
    """Connect to the database named by the configuration, or by ``DIALOGUE_DATABASE_OWNER_URL``."""
    url = context.config.get_main_option("sqlalchemy.url") or os.environ["DIALOGUE_DATABASE_OWNER_URL"]
    engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(connect())
