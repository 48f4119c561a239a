"""`dialogue actions`: action items, whose they are, when they are due, and the call that takes them on."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
    from services.cli.desk.sheet import Cell, Sheet
    from services.client.action import ActionItem
    from services.client.wait import Call, Wait

HELP = """
Show action items, the first due first: whose they are, how they stand, how long is left, and the call that is next.

\b
Examples:
  dialogue actions
  dialogue actions --entity AFRIPOL --overdue
  dialogue actions --body dialogue --cycle 9 --state done
  dialogue actions --json
"""
OwnerOption = Annotated[str | None, typer.Option("--entity", help="Only those it owns.", show_default=False)]
CycleOption = Annotated[int | None, typer.Option("--cycle", min=1, help="With --body: only of this cycle.")]
StateOption = Annotated[str | None, typer.Option("--state", help="Only in this state, like in_progress.")]
OverdueOption = Annotated[bool, typer.Option("--overdue", help="Only those past their time.")]


@dataclass(frozen=True, kw_only=True)
class Found:
    """Action items, what is awaited about each by its stream, and whether there are more."""

    items: Sequence[ActionItem]
    awaited: Mapping[str, Wait]
    is_more: bool = False


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("actions", help=HELP)(actions)


@at_the_desk()
def actions(  # noqa: PLR0913 - an option each
    *,
    door: Door,
    entity: OwnerOption = None,
    body: BodyOption = None,
    cycle: CycleOption = None,
    state: StateOption = None,
    overdue: OverdueOption = False,
    most: MostOption = MOST,
) -> None:
    """Show action items."""

    async def gather(desk: Desk) -> Found:
        wanted = desk.client.actions(body=body, cycle=cycle, owner=entity, state=state, overdue=overdue or None)
        (items, is_more), waits = await asyncio.gather(some(wanted, most), waits_by_stream(desk, body))
        return Found(items=items, awaited=waits, is_more=is_more)

    def sheets(found: Found, desk: Desk) -> list[Sheet]:
        return [sheet_of(desk, found, notes=more(found.is_more, most))]

    answer(door, gather, told, sheets)


async def waits_by_stream(desk: Desk, body: str | None) -> dict[str, Wait]:
    """Return one open wait of each stream, as far as the caller sees them."""
    return {wait.stream: wait async for wait in desk.client.waits(body=body)}


def told(found: Found, _now: datetime) -> list[Any]:
    """Return action items for programs."""
    return [in_json(each, next=in_json(calls_of(found, each.id))) for each in found.items]


def calls_of(found: Found, action: str) -> tuple[Call, ...]:
    """Return the calls that take an action on."""
    wait = found.awaited.get(f"action/{action}")
    return wait.ended_by if wait else ()


def sheet_of(desk: Desk, found: Found, *, notes: Sequence[str] = ()) -> Sheet:
    """Return action items as a table."""
    from services.cli.desk.sheet import Sheet, cell
    from services.cli.desk.wording import listed, safe, words

    return Sheet(
        title=desk.title("Action items"),
        headings=("action", "owner", "state", "due"),
        rows=[
            (
                cell(safe(each.title), f"{each.body} {each.cycle}, {each.id}"),
                cell(each.owner, f"with {listed(each.supporting)}" if each.supporting else ""),
                cell(words(each.state), "needs a new owner" if each.needs_new_owner else ""),
                _due(desk, each),
            )
            for each in found.items
        ],
        calls=[calls_of(found, each.id) for each in found.items],
        empty="There are no such action items.",
        asks="What is next, by its number:",
        notes=notes,
    )


def _due(desk: Desk, action: ActionItem) -> Cell:
    from services.cli.desk.sheet import cell
    from services.cli.desk.wording import stamp

    if action.is_open:
        from services.cli.desk.deadlines import due_cell

        return due_cell(desk, action.due_at, None)
    return cell(stamp(action.due_at, desk.zone))
