"""What a feed says of sessions and deadlines, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from services.domain.cycle.state import CycleState
from services.policies.zone import load_zone
from services.storage.feed import SessionRow
from services.storage.rows import DeadlineRow

#: By label; ``{what}`` is the body, and the cycle where there is one.
DEADLINES: Final[Mapping[str, str]] = {
    "convening": "Convening notice due: {what}",
    "provisional_agenda": "Provisional agenda due: {what}",
    "annotated_agenda": "Annotated agenda due: {what}",
    "credentials": "Credentials due: {what}",
    "contributions": "Written contributions due: {what}",
    "silence_expiry": "Silence procedure ends: {what}",
    "written_procedure": "Answer due in a written procedure: {what}",
    "action": "Action due: {what}",
}
STANDINGS: Final[Mapping[CycleState, str]] = {
    CycleState.PROPOSED: " (proposed)",
    CycleState.POSTPONED: " (postponed)",
    CycleState.CONVERTED_TO_VIRTUAL: " (virtual)",
    CycleState.CANCELLED: " (cancelled)",
}
MODES: Final[Mapping[str, str]] = {"in_person": "In person", "remote": "Remote", "hybrid": "In person or remote"}


def series_summary(body: str) -> str:
    """Name the sessions of a series that nobody proposed yet."""
    return f"{body} (planned)"


def series_description() -> str:
    """Say what a session nobody proposed yet is worth."""
    return "Planned by the body's series; nobody has been convened yet."


def session_summary(row: SessionRow, body: str) -> str:
    """Name a session."""
    return f"{cycle_name(body, row.number)}{STANDINGS.get(row.state, '')}"


def session_description(row: SessionRow) -> str:
    """Say how a session is held, how far it has come, and for when it was first planned, if that was another time."""
    mode = f"{MODES[row.convening.mode]}." if row.convening else ""
    state = f"State: {row.state.replace('_', ' ')}."
    moved = f"First planned for {instant(row.scheduled_at, row.zone)}." if row.moves else ""
    return "\n".join(line for line in (mode, state, moved) if line)


def cycle_name(body: str, number: int) -> str:
    """Name a cycle."""
    return f"{body}, cycle {number}"


def deadline_summary(row: DeadlineRow, what: str) -> str:
    """Name a deadline; one that was met says so first."""
    words = DEADLINES.get(row.label, row.label.replace("_", " ").capitalize() + " due: {what}").format(what=what)
    return f"Done: {words}" if row.met_at else words


def deadline_description(row: DeadlineRow) -> str:
    """Say when a deadline is, with its zone, why then, and when it was met."""
    told = [f"Due {instant(row.due_at, row.reckoned_in)}.", row.reason and f"{row.reason[:1].upper()}{row.reason[1:]}."]
    met = f"Met {instant(row.met_at, row.reckoned_in)}." if row.met_at else ""
    return "\n".join(line for line in (*told, met) if line)


def instant(at: datetime, zone: str) -> str:
    """Write an instant in a zone and in UTC."""
    local = at.astimezone(load_zone(zone))
    return f"{local:%Y-%m-%d %H:%M:%S} {zone} ({at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC)"
