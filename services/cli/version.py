"""`dialogue version`."""

from __future__ import annotations

import typer

HELP = "Say which release this is, and of what it consists."


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=HELP)(version)


def version() -> None:
    """Print name and version of the release, and of what decides with it."""
    import platform
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as version_of

    def known(package: str) -> str:
        try:
            return version_of(package)
        except PackageNotFoundError:
            return "not installed"

    typer.echo(f"dialogue {known('dialogue-engine')}")
    typer.echo(f"Python {platform.python_version()}, temporalio {known('temporalio')}, tzdata {known('tzdata')}")
