"""`dialogue workflows`: the workflows, from the ledger."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.ending import FINDING
from services.cli.reach import HomeOption

if TYPE_CHECKING:
    from services.runtime.settings import Settings

HELP = """
Every aggregate runs as a workflow of Temporal; from the ledger each can be started again, with its timers as stored.

\b
Examples:
  dialogue workflows rebuild --check
  dialogue workflows rebuild
"""
REBUILD_HELP = """
Start every aggregate whose workflow is missing or behind its ledger, from the folded ledger. A worker must be serving.

With --check nothing is started: what is missing, behind or ahead is named; exit 1 if anything is.
"""

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def group() -> None:
    """Keep the group a group though it has one command."""


@app.command(help=REBUILD_HELP)
def rebuild(
    home: HomeOption = None,
    check: Annotated[bool, typer.Option("--check", help="Compare only, start nothing.")] = False,
) -> None:
    """Rebuild the workflows, or compare them."""
    from services.cli.reach import environment_of
    from services.runtime.settings import Settings

    differing = asyncio.run(_recover(Settings.read(environment_of(home)), check=check))
    if differing and check:
        typer.echo("Run: dialogue workflows rebuild")
        raise typer.Exit(FINDING)


async def _recover(settings: Settings, *, check: bool) -> int:
    from services.commands.recovery import Standing, recover
    from services.runtime.composition import compose

    compared = differing = 0
    async with compose(settings) as engine:
        queue = settings.temporal.task_queue
        async for found in recover(database=engine.database, client=engine.client, task_queue=queue, check=check):
            compared += 1
            if found.standing is Standing.LEVEL:
                continue
            differing += 1
            at = "none" if found.workflow_version is None else str(found.workflow_version)
            done = ", started anew" if found.is_restarted else ""
            typer.echo(f"{found.stream}: {found.standing} (ledger {found.version}, workflow {at}){done}")
    typer.echo(f"{compared - differing} of {compared} open streams have the workflow that the ledger says.")
    return differing
