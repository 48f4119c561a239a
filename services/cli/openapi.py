"""`dialogue openapi`."""

from __future__ import annotations

import json

import typer

HELP = """
Print the API's contract (OpenAPI 3.1, JSON): every operation with its examples and the problems it may meet.

It is what a served API gives under /openapi.json; no engine is needed.

\b
Example:
  dialogue openapi > openapi.json
"""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=HELP)(openapi)


def openapi() -> None:
    """Print the contract."""
    from services.api.app import published_contract

    typer.echo(json.dumps(published_contract(), indent=1, ensure_ascii=False))
