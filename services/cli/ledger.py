"""`dialogue ledger`: the rows, from the ledger."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from services.cli.ending import FINDING
from services.cli.reach import HomeOption

HELP = """
The ledger is the authority; all rows that answer questions come from it and can be written anew.

\b
Examples:
  dialogue ledger rebuild --check
  dialogue ledger rebuild
"""
REBUILD_HELP = """
Write all rows anew from the ledger, stream by stream, while the engine goes on.

With --check nothing is written: rows and ledger are compared, and the first differences named; exit 1 if there is one.
"""
FIRST = 20

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def group() -> None:
    """Keep the group a group though it has one command."""


@app.command(help=REBUILD_HELP)
def rebuild(
    home: HomeOption = None,
    check: Annotated[bool, typer.Option("--check", help="Compare only, write nothing.")] = False,
) -> None:
    """Rebuild the rows, or compare them."""
    from services.cli.reach import environment_of
    from services.runtime.settings import Settings

    settings = Settings.read(environment_of(home))
    asyncio.run(_compare(settings.database_url) if check else _rebuild(settings.database_url))


async def _rebuild(url: str) -> None:
    from services.cli.screen import progress
    from services.storage import rebuild as storage
    from services.storage.unit_of_work import Database

    async with Database(url, pool_size=2) as database:
        total = len(await storage.streams(database))
        with progress("Rebuilding", total) as step:
            async for stream in storage.rebuild(database):
                step(stream)
    typer.echo(f"The rows of {total} streams are written anew.")


async def _compare(url: str) -> None:
    from services.cli.screen import progress
    from services.storage import rebuild as storage
    from services.storage.unit_of_work import Database

    differing: list[storage.Difference] = []
    async with Database(url, pool_size=2) as database:
        total = len(await storage.streams(database))
        with progress("Comparing", total) as step:
            async for stream, differences in storage.compare(database):
                differing += differences
                step(stream)
    if not differing:
        typer.echo(f"The rows of {total} streams are what the ledger says.")
        return
    for difference in differing[:FIRST]:
        typer.echo(f"{difference.stream}: {difference.sentence}.")
    if len(differing) > FIRST:
        typer.echo(f"… and {len(differing) - FIRST} more.")
    typer.echo("Run: dialogue ledger rebuild")
    raise typer.Exit(FINDING)
