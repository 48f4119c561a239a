"""`dialogue migrate`."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from services.cli.reach import HomeOption

HELP = """
Bring the database's schema to the revision this release works with, or to another.

It is done as the schema's owner (DIALOGUE_DATABASE_OWNER_URL), one transaction a migration. `dialogue up` does it by
itself; worker and API wait until it has been done.

\b
Examples:
  dialogue migrate
  dialogue migrate --to -1        (one back)
  dialogue migrate --to base      (drops everything)
"""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=HELP)(migrate)


def migrate(
    to: Annotated[str, typer.Option("--to", metavar="REV", help="A revision, head, base, +1 or -1.")] = "head",
    home: HomeOption = None,
) -> None:
    """Move the schema to a revision."""
    from services.cli.reach import environment_of
    from services.runtime.migrate import migrate as move
    from services.runtime.settings import read_owner_url

    asyncio.run(move(read_owner_url(environment_of(home)), to))
    typer.echo(f"The schema is at {to}.")
