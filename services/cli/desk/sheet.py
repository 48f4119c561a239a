"""Tables of the desk: without lines, so that they are the same on a terminal, in a pipe and in a mail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from services.cli.desk.wording import ISOLATED, is_right_to_left, safe
from services.client.wait import Call

ALARM = "bold red"
QUIET = "dim"


#: No column is made narrower than its longest word for the others' sake, unless that is longer than this.
NARROWEST = 24
#: A date, a time of day with its offset, or any other word: none of them is broken while there is room.
WORD = re.compile(r"[A-Z][a-z]{2} \d{2} [A-Z][a-z]{2} \d{4}|\d{2}:\d{2}(?::\d{2})? [+-]\d{2}:\d{2}|\S+")


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a row: lines, one below the other, and how to print them; ``style`` never says what no word says."""

    lines: tuple[str, ...]
    style: str = ""

    @property
    def narrowest(self) -> int:
        """Return how wide the longest word is."""
        return max((cell_len(word) for line in self.lines for word in WORD.findall(line)), default=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A table with its title; ``calls`` are the calls that end what the row of that number is about."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    empty: str = "Nothing."
    calls: Sequence[Sequence[Call]] = ()
    asks: str = "To be done, by its number:"
    notes: Sequence[str] = field(default_factory=tuple)


def cell(*lines: str, style: str = "") -> Cell:
    """Return a cell of lines; empty ones are left out."""
    return Cell(tuple(safe(line) for line in lines if line), style)


def show(console: Console, sheets: Iterable[Sheet]) -> None:
    """Print tables, what to do about them, and their notes."""
    for number, sheet in enumerate(sheets):
        if number:
            console.print()
        console.print(Text(safe(sheet.title), style="bold"))
        if sheet.rows:
            console.print(_table(sheet))
        else:
            console.print(Text(sheet.empty))
        _show_calls(console, sheet)
        for note in sheet.notes:
            console.print(Text(note, style=QUIET))


def _table(sheet: Sheet) -> Table:
    is_headed = any(sheet.headings)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", show_header=is_headed)
    is_numbered = any(sheet.calls)
    if is_numbered:
        table.add_column("", no_wrap=True)
    for heading, column in zip(sheet.headings, zip(*sheet.rows, strict=True), strict=True):
        narrowest = max(each.narrowest for each in column)
        table.add_column(heading.upper(), min_width=min(narrowest, NARROWEST), overflow="fold")
    for number, row in enumerate(sheet.rows, start=1):
        table.add_row(*([Text(str(number))] if is_numbered else []), *(_Lines(each) for each in row))
    return table


def _show_calls(console: Console, sheet: Sheet) -> None:
    """Print the calls, each on a line of its own that can be copied, however narrow it is."""
    if not any(sheet.calls):
        return
    console.print()
    console.print(Text(sheet.asks))
    width = len(str(len(sheet.calls)))
    for number, calls in enumerate(sheet.calls, start=1):
        for order, call in enumerate(calls):
            mark = str(number) if not order else "or"
            line = f"{mark.rjust(max(width, 2))}  {call.method} {call.path}{sent_with(call)}"
            console.print(Text(line), soft_wrap=True)


def sent_with(call: Call) -> str:
    """Return what is sent with a call."""
    arguments = f"  {{{', '.join(call.arguments)}}}" if call.arguments else ""
    return f"{arguments}  If-Match: ETag of {call.if_match}, or *" if call.if_match else arguments


class _Lines:
    """The lines of a cell, each wrapped by itself; what runs from right to left stays within its cell."""

    def __init__(self, of: Cell) -> None:
        self._of = of

    def __rich_measure__(self, _console: Console, options: ConsoleOptions) -> Measurement:
        widest = max((cell_len(line) for line in self._of.lines), default=0)
        return Measurement(self._of.narrowest, widest).with_maximum(options.max_width)

    def __rich_console__(self, _console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self._of.lines:
            for part in wrapped(line, options.max_width):
                shown = ISOLATED.format(part) if is_right_to_left(part) else part
                yield Text(shown, style=self._of.style, end="", no_wrap=True)
                yield Segment.line()


def wrapped(line: str, width: int) -> list[str]:
    """Return a line in parts of a width, broken between words; dates and times of day are words."""
    parts = [""]
    for word in WORD.findall(line):
        for piece in chop_cells(word, width):
            longer = f"{parts[-1]} {piece}" if parts[-1] else piece
            if cell_len(longer) <= width:
                parts[-1] = longer
            else:
                parts.append(piece)
    return parts
