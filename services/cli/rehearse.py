"""`dialogue rehearse`: plays a scenario file under skipped time, before anybody is convened."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.ending import FINDING, INTERRUPTED, OK, WRONG_USE, say
from services.cli.policies import FolderOption

if TYPE_CHECKING:
    from services.rehearsal.performance import Progress
    from services.rehearsal.report import Report
    from services.rehearsal.scenario import Scenario

HELP = """
Play a scenario file: years pass in seconds, on the production engine with a database and a Temporal server of its own,
both gone afterwards. Nothing is sent to anybody.

A scenario says who does what when (timeline), and what has to come of it (expect): at an instant, so long after the
step before, or counted from an instant of what a step made, as s1.expires -PT1S, though that has still to come. It may
try another table (membership), weeks without feasts (calendars: weeks), or a procedure that is like one there is and
differs in some keys:

\b
  procedure: {dialogue: {like: high-level-dialogue@1, silence: {extensions: 2}}}

Ends with 0 when everything came as the scenario expects, 1 when something did not, 2 when the file is wrong.

\b
Examples:
  dialogue rehearse scenario.yaml
  dialogue rehearse scenario.yaml --json outcome.json
  dialogue rehearse --procedure high-level-dialogue@2 --years 10
  dialogue rehearse --commands
  dialogue policies schema scenario > scenario.schema.json
"""
EVERYTHING = "-"


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=HELP)(rehearse)


def rehearse(  # noqa: PLR0913, PLR0917 - one option each
    file: Annotated[Path | None, typer.Argument(help="The scenario file.", show_default=False)] = None,
    out: Annotated[
        Path | None, typer.Option("--json", help="Write the outcome to this file as JSON; - for standard output.")
    ] = None,
    commands: Annotated[
        bool, typer.Option("--commands", help="Print the commands and objects a scenario may name, and end.")
    ] = False,
    procedure: Annotated[
        str | None, typer.Option("--procedure", help="Live through years of a body under this procedure, NAME@VERSION.")
    ] = None,
    years: Annotated[int, typer.Option("--years", min=1, max=50, help="How many years.")] = 10,
    behaviour: Annotated[
        Path | None, typer.Option("--behaviour", help="How members behave in those years; default: well.")
    ] = None,
    folder: FolderOption = None,
) -> None:
    """Play one scenario, or years of a body."""
    if commands:
        from services.cli.rehearsal.vocabulary import show_commands

        show_commands()
        return
    if procedure is not None and file is None:
        from services.cli.rehearsal.yearbook import live_years

        raise typer.Exit(live_years(procedure, years, behaviour=behaviour, out=out, folder=folder))
    if file is None or procedure is not None:
        say("Name a scenario file, or a procedure with --procedure.")
        raise typer.Exit(WRONG_USE)
    raise typer.Exit(play(file, out, folder))


def play(file: Path, out: Path | None, folder: Path | None) -> int:
    """Play a file, show and write what came of it, and return the exit code."""
    from services.policies.fault import PolicyError
    from services.policies.folder import policies_dir
    from services.rehearsal.reading import read_scenario
    from services.rehearsal.seat import NotSeated
    from services.runtime.interruption import until_interrupted

    if trouble := cannot_be_written(out):
        say(trouble)
        return WRONG_USE
    logging.getLogger("temporalio").setLevel(os.environ.get("DIALOGUE_LOG_LEVEL", "critical").upper())
    reports: list[Report] = []
    policies = policies_dir(folder)
    try:
        scenario = read_scenario(file, policies, now=datetime.now(UTC))
        if asyncio.run(until_interrupted(_perform(scenario, policies, reports))):
            say("Stopped.")
            return INTERRUPTED
    except PolicyError as error:
        for fault in error.all:
            say(str(fault))
        return WRONG_USE
    except NotSeated as error:
        say(f"{file}: somebody cannot have the seat that the scenario gives them. {error}")
        return WRONG_USE
    return _tell(reports[0], out)


def cannot_be_written(out: Path | None) -> str:
    """Return the sentence for an outcome that has nowhere to go; empty if it has."""
    if out is None or str(out) == EVERYTHING or (out.parent.is_dir() and not out.is_dir()):
        return ""
    return f"--json {out}: the outcome cannot be written there; name a file in a folder that exists."


async def _perform(scenario: Scenario, policies: Path, reports: list[Report]) -> None:
    from services.cli.rehearsal.memory import collect_rarely
    from services.rehearsal.playing import rehearse as play_scenario
    from services.runtime.rehearsal import Playhouse

    collect_rarely()
    with progress(scenario) as passed:
        async with Playhouse(policies) as house:
            reports.append(await play_scenario(scenario, house.stage, passed))


@contextmanager
def progress(scenario: Scenario) -> Iterator[Progress]:
    """Give a function that is told each instant come to; a bar on a terminal, nothing elsewhere."""
    import sys

    from rich.progress import BarColumn, Progress, TextColumn

    from services.cli.screen import screen
    from services.rehearsal.anchor import At

    fixed = [step.at.instant for step in scenario.steps if isinstance(step.at, At)]
    end = max([scenario.starts, *fixed, *([scenario.until] if scenario.until else [])])
    total = max((end - scenario.starts).total_seconds(), 1)
    columns = (TextColumn("{task.description}"), BarColumn(30), TextColumn("{task.fields[at]}"))
    with Progress(*columns, console=screen(), transient=True, disable=not sys.stdout.isatty()) as bar:
        task = bar.add_task("rehearsing", total=total, at="everybody takes their seats")

        def passed(at: datetime) -> None:
            done = min((at - scenario.starts).total_seconds(), total)
            bar.update(task, completed=max(done, 0), at=f"{at:%a %d %b %Y, %H:%M:%S} UTC")

        yield passed


def _tell(report: Report, out: Path | None) -> int:
    written = json.dumps(report.value, indent=2, ensure_ascii=False)
    if out is not None and str(out) == EVERYTHING:
        typer.echo(written)
        return OK if report.ok else FINDING
    if out is not None:
        out.write_text(written + "\n", encoding="utf-8")
    from services.cli.rehearsal.table import show_report

    show_report(report)
    return OK if report.ok else FINDING
