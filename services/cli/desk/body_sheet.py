"""Cycles in a list as a table, and what a body's series give next, leave out and report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.cli.desk.cycle_found import Found, stream_of
from services.cli.desk.options import Desk
from services.cli.desk.sheet import Cell, Sheet, cell
from services.cli.desk.wording import left, length, listed, place, safe, stamp, words
from services.client.body import Body
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
    return [cycles, *(_sheets_of_body(found.body, desk) if found.body else ())]


def _title(body: Body | None) -> str:
    if body is None:
        return "Meeting cycles"
    return f"Meeting cycles of {body.code}, chair {body.chair_entity}, procedure {body.procedure}"


def _sheets_of_body(body: Body, desk: Desk) -> list[Sheet]:
    others = (_skipped(body, desk), _reports(body))
    return [_series(body, desk), *(each for each in others if each.rows)]


def _skipped(body: Body, desk: Desk) -> Sheet:
    return Sheet(
        title="Sessions that are not held",
        headings=("session", "reason"),
        rows=[
            (
                cell(stamp(each.starts, desk.zone), f"number {each.number}" if each.number else ""),
                cell(
                    safe(each.reason or ""), f"cycle {each.because_of} was postponed past it" if each.because_of else ""
                ),
            )
            for each in body.skipped
        ],
    )


def _reports(body: Body) -> Sheet:
    return Sheet(
        title="Reports that no session has had yet",
        headings=("of", "title", "on the agenda of"),
        rows=[
            (
                cell(place(each.source)),
                cell(safe(each.title)),
                cell(f"cycle {each.number}" if each.number else "none yet"),
            )
            for each in body.reports
        ],
    )


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
        notes=[
            f"The {words(each.kind)} series rests since {stamp(each.since, desk.zone)}: {safe(each.reason)}. "
            f"To go on: POST /v1/bodies/{body.code}/series/resumption"
            for each in body.paused
        ],
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
