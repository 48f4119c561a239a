"""`dialogue deadlines`: what falls due when, how long is left, and the call that meets it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.desk.options import (
    MOST,
    BodyOption,
    Desk,
    Door,
    EntityOption,
    EverybodyOption,
    MostOption,
    answer,
    at_the_desk,
    in_json,
    more,
    some,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Container, Sequence

    from services.cli.desk.sheet import Cell, Sheet
    from services.client.deadline import Deadline

HELP = """
Show what your entity has to meet, the first due first, with how long is left and the call of the API that meets it.

Deadlines that were met, and those of cycles that are over, are left out; --met shows what was met instead. Every
instant is the stored one: no later change of a calendar moves it. Where a day rule moved it when it was set, the reason
stands beside it.

\b
Examples:
  dialogue deadlines
  dialogue deadlines --entity AFRIPOL --body dialogue
  dialogue deadlines --everybody --json
"""
#: States of cycles in which nobody has to meet anything any more.
OVER = frozenset({"closed", "cancelled", "withdrawn", "skipped"})
MetOption = Annotated[bool, typer.Option("--met", help="Show what was met, and when.")]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("deadlines", help=HELP)(deadlines)


@at_the_desk()
def deadlines(
    *,
    door: Door,
    entity: EntityOption = None,
    body: BodyOption = None,
    everybody: EverybodyOption = False,
    met: MetOption = False,
    most: MostOption = MOST,
) -> None:
    """Show deadlines."""

    async def gather(desk: Desk) -> tuple[list[Deadline], bool]:
        wanted = desk.client.deadlines(entity=entity, body=body, met=met, everybody=everybody)
        return await some(wanted if met else standing(wanted, await over(desk, body)), most)

    def sheets(found: tuple[list[Deadline], bool], desk: Desk) -> list[Sheet]:
        return [sheet_of(desk, found[0], notes=more(found[1], most))]

    answer(door, gather, told, sheets)


async def over(desk: Desk, body: str | None) -> set[str]:
    """Return the streams of cycles that are over: nobody has to meet anything in them any more."""
    return {f"cycle/{each.body}/{each.number}" async for each in desk.client.cycles(body=body) if each.state in OVER}


async def standing(wanted: AsyncIterator[Deadline], over: Container[str]) -> AsyncIterator[Deadline]:
    """Give deadlines but those of streams that are over."""
    async for each in wanted:
        if each.stream not in over:
            yield each


def told(found: tuple[list[Deadline], bool], now: datetime) -> list[Any]:
    """Return deadlines for programs."""
    return [in_json(each, is_overdue=is_overdue(each, now)) for each in found[0]]


def is_overdue(deadline: Deadline, now: datetime) -> bool:
    """Tell whether a deadline has passed without having been met."""
    return deadline.met_at is None and deadline.due_at < now


def sheet_of(desk: Desk, found: Sequence[Deadline], *, notes: Sequence[str] = ()) -> Sheet:
    """Return deadlines as a table: what several have to meet at the same instant is one row."""
    from services.cli.desk.sheet import Sheet, cell
    from services.cli.desk.wording import listed, place, words

    rows: dict[tuple[Any, ...], list[Deadline]] = {}
    for each in found:
        key = (each.due_at, each.stream, each.label, each.reason, each.met_at)
        rows.setdefault(key, []).append(each)
    return Sheet(
        title=desk.title("What falls due"),
        headings=("what", "of whom", "due"),
        rows=[
            (
                cell(words(of[0].label), place(of[0].stream)),
                cell(listed(each.entity for each in of)),
                due_cell(desk, of[0].due_at, of[0].met_at, of[0].reason),
            )
            for of in rows.values()
        ],
        calls=[of[0].met_by if of[0].met_at is None else () for of in rows.values()],
        empty="Nothing falls due.",
        asks="What meets it, by its number:",
        notes=notes,
    )


def due_cell(desk: Desk, due_at: datetime, met_at: datetime | None, reason: str = "") -> Cell:
    """Return when something is due, how long is left, and why it is due just then; or when it was met."""
    from services.cli.desk.sheet import ALARM, cell
    from services.cli.desk.wording import left, stamp

    if met_at is not None:
        return cell(stamp(due_at, desk.zone), f"met {stamp(met_at, desk.zone)}", reason)
    return cell(stamp(due_at, desk.zone), left(due_at, desk.now), reason, style=ALARM if due_at < desk.now else "")
