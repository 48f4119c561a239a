"""`dialogue doctor`."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated

import typer

from services.cli.ending import FINDING
from services.cli.reach import HomeOption

HELP = """
Look for what a person should see to, and say for each which command to run; exit 1 if there is anything.

Database, schema, Temporal, workers, retention; what is spoken in the clear, certificates near their end, keys that are
not there; acts without a decision, instants past due, notices nobody got, ledger
entries without a position; workflows that are gone, wedged, or fail.

\b
Examples:
  dialogue doctor
  dialogue doctor --home ./data --json
"""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=HELP)(doctor)


def doctor(
    home: HomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array, empty when all is well.")] = False,
) -> None:
    """Print a line a finding."""
    from dataclasses import asdict

    from services.cli.reach import environment_of
    from services.runtime.checkup import check_up
    from services.runtime.settings import Settings

    found = asyncio.run(check_up(Settings.read(environment_of(home))))
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], indent=2))
    else:
        for each in found:
            typer.echo(f"{each.check}: {each.subject}: {each.sentence}. Run: {each.command}")
        if not found:
            typer.echo("All is well.")
    if found:
        raise typer.Exit(FINDING)
