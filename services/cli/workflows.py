"""`dialogue workflows`: the workflows, from the ledger."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.ending import FINDING
from services.cli.reach import HomeOption

if TYPE_CHECKING:
    from services.commands.recovery import Found
    from services.runtime.settings import Settings

HELP = """
Every aggregate runs as a workflow of Temporal; from the ledger each can be started again, with its timers as stored.

\b
Examples:
  dialogue workflows rebuild --check
  dialogue workflows rebuild
"""
REBUILD_HELP = """
Start every aggregate whose workflow is missing or behind its ledger, from the folded ledger; then it is served by any
worker. Nothing need be running but PostgreSQL and Temporal.

With --check nothing is started: what is missing, behind or ahead is named; exit 1 if anything is.

A workflow ahead of its ledger says that an older database was restored under a newer Temporal. No worker serves then.
Restore the newer database; or, if there is none, let the older one hold with --accept-loss: what workflows decided
since is ended unheard, and has to be sent again. Their histories stay in Temporal.
"""

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def group() -> None:
    """Keep the group a group though it has one command."""


@app.command(help=REBUILD_HELP)
def rebuild(
    home: HomeOption = None,
    check: Annotated[bool, typer.Option("--check", help="Compare only, start nothing.")] = False,
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Let the ledger hold where workflows are ahead of it.")
    ] = False,
) -> None:
    """Rebuild the workflows, or compare them."""
    from services.cli.reach import environment_of
    from services.commands.standing import Standing
    from services.runtime.settings import Settings

    found = asyncio.run(_recover(Settings.read(environment_of(home)), check=check, accept_loss=accept_loss))
    if any(each.standing is not Standing.AHEAD and not each.is_restarted for each in found):
        typer.echo("Run: dialogue workflows rebuild")
    if any(each.standing is Standing.AHEAD and not each.is_restarted for each in found):
        typer.echo("The database is older than Temporal. Restore the newer one; or, if there is none,")
        typer.echo("run: dialogue workflows rebuild --accept-loss")
    if not all(each.is_restarted for each in found):
        raise typer.Exit(FINDING)


async def _recover(settings: Settings, *, check: bool, accept_loss: bool) -> list[Found]:
    """Return the streams whose workflow was not what the ledger says."""
    from services.commands.recovery import recover
    from services.commands.standing import Standing
    from services.runtime.composition import compose

    compared = 0
    differing = []
    async with compose(settings) as engine:
        async for found in recover(
            database=engine.database,
            client=engine.client,
            task_queue=settings.temporal.task_queue,
            check=check,
            accept_loss=accept_loss,
        ):
            compared += 1
            if found.standing is Standing.LEVEL:
                continue
            differing.append(found)
            typer.echo(f"{found.stream}: {found.standing} ({_where(found)}){_done(found)}")
    typer.echo(f"{compared - len(differing)} of {compared} open streams have the workflow that the ledger says.")
    return differing


def _where(found: Found) -> str:
    at = "none" if found.workflow_version is None else str(found.workflow_version)
    return f"ledger {found.version}, workflow {at}"


def _done(found: Found) -> str:
    if not found.is_restarted:
        return ""
    return ", started anew" if found.version else ", put aside"
