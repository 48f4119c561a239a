"""`dialogue calendars`: which days each delegation works, a year at a glance, what a changed calendar would move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.desk.options import (
    MOST,
    BodyOption,
    Desk,
    Door,
    MostOption,
    answer,
    at_the_desk,
    in_json,
    more,
    some,
)

if TYPE_CHECKING:
    from services.cli.desk.sheet import Sheet
    from services.client.calendar import Calendar, CalendarItem
    from services.client.deadline import Deadline
    from services.client.entity import WorkingWeek

HELP = """
Show which days delegations work: weeks, half days, feasts, and days worked in their stead.

A feast is expected as long as nobody has announced it. A calendar that changes moves no stored deadline: `moves` lists
those it would move, and the command change_due moves one.

\b
Examples:
  dialogue calendars list
  dialogue calendars show AFRIPOL 2026
  dialogue calendars show SCO --json
  dialogue calendars moves --body wg-sc
"""
LIST_HELP = "List the working calendars of all delegations, with the week each works now."
SHOW_HELP = "Show what the calendar of an entity, or of a delegation, says of a year: every month, and every feast."
MOVES_HELP = "List the deadlines that calendars as known now would put elsewhere, with the instant they stand at."
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: how a day of the year is drawn
MARKS = {"w": "#", "h": "+", "o": ".", "f": "F", "e": "e"}
LEGEND = "# worked, + for half a day, F feast, e feast that is expected, . off by the week"

EntityArgument = Annotated[str, typer.Argument(help="An entity or one of its delegations, like AFRIPOL.")]
YearArgument = Annotated[int | None, typer.Argument(min=1990, max=2100, help="This year unless another is named.")]

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)


@app.command("list", help=LIST_HELP)
@at_the_desk(without="zone")
def list_(
    *,
    door: Door,
) -> None:
    """List calendars."""

    async def gather(desk: Desk) -> list[CalendarItem]:
        return [each async for each in desk.client.calendars()]

    def told(found: list[CalendarItem], _now: datetime) -> list[Any]:
        return [in_json(each) for each in found]

    answer(door, gather, told, lambda f, d: [list_sheet(d, f)])


@app.command(help=SHOW_HELP)
@at_the_desk(without="zone")
def show(
    entity: EntityArgument,
    year: YearArgument = None,
    *,
    door: Door,
) -> None:
    """Show a year."""

    async def gather(desk: Desk) -> list[Calendar]:
        codes = [each.delegation async for each in desk.client.calendars() if entity in {each.delegation, each.entity}]
        return [await desk.client.calendar(code, year=year) for code in codes or [entity]]

    def told(found: list[Calendar], _now: datetime) -> list[Any]:
        return [in_json(each) for each in found]

    answer(door, gather, told, lambda found, _: [sheet for each in found for sheet in year_sheets(each)])


@app.command(help=MOVES_HELP)
@at_the_desk()
def moves(
    *,
    door: Door,
    body: BodyOption = None,
    most: MostOption = MOST,
) -> None:
    """List what would move."""

    async def gather(desk: Desk) -> tuple[list[Deadline], bool]:
        return await some(desk.client.deadlines(body=body, would_move=True, everybody=True), most)

    def told(found: tuple[list[Deadline], bool], _now: datetime) -> list[Any]:
        return [in_json(each) for each in found[0]]

    def sheets(found: tuple[list[Deadline], bool], desk: Desk) -> list[Sheet]:
        return [moves_sheet(desk, found[0], notes=more(found[1], most))]

    answer(door, gather, told, sheets)


def list_sheet(desk: Desk, found: Sequence[CalendarItem]) -> Sheet:
    """Return the calendars as a table, each with the week that holds now."""
    from services.cli.desk.sheet import Sheet, cell

    return Sheet(
        title="Working calendars",
        headings=("delegation", "place", "works now", "edition"),
        rows=[
            (
                cell(each.delegation),
                cell(each.place, each.calendar_zone),
                cell(week_in_words(each.weeks, desk.now)),
                cell(each.reference or "-"),
            )
            for each in found
        ],
        notes=("A year of one: dialogue calendars show AFRIPOL 2026",),
    )


def week_in_words(weeks: Sequence[WorkingWeek], now: datetime) -> str:
    """Return the week that holds at an instant, in words: ``Mon to Thu until 17:00, Fri until 12:00``."""
    holding = [week for week in weeks if week.since <= now]
    if not holding:
        return "not known yet"
    closes = max(holding, key=lambda week: week.since).closes
    hours = [closes.get(day) for day in range(1, 8)]
    first = next((day for day in range(7) if hours[day] and not hours[day - 1]), 0)
    runs = groupby(((first + nth) % 7 for nth in range(7)), key=lambda day: hours[day])
    return ", ".join(f"{_run(list(days))} until {hour}" for hour, days in runs if hour) or "no day"


def _run(days: Sequence[int]) -> str:
    """Say days that follow one another: ``Sun to Thu``."""
    return DAYS[days[0]] if len(days) == 1 else f"{DAYS[days[0]]} to {DAYS[days[-1]]}"


def year_sheets(calendar: Calendar) -> list[Sheet]:
    """Return a year of a calendar: a picture of its months, then its feasts and the days worked in their stead."""
    from services.cli.desk.sheet import Sheet, cell

    picture = Sheet(
        title=f"{calendar.delegation} {calendar.year}, dates of {calendar.calendar_zone}: "
        f"{calendar.working_days} working days",
        headings=("", "".join(f"{day % 10}" for day in range(1, 32))),
        rows=[
            (cell(month), cell("".join(MARKS[day] for day in word)))
            for month, word in zip(MONTHS, calendar.months, strict=True)
        ],
        notes=(LEGEND,),
    )
    feasts = Sheet(
        title="Feasts and days worked in their stead",
        headings=("date", "what", "how sure"),
        rows=[
            *(
                (
                    cell(f"{day.weekday} {day.on.isoformat()}"),
                    cell(day.name, "off by the week anyway" if day.in_weekend else ""),
                    cell("expected" if day.is_expected else day.confidence),
                )
                for day in calendar.feasts
            ),
            *(
                (cell(f"{day.weekday} {day.on.isoformat()}"), cell(day.name), cell(f"worked until {day.closes}"))
                for day in calendar.worked_days
            ),
        ],
        empty="None are known.",
        notes=(f"From {calendar.reference or 'the membership'}: {calendar.source or 'weeks alone'}",),
    )
    return [picture, feasts]


def moves_sheet(desk: Desk, found: Sequence[Deadline], *, notes: Sequence[str] = ()) -> Sheet:
    """Return deadlines that would move as a table: where they stand, and where they would be."""
    from services.cli.desk.sheet import Sheet, cell
    from services.cli.desk.wording import place, stamp, words

    return Sheet(
        title=desk.title("What changed calendars would move"),
        headings=("what", "of whom", "stands at", "would be at"),
        rows=[
            (
                cell(words(each.label), place(each.stream)),
                cell(each.entity),
                cell(stamp(each.due_at, desk.zone)),
                cell(stamp(each.would_be_at, desk.zone) if each.would_be_at else "-", each.would_be_reason),
            )
            for each in found
        ],
        empty="Nothing would move.",
        notes=(*notes, "None moves by itself; change_due moves one, and its debtor is told."),
    )
