"""`dialogue up`: everything on this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.reach import HomeOption

if TYPE_CHECKING:
    from services.runtime.machine import Machine

HELP = """
Start a Temporal server, a PostgreSQL, a worker and the API on this machine, and keep them alive until Ctrl-C.

All data lie in one folder (--home). What dies is started again; nothing is lost when anything is killed. The first
start makes the databases and founds the register from the policy files.

\b
Examples:
  dialogue up
  dialogue up --home ./data --api-port 8080
"""

PortOption = Annotated[
    int | None,
    typer.Option("--api-port", min=1, max=65_535, help="The API's port. Default: a free one, the same every time."),
]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=HELP)(up)


def up(home: HomeOption = None, api_port: PortOption = None) -> None:
    """Run everything of one home until interrupted."""
    from services.cli.screen import screen
    from services.runtime.home import Home
    from services.runtime.interruption import until_interrupted
    from services.telemetry.log import log_to_stderr

    log_to_stderr(os.environ.get("DIALOGUE_LOG_LEVEL") or "warning")
    began = time.monotonic()

    async def serve() -> None:
        from services.runtime.machine import Machine

        screen().print(f"Starting over {Home.at(home).path} …")
        async with Machine(Home.at(home), environ=environ_with(api_port)) as machine:
            show_addresses(machine)
            if machine.worker.held:
                screen().print(f"\n{machine.worker.held}", markup=False)
            screen().print(f"\nReady after {time.monotonic() - began:.1f} s. Ctrl-C stops it; nothing is lost.")
            show_next_steps(machine)
            await asyncio.Event().wait()

    if asyncio.run(until_interrupted(serve())):
        typer.echo("\nStopped.")


def environ_with(api_port: int | None) -> dict[str, str]:
    """Return the environment, with the API's port if one is chosen."""
    return {**os.environ, **({"DIALOGUE_API_PORT": str(api_port)} if api_port else {})}


def show_addresses(machine: Machine) -> None:
    """Print where what runs can be reached."""
    from services.cli.screen import screen

    for what, where in (
        ("API", f"{machine.api.url}/v1"),
        ("Temporal UI", machine.stack.temporal.ui_url),
        ("Metrics", f"{machine.metrics['worker']} and {machine.metrics['api']}"),
        ("Logs", str(machine.home.logs)),
    ):
        screen().print(f"  {what:<12} {where}")


def show_next_steps(machine: Machine) -> None:
    """Print what to do next."""
    from services.cli.screen import program, screen

    home = f"--home {machine.home.path}"
    who = "--name 'Your name' --address you@example.org --entity INTERPOL --role coordinator"
    first = [] if machine.has_keys else [f"keys issue --bootstrap {home} {who}"]
    screen().print("In another terminal:")
    for line in (*first, f"doctor {home}"):
        screen().print(f"  {program()} {line}", markup=False)
