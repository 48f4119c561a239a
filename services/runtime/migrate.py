"""Brings a database's schema up to date, or down."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine


def migrations_dir() -> Path:
    """Return where the migrations lie: beside the code in a checkout, inside the package in a wheel."""
    inside = Path(__file__).parents[1] / "storage" / "migrations"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "migrations"


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
