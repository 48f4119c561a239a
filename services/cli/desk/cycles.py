"""`dialogue cycles`: the cycles there are, those of a body with its series, or one with all that it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.desk.cycle_found import Found, stream_of
from services.cli.desk.options import (
    MOST,
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
    from services.client.cycle import Cycle
    from services.client.wait import Wait

HELP = """
Show meeting cycles, the latest session first, and who is waited for in each.

With a BODY: its cycles, its series, the sessions that come next and those that are skipped. With its NUMBER too: one
cycle whole, with its deadlines, answers, procedures and actions, what it will send by itself if nobody acts, and the
calls that move it on.

\b
Examples:
  dialogue cycles
  dialogue cycles --state convened --state in_session
  dialogue cycles wg-sc
  dialogue cycles dialogue 9
  dialogue cycles dialogue 9 --json
"""
BodyArgument = Annotated[str | None, typer.Argument(metavar="BODY", help="Like dialogue.", show_default=False)]
NumberArgument = Annotated[int | None, typer.Argument(metavar="NUMBER", min=1, help="Like 9.", show_default=False)]
StateOption = Annotated[list[str] | None, typer.Option("--state", help="Only in this state; may be given again.")]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("cycles", help=HELP)(cycles)


@at_the_desk()
def cycles(
    body: BodyArgument = None,
    number: NumberArgument = None,
    state: StateOption = None,
    most: MostOption = MOST,
    *,
    door: Door,
) -> None:
    """Show cycles."""

    async def gather(desk: Desk) -> Found:
        if body and number:
            cycle, mailings, waits = await asyncio.gather(
                desk.client.cycle(body, number), desk.client.cycle_mailings(body, number), waits_of(desk, body)
            )
            return Found(cycle=cycle, mailings=mailings, waits=of_cycle(cycle, waits))
        wanted = some(desk.client.cycles(body=body, states=state or ()), most)
        (items, is_more), waits = await asyncio.gather(wanted, waits_of(desk, body))
        whole = await desk.client.body(body) if body else None
        return Found(items=items, body=whole, waits=waits, is_more=is_more)

    def sheets(found: Found, desk: Desk) -> list[Sheet]:
        from services.cli.desk.body_sheet import sheets_of_list
        from services.cli.desk.cycle_sheet import sheets_of_cycle

        if found.cycle:
            return sheets_of_cycle(desk, found.cycle, found.waits, found.mailings)
        return sheets_of_list(desk, found, notes=more(found.is_more, most))

    answer(door, gather, told, sheets)


async def waits_of(desk: Desk, body: str | None) -> list[Wait]:
    """Return the open waits the caller sees."""
    return [wait async for wait in desk.client.waits(body=body)]


def of_cycle(cycle: Cycle, waits: Sequence[Wait]) -> list[Wait]:
    """Return the waits of a cycle, of its procedures and of its actions."""
    streams = {
        stream_of(cycle),
        *(f"silence/{each.procedure}" for each in cycle.procedures),
        *(f"action/{each.id}" for each in cycle.actions),
    }
    return [wait for wait in waits if wait.stream in streams]


def told(found: Found, _now: datetime) -> Any:
    """Return cycles for programs: a list, or one object with what it waits for."""
    if found.cycle:
        return in_json(found.cycle, waits=in_json(found.waits), mailings=in_json(found.mailings))
    waits = found.waits
    return [in_json(each, waits=in_json([w for w in waits if w.stream == stream_of(each)])) for each in found.items]
