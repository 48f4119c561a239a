"""The narrator: says who did what, when, in whose local time, and why it matters; shows what is waited for."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from textwrap import fill
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn

WIDTH = 100
INDENT = " " * 4
TICK = 0.1


class Narrator:
    """Tells the story on a console; instants are aware, and shown in the zone they are told in."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._acts = 0

    def act(self, title: str, why: str) -> None:
        """Begin an act."""
        self._acts += 1
        self._console.print(f"\n[bold cyan]{self._acts}. {escape(title)}[/]")
        self.explain(why)

    def explain(self, text: str) -> None:
        """Say why something matters."""
        self._console.print(f"[dim]{escape(self._wrapped(text))}[/]")

    def tell(self, at: datetime, zone: str, who: str, what: str) -> None:
        """Say who did what at an instant, in the local time of where they are."""
        self._console.print(f"  {local(at, zone):<25} [bold]{escape(who)}[/] {escape(what)}")

    def note(self, text: str) -> None:
        """Say what has come of it."""
        self._console.print(f"[green]{escape(self._wrapped(text, mark='→ '))}[/]")

    def lines(self, lines: Iterable[str]) -> None:
        """Show lines as they are, such as commands to copy."""
        for line in lines:
            self._console.print(f"{INDENT}{escape(line)}")

    def table(self, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Show a table."""
        lines = [tuple(row) for row in rows]
        widths = [max(map(len, column)) for column in zip(headings, *lines, strict=True)]
        heading, *rest = (
            "   ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
            for line in (tuple(headings), *lines)
        )
        self._console.print(f"{INDENT}[bold]{escape(heading)}[/]")
        self.lines(rest)

    async def wait_until(self, at: datetime, what: str) -> None:
        """Wait until an instant, showing how far it is."""
        total = (at - datetime.now(UTC)).total_seconds()
        if total <= 0:
            return
        awaited = f"waiting for {at:%H:%M:%S} UTC: {what}"
        if not sys.stdout.isatty():
            self._console.print(f"{INDENT}… {awaited} ({total:.0f} s)")
            await asyncio.sleep(total)
            return
        columns = (TextColumn(INDENT + "{task.description}"), BarColumn(24), TextColumn("{task.fields[left]:.0f} s"))
        with Progress(*columns, console=self._console, transient=True) as bar:
            task = bar.add_task(awaited, total=total, left=total)
            while (left := (at - datetime.now(UTC)).total_seconds()) > 0:
                bar.update(task, completed=total - left, left=left)
                await asyncio.sleep(min(TICK, left))

    def _wrapped(self, text: str, mark: str = "") -> str:
        width = min(self._console.width, WIDTH)
        return fill(text, width, initial_indent=INDENT + mark, subsequent_indent=INDENT + " " * len(mark))


def local(at: datetime, zone: str) -> str:
    """Return an instant as clocks there show it: weekday, time and place."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %H:%M:%S} {city(zone)}"


def dated(at: datetime, zone: str) -> str:
    """Return an instant with its date, as clocks and calendars there show it."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %d %b, %H:%M:%S} {city(zone)}"


def city(zone: str) -> str:
    """Return the place that names a zone."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")
