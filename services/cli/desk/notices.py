"""`dialogue notices`: who was told what: queued, delivered and failed, each by its own word."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
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
    from collections.abc import Sequence

    from services.cli.desk.sheet import Cell, Sheet
    from services.client.notice import Notice

HELP = """
Show what your entity was told, the latest first: what is queued, what was delivered and when, what failed and why.

\b
Examples:
  dialogue notices
  dialogue notices --everybody --state failed
  dialogue notices --entity AFRIPOL --body dialogue --json
"""
FAILED_NOTE = (
    "A failed notice is tried again by itself, alone. Where a letter of a procedure cannot arrive, the coordinator may "
    "serve it by hand: see dialogue waiting."
)


class NoticeState(StrEnum):
    """What became of a notice."""

    QUEUED = "queued"
    DELIVERED = "delivered"
    FAILED = "failed"


StateOption = Annotated[
    list[NoticeState] | None, typer.Option("--state", help="Only in this state; may be given again.")
]


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("notices", help=HELP)(notices)


@at_the_desk()
def notices(
    *,
    door: Door,
    entity: EntityOption = None,
    body: BodyOption = None,
    everybody: EverybodyOption = False,
    state: StateOption = None,
    most: MostOption = MOST,
) -> None:
    """Show notices."""
    states = [each.value for each in state or ()]

    async def gather(desk: Desk) -> tuple[list[Notice], bool]:
        wanted = desk.client.notices(entity=entity, body=body, states=states, everybody=everybody)
        return await some(wanted, most)

    def sheets(found: tuple[list[Notice], bool], desk: Desk) -> list[Sheet]:
        return [sheet_of(desk, found[0], notes=more(found[1], most))]

    answer(door, gather, told, sheets)


def told(found: tuple[list[Notice], bool], _now: datetime) -> list[Any]:
    """Return notices for programs."""
    return [in_json(each, state=state_of(each).value) for each in found[0]]


def state_of(notice: Notice) -> NoticeState:
    """Return what became of a notice, which its type says."""
    from services.client.notice import DeliveredNotice, FailedNotice

    if isinstance(notice, DeliveredNotice):
        return NoticeState.DELIVERED
    return NoticeState.FAILED if isinstance(notice, FailedNotice) else NoticeState.QUEUED


def sheet_of(desk: Desk, found: Sequence[Notice], *, notes: Sequence[str] = ()) -> Sheet:
    """Return notices as a table."""
    from services.cli.desk.sheet import Sheet, cell
    from services.cli.desk.wording import place, stamp, words

    has_failed = any(state_of(each) is NoticeState.FAILED for each in found)
    return Sheet(
        title=desk.title("Who was told what"),
        headings=("notice", "to", "queued", "state"),
        rows=[
            (
                cell(words(each.notice), place(each.stream)),
                cell(each.entity, words(each.role)),
                cell(stamp(each.queued_at, desk.zone)),
                _outcome(desk, each),
            )
            for each in found
        ],
        empty="There are no such notices.",
        notes=(*notes, *((FAILED_NOTE,) if has_failed else ())),
    )


def _outcome(desk: Desk, notice: Notice) -> Cell:
    from services.cli.desk.sheet import ALARM, cell
    from services.cli.desk.wording import safe, stamp
    from services.client.notice import DeliveredNotice, FailedNotice

    if isinstance(notice, DeliveredNotice):
        return cell("delivered", stamp(notice.told_at, desk.zone) if notice.told_at else "")
    if isinstance(notice, FailedNotice):
        return cell("failed", safe(notice.reason or ""), style=ALARM)
    return cell("queued")
