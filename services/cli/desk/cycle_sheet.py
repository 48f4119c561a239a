"""Cycles as tables: in a list, or one whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.cli.desk.cycle_found import Found, stream_of
from services.cli.desk.deadlines import due_cell
from services.cli.desk.options import Desk
from services.cli.desk.sheet import Cell, Sheet, cell
from services.cli.desk.waiting import sheet_of as sheet_of_waits
from services.cli.desk.wording import left, length, listed, safe, stamp, words
from services.client.body import Body
from services.client.cycle import Cycle
from services.client.wait import Wait


def sheets_of_list(desk: Desk, found: Found, *, notes: Sequence[str] = ()) -> list[Sheet]:
    """Return cycles in a list, and what a body's series give next."""
    cycles = Sheet(
        title=desk.title(_title(found.body)),
        headings=("cycle", "state", "session", "waits for"),
        rows=[
            (
                cell(f"{each.body} {each.number}", "" if each.kind == "ordinary" else words(each.kind)),
                cell(words(each.state)),
                session_cell(desk, each.starts, each.ends),
                waits_cell([wait for wait in found.waits if wait.stream == stream_of(each)]),
            )
            for each in found.items
        ],
        empty="There are no such cycles.",
        notes=(*notes, *(("One cycle whole: dialogue cycles BODY NUMBER",) if found.items else ())),
    )
    return [cycles, *([_series(found.body, desk)] if found.body else [])]


def _title(body: Body | None) -> str:
    if body is None:
        return "Meeting cycles"
    return f"Meeting cycles of {body.code}, chair {body.chair_entity}, procedure {body.procedure}"


def _series(body: Body, desk: Desk) -> Sheet:
    rows = [(series, session) for series in body.series for session in series.occurrences]
    return Sheet(
        title="Sessions that its series give next",
        headings=("series", "session"),
        rows=[
            (
                cell(words(series.kind), f"{series.rrule}, {series.local_start} {series.series_zone}"),
                session_cell(desk, session.starts, session.ends),
            )
            for series, session in rows
        ],
        empty=f"It has none. Schedule one: POST /v1/bodies/{body.code}/series",
    )


def session_cell(desk: Desk, starts: datetime, ends: datetime) -> Cell:
    """Return when a session is, and how far off."""
    lasts = f"lasts {length(ends - starts)}"
    return cell(stamp(starts, desk.zone), f"{left(starts, desk.now)}, {lasts}" if starts >= desk.now else lasts)


def waits_cell(waits: Sequence[Wait]) -> Cell:
    """Return for what and of whom a cycle waits."""
    of: dict[str, list[str]] = {}
    for wait in waits:
        of.setdefault(wait.what, []).append(wait.entity)
    few = 2
    return cell(
        *(f"{words(what)}: {listed(who) if len(who) <= few else f'{len(who)} entities'}" for what, who in of.items())
    )


def sheets_of_cycle(desk: Desk, cycle: Cycle, waits: Sequence[Wait]) -> list[Sheet]:
    """Return one cycle whole: how it stands, its deadlines, answers, procedures and actions, and what is next."""
    parts = (
        _standing(desk, cycle),
        _steps(desk, cycle),
        _responses(desk, cycle),
        _procedures(desk, cycle),
        _actions(desk, cycle),
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
