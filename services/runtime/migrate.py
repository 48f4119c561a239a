"""Brings a database's schema up to date, or down."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from services.runtime.migrations import migrations_dir


async def migrate(owner_url: str, revision: str = "head") -> None:
    """Move the schema to a revision; one transaction a migration, as the owner of the schema."""
    engine = create_async_engine(owner_url)

    def run(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(migrations_dir()))
        config.attributes["connection"] = connection
        (command.downgrade if revision == "base" or revision.startswith("-") else command.upgrade)(config, revision)

    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
            await connection.commit()
    finally:
        await engine.dispose()
