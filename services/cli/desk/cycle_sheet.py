"""One cycle whole, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.cli.desk.body_sheet import session_cell
from services.cli.desk.deadlines import due_cell
from services.cli.desk.options import Desk
from services.cli.desk.sheet import Sheet, cell
from services.cli.desk.waiting import sheet_of as sheet_of_waits
from services.cli.desk.wording import left, listed, place, safe, stamp, words
from services.client.cycle import Cycle
from services.client.preview import Mailing, Mailings
from services.client.wait import Wait


def sheets_of_cycle(desk: Desk, cycle: Cycle, waits: Sequence[Wait], mailings: Mailings | None = None) -> list[Sheet]:
    """Return one cycle whole: how it stands, its deadlines, answers, procedures and actions, and what is next."""
    parts = (
        _standing(desk, cycle),
        _steps(desk, cycle),
        _responses(desk, cycle),
        _procedures(desk, cycle),
        _actions(desk, cycle),
        _superseded(desk, cycle),
        *((_mailings(desk, mailings),) if mailings else ()),
    )
    return [*(each for each in parts if each.rows), sheet_of_waits(desk, waits)]


def _standing(desk: Desk, cycle: Cycle) -> Sheet:
    quorum, convening = cycle.quorum, cycle.convening
    met = "met" if quorum.is_met else "not met"
    facts = [
        ("state", cell(words(cycle.state))),
        ("session", session_cell(desk, cycle.starts, cycle.ends)),
        ("place", cell(f"{safe(convening.place)}, {words(convening.mode)}" if convening else "not convened yet")),
        ("chair", cell(cycle.chair_entity)),
        ("procedure", cell(cycle.procedure)),
        ("agenda", cell("adopted" if cycle.is_agenda_adopted else "not adopted")),
        ("quorum", cell(f"{met}: {quorum.present} of {quorum.members} present, {quorum.required} required")),
    ]
    return Sheet(
        title=desk.title(f"Cycle {cycle.number} of {cycle.body}"),
        headings=("", ""),
        rows=[(cell(name), value) for name, value in facts],
    )


def _steps(desk: Desk, cycle: Cycle) -> Sheet:
    of: dict[tuple[str, datetime, datetime | None, str], list[str]] = {}
    for step in cycle.steps:
        of.setdefault((step.label, step.due_at, step.met_at, step.reason), []).append(step.entity)
    is_over = cycle.closed_at is not None
    rows = sorted(of.items(), key=lambda each: each[0][1])
    return Sheet(
        title="Its deadlines",
        headings=("what", "of whom", "due"),
        rows=[
            (
                cell(words(label)),
                cell(listed(who)),
                cell(stamp(due_at, desk.zone), "not met")
                if is_over and met_at is None
                else due_cell(desk, due_at, met_at, reason),
            )
            for (label, due_at, met_at, reason), who in rows
        ],
    )


def _superseded(desk: Desk, cycle: Cycle) -> Sheet:
    return Sheet(
        title="Dates it had before it was postponed",
        headings=("session", "until", "reason"),
        rows=[
            (
                cell(stamp(each.starts, desk.zone)),
                cell(stamp(each.replaced_at, desk.zone)),
                cell(safe(each.reason)),
            )
            for each in cycle.superseded
        ],
    )


def _mailings(desk: Desk, mailings: Mailings) -> Sheet:
    return Sheet(
        title="What will be sent by itself if nobody acts",
        headings=("letter", "to", "when"),
        rows=[
            (
                cell(words(each.notice), place(each.stream)),
                cell(listed(reader.entity for reader in each.to), _unheld(each)),
                cell(
                    stamp(each.at, desk.zone),
                    left(each.at, desk.now),
                    f"held until {stamp(each.hold.until, desk.zone)}" if each.hold else "",
                ),
            )
            for each in mailings.items
        ],
        notes=("More will follow after these.",) if mailings.is_more else (),
    )


def _unheld(mailing: Mailing) -> str:
    """Return in which entities nobody would get a letter."""
    nobody = listed(reader.entity for reader in mailing.to if reader.held_by is None)
    return f"nobody to read it in {nobody}" if nobody else ""


def _responses(desk: Desk, cycle: Cycle) -> Sheet:
    return Sheet(
        title="Answers to the invitation",
        headings=("entity", "answer", "when"),
        rows=[
            (cell(each.entity), cell(each.answer or "awaited"), cell(stamp(each.at, desk.zone) if each.at else ""))
            for each in cycle.responses
        ],
    )


def _procedures(desk: Desk, cycle: Cycle) -> Sheet:
    return Sheet(
        title="Its procedures",
        headings=("procedure", "state", "begun"),
        rows=[
            (cell(words(p.procedure_kind), p.procedure), cell(words(p.state)), cell(stamp(p.begun_at, desk.zone)))
            for p in cycle.procedures
        ],
    )


def _actions(desk: Desk, cycle: Cycle) -> Sheet:
    closed = {"confirmed", "superseded", "dropped", "done"}
    return Sheet(
        title="Its action items",
        headings=("action", "owner", "state", "due"),
        rows=[
            (
                cell(safe(each.title), each.id),
                cell(each.owner),
                cell(words(each.state), "needs a new owner" if each.needs_new_owner else ""),
                cell(stamp(each.due_at, desk.zone)) if each.state in closed else due_cell(desk, each.due_at, None),
            )
            for each in cycle.actions
        ],
    )
