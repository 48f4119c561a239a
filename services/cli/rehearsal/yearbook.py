"""Years of a body under a procedure: lived through with a bar, then told as calendar, deadlines, load and letters."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from services.cli.desk.wording import safe
from services.cli.ending import INTERRUPTED, OK, WRONG_USE, say
from services.cli.screen import screen

if TYPE_CHECKING:
    from services.policies.edition import Edition
    from services.rehearsal.performance import Progress
    from services.rehearsal.yearbook import Asked

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EVERYTHING = "-"


def live_years(procedure: str, years: int, *, behaviour: Path | None, out: Path | None, folder: Path | None) -> int:
    """Live through the years, show and write what they came to, and return the exit code."""
    from services.policies.fault import PolicyError
    from services.rehearsal.seat import NotSeated
    from services.runtime.interruption import until_interrupted

    logging.getLogger("temporalio").setLevel(os.environ.get("DIALOGUE_LOG_LEVEL", "critical").upper())
    found: list[Mapping[str, Any]] = []
    try:
        if asyncio.run(until_interrupted(_live(procedure, years, behaviour, folder, found))):
            say("Stopped.")
            return INTERRUPTED
    except PolicyError as error:
        for fault in error.all:
            say(str(fault))
        return WRONG_USE
    except NotSeated as error:
        say(f"Somebody cannot have the seat that these years need. {error}")
        return WRONG_USE
    _tell(found[0], out)
    return OK


async def _live(
    procedure: str, years: int, behaviour: Path | None, folder: Path | None, found: list[Mapping[str, Any]]
) -> None:
    from services.cli.rehearsal.memory import collect_rarely
    from services.policies.folder import policies_dir
    from services.runtime.fleeting import FleetingPostgres

    async with FleetingPostgres() as server:
        # the server starts meanwhile
        asked, edition = await asyncio.to_thread(_asked, procedure, years, behaviour, policies_dir(folder))
        from services.rehearsal.yearbook import live
        from services.runtime.rehearsal import Playhouse

        collect_rarely()
        with _progress(asked) as passed:
            async with Playhouse(policies_dir(folder), server=server) as house:
                found.append(await live(asked, edition, policies_dir(folder), house.stage, passed))


def _asked(procedure: str, years: int, behaviour: Path | None, policies: Path) -> tuple[Asked, Edition]:
    """Load what years are lived through with, and say which are asked for."""
    import services.runtime.rehearsal  # noqa: F401 - loaded here, so that the server need not be waited for
    from services.policies.edition import load_edition
    from services.rehearsal.behaviour import Behaviour, read_behaviour
    from services.rehearsal.yearbook import Asked, body_for, check_pace

    edition = load_edition(policies)
    asked = Asked(
        body=body_for(edition, procedure),
        procedure=procedure,
        starts=datetime(datetime.now(UTC).year + 1, 1, 1, tzinfo=UTC),
        years=years,
        behaviour=read_behaviour(behaviour, edition.membership) if behaviour else Behaviour(),
    )
    check_pace(asked, edition)
    return asked, edition


@contextmanager
def _progress(asked: Asked) -> Iterator[Progress]:
    from rich.progress import BarColumn, Progress, TextColumn

    total = (asked.until - asked.starts).total_seconds()
    columns = (TextColumn("{task.description}"), BarColumn(30), TextColumn("{task.fields[at]}"))
    with Progress(*columns, console=screen(), transient=True, disable=not sys.stdout.isatty()) as bar:
        task = bar.add_task("living", total=total, at="everybody takes their seats")

        def passed(at: datetime) -> None:
            bar.update(task, completed=max((at - asked.starts).total_seconds(), 0), at=f"{at:%d %b %Y}")

        yield passed


def _tell(value: Mapping[str, Any], out: Path | None) -> None:
    written = json.dumps(value, indent=2, ensure_ascii=False)
    if out is not None and str(out) == EVERYTHING:
        typer.echo(written)
        return
    if out is not None:
        out.write_text(written + "\n", encoding="utf-8")
    screen().print(f"[bold]{value['years']} years of {value['body']} under {value['procedure']}[/]")
    screen().print(f"{safe(value['behaviour']['name'])} (seed {value['behaviour']['seed']}).", markup=False)
    _show_calendar(value["cycles"])
    _show_deadlines(value["deadlines"])
    _show_load(value["load"])
    _show_letters(value["notices"])
    _show_clashes(value["clashes"])
    _show_troubles(value["troubles"])


def _show_calendar(cycles: Iterable[Mapping[str, Any]]) -> None:
    rows = [
        (
            str(each["number"]),
            each["local"],
            _day(each["convened_at"]),
            _day(each["adopted_at"]),
            each["state"],
        )
        for each in cycles
    ]
    _show("Sessions", ("no.", "begins", "convened", "adopted", "state"), rows)


def _show_deadlines(deadlines: Iterable[Mapping[str, Any]]) -> None:
    rows = [
        (
            each["local"],
            each["entity"],
            each["label"],
            each["of"],
            "late" if each["is_late"] else "met" if each["met_at"] else "open",
        )
        for each in deadlines
    ]
    _show("Deadlines, in each entity's local time", ("due", "entity", "what", "of", ""), rows)


def _show_load(load: Mapping[str, Mapping[str, int]]) -> None:
    rows = [
        (entity, *(str(months.get(f"{n:02d}", "")) for n in range(1, 13)), str(sum(months.values())))
        for entity, months in load.items()
    ]
    _show("Deadlines by entity and month, over all years", ("entity", *MONTHS, "all"), rows)


def _show_letters(notices: Mapping[str, Mapping[str, int]]) -> None:
    rows = []
    for who, weeks in notices.items():
        busiest = max(weeks, key=lambda week: weeks[week])
        rows.append((who, str(sum(weeks.values())), str(len(weeks)), f"{weeks[busiest]} in {busiest}"))
    _show("Letters by person and week", ("who", "letters", "weeks with any", "most in a week"), rows)


def _show_clashes(clashes: Iterable[Mapping[str, Any]]) -> None:
    rows = [(str(each["cycle"]), each["at"], each["on"], each["why"]) for each in clashes]
    _show("Session days that somebody does not work", ("no.", "where", "on", "why"), rows)


def _show_troubles(troubles: Iterable[Mapping[str, Any]]) -> None:
    rows = [(_day(each["at"]), each["by"], each["do"], each["sentence"]) for each in troubles]
    _show("What was refused on the way", ("on", "who", "what", "why"), rows)


def _show(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    screen().print(f"\n[bold]{title}[/]")
    if not rows:
        screen().print("  none")
        return
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    for row in (headings, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        screen().print("  " + "  ".join(cells).rstrip(), markup=False)


def _day(instant: str | None) -> str:
    return instant[:10] if instant else "-"
