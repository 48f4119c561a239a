"""`dialogue demo`: everything on this machine, and a whole cycle of the Dialogue told as it happens."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.ending import INTERRUPTED, OK
from services.cli.reach import HomeOption
from services.cli.up import PortOption, environ_with, show_addresses

if TYPE_CHECKING:
    from services.cli.story.stage import Stage
    from services.runtime.home import Home
    from services.runtime.machine import Machine

HELP = """
Live through a whole meeting cycle on this machine, in about a minute: a real Temporal server, a real PostgreSQL, the
public HTTP API, each entity with its own keys.

The cycle runs under the procedure `exercise`, whose periods are seconds, so it runs at any hour of any day. Afterwards
the API keeps serving until Ctrl-C, to be looked at. Without --home the demonstration has a folder of its own, which is
emptied first.

\b
Examples:
  dialogue demo
  dialogue demo --once
  dialogue demo --home ./exercise
"""
FOLDER = "demo"
PERSON = {
    "name": "Coordinator of the Dialogue",
    "address": "coordinator@interpol.example",
    "entity": "INTERPOL",
    "role": "coordinator",
}
#: What of the desk has something to show when the story is over.
DESK = ("waiting", "cycles dialogue 1", "actions")
KEY_LIFE = timedelta(days=30)


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=HELP)(demo)


def demo(
    once: Annotated[bool, typer.Option("--once", help="End with the story, and do not go on serving.")] = False,
    home: HomeOption = None,
    api_port: PortOption = None,
) -> None:
    """Run everything and tell the story."""
    from services.cli.screen import screen
    from services.runtime.interruption import until_interrupted
    from services.telemetry.log import log_to_stderr

    log_to_stderr(os.environ.get("DIALOGUE_LOG_LEVEL") or "warning")
    chosen = prepared_home(home)
    is_told = False

    async def play() -> None:
        from services.runtime.machine import Machine

        nonlocal is_told
        began = time.monotonic()
        async with Machine(chosen, environ=environ_with(api_port)) as machine:
            screen().print(f"Ready after {time.monotonic() - began:.1f} s.")
            show_addresses(machine)
            await tell(machine, began)
            is_told = True
            if not once:
                screen().print("\nThe API keeps serving. Ctrl-C stops it.")
                await asyncio.Event().wait()

    if asyncio.run(until_interrupted(play())):
        typer.echo("\nStopped.")
    raise typer.Exit(OK if is_told else INTERRUPTED)


def prepared_home(home: Path | None) -> Home:
    """
    Return the data folder: the one named as it is, or the demonstration's own, emptied.

    Raises:
        ChildFailed: a demonstration runs over it.
    """
    from services.cli.screen import screen
    from services.runtime.home import Home

    if home is not None:
        screen().print(f"Starting over {Home.at(home).path} …")
        return Home.at(home)
    own = Home.at(Home.at().path / FOLDER)
    emptied = own.path.exists()
    if emptied:
        asyncio.run(_gone(own))
        shutil.rmtree(own.path)
    what = "emptied of the one before" if emptied else "a folder of its own"
    screen().print(f"Starting over {own.path} ({what}; keep one with --home) …")
    return own


async def _gone(home: Home) -> None:
    """
    Wait until nothing of an earlier demonstration runs, such as one that was killed and whose servers go down.

    Raises:
        ChildFailed: something still does.
    """
    from services.runtime.child import released

    await released(home.lock, name="demonstration", within=1)
    for lifeline in home.run.glob("*"):
        await released(lifeline, name=lifeline.name)


async def tell(machine: Machine, began: float) -> None:
    """
    Tell the story through the API, then what the ledger has of it and where to look next.

    Raises:
        StoryDiffers: something did not come as the story says.
    """
    from services.cli.keys import bootstrap_key
    from services.cli.screen import screen
    from services.cli.story.narrator import Narrator
    from services.cli.story.play import play
    from services.cli.story.stage import Stage

    first_key = await bootstrap_key(PERSON, datetime.now(UTC).replace(microsecond=0) + KEY_LIFE, machine.home.path)
    stage = Stage(url=machine.api.url, narrator=Narrator(screen()))
    async with stage.exits:
        await play(stage, first_key)
        await show_ledger(machine, stage)
        screen().print(f"\n[bold]The whole cycle took {time.monotonic() - began:.0f} seconds.[/] Where to look next:")
        show_doors(machine, stage)


async def show_ledger(machine: Machine, stage: Stage) -> None:
    """Show how many entries of which kind the ledger has of the cycle, its procedures and its action items."""
    from services.cli.screen import screen
    from services.runtime.settings import Settings
    from services.storage import ledger
    from services.storage.unit_of_work import Database

    facts = stage.facts
    streams = [
        f"cycle/dialogue/{facts['number']}",
        *(f"silence/{each}" for each in facts["procedures"]),
        *(f"action/{each}" for each in facts["actions"].values()),
    ]
    async with (
        Database(Settings.read(machine.environment).database_url, pool_size=1) as database,
        database.read() as connection,
    ):
        counted = await ledger.count_kinds(connection, streams)
    screen().print(f"\nThe ledger has {sum(counted.values())} entries of this cycle, in {len(streams)} streams:")
    nouns = sorted({noun for noun, _ in counted})
    columns = [[f"{number:>4} {kind}" for (noun, kind), number in counted.items() if noun == each] for each in nouns]
    stage.narrator.table(nouns, zip_longest(*columns, fillvalue=""))


def keep_keys(machine: Machine, stage: Stage) -> Path:
    """Keep everybody's key, each in a file only its owner reads, as a header that curl takes; return the folder."""
    folder = machine.home.path / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    for name, seat in stage.seats.items():
        file = folder / name.replace("/", ".").lower()
        file.touch(mode=0o600)
        file.write_text(f"Authorization: Bearer {seat.key}\n")
    return folder


def show_doors(machine: Machine, stage: Stage) -> None:
    """Show where to look next."""
    from services.cli.screen import program, screen

    folder = keep_keys(machine, stage)
    at = f"{machine.api.url}/v1"
    number, home = stage.facts["number"], machine.home.path
    lines = (
        f"Temporal UI    {machine.stack.temporal.ui_url}  (every aggregate is a workflow with a readable history)",
        f"API            {at}  (its description: {machine.api.url}/openapi.json)",
        f"Keys           {folder}  (one file a person, readable by you alone)",
        f"Notices        {machine.home.logs / 'worker.log'}  (no mail server is configured)",
        "",
        f"curl -H @{folder}/interpol.coordinator {at}/cycles/dialogue/{number}",
        f"curl -H @{folder}/unodc.head_of_delegation {at}/cycles/dialogue/{number}/contributions",
        f"curl -H @{folder}/europol.head_of_delegation {at}/follow-up-matrix",
        *(f"{program()} {each} --home {home} --key-file {folder}/interpol.coordinator" for each in DESK),
        f"{program()} doctor --home {home}",
        f"{program()} ledger rebuild --check --home {home}",
    )
    for line in lines:
        screen().print(f"  {line}" if line else "", markup=False)
