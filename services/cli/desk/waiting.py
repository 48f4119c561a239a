"""`dialogue waiting`: who is waited for, for what, until when, and the call that ends it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from services.cli.desk.options import (
    MOST,
    BodyOption,
    Desk,
    Door,
    EntityOption,
    MostOption,
    answer,
    at_the_desk,
    in_json,
    more,
    some,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.cli.desk.sheet import Sheet
    from services.client.wait import Wait

HELP = """
Show who is waited for, for what, and until when: an entity sees its own waits, chair and coordinator everybody's.

Below the table stands, for each, the call of the API that ends it. What is past its time is marked "overdue".

\b
Examples:
  dialogue waiting
  dialogue waiting --body dialogue --entity AFRIPOL
  dialogue waiting --zone Asia/Dubai
  dialogue waiting --json
"""


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("waiting", help=HELP)(waiting)


@at_the_desk()
def waiting(
    *,
    door: Door,
    entity: EntityOption = None,
    body: BodyOption = None,
    most: MostOption = MOST,
) -> None:
    """Show open waits."""

    async def gather(desk: Desk) -> tuple[list[Wait], bool]:
        return await some(desk.client.waits(entity=entity, body=body), most)

    def sheets(found: tuple[list[Wait], bool], desk: Desk) -> list[Sheet]:
        return [sheet_of(desk, found[0], notes=more(found[1], most))]

    answer(door, gather, told, sheets)


def told(found: tuple[list[Wait], bool], now: datetime) -> list[Any]:
    """Return waits for programs."""
    return [in_json(wait, is_overdue=wait.until is not None and wait.until < now) for wait in found[0]]


def sheet_of(desk: Desk, waits: Sequence[Wait], *, what: str = "Who is waited for", notes: Sequence[str] = ()) -> Sheet:
    """Return open waits as a table: what is awaited of several until the same instant is one row."""
    from services.cli.desk.sheet import ALARM, Sheet, cell
    from services.cli.desk.wording import left, listed, place, stamp, words

    rows: dict[tuple[Any, ...], list[Wait]] = {}
    for wait in waits:
        rows.setdefault((wait.stream, wait.what, wait.role, wait.until, wait.ended_by), []).append(wait)
    ordered = sorted(rows.items(), key=lambda each: (each[0][3] is None, each[0][3] or each[1][0].since))
    return Sheet(
        title=desk.title(what),
        headings=("for", "of whom", "until"),
        rows=[
            (
                cell(words(awaited), place(stream)),
                cell(listed(wait.entity for wait in of), words(role)),
                cell(stamp(until, desk.zone), left(until, desk.now), style=ALARM if until < desk.now else "")
                if until
                else cell("no time set", f"since {stamp(of[0].since, desk.zone)}"),
            )
            for (stream, awaited, role, until, _), of in ordered
        ],
        calls=[of[0].ended_by for _, of in ordered],
        empty="Nobody is waited for.",
        notes=notes,
    )
