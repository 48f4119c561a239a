"""Shows what came of a rehearsal: what fired when, in each entity's local time, and what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.cli.desk.wording import safe
from services.cli.screen import screen
from services.domain.membership import ParticipationStatus
from services.rehearsal.report import Report
from services.rehearsal.scenario import Scenario
from services.wire.moment import read_instant

#: Events that say only that a letter arrived are counted, not listed.
LETTERS = frozenset({"notice_delivered", "notice_failed"})


def show_report(report: Report) -> None:
    """Print the table of events, the letters, what was refused, and what did not come as expected."""
    value = report.value
    events = [event for event in value["events"] if event["kind"] not in LETTERS]
    clocks = clocks_of(report.scenario, [read_instant(event["at"]) for event in events])
    screen().print(safe(report.scenario.name) + "\n", style="bold", markup=False)
    for number, (_, codes) in enumerate(clocks, start=1):
        screen().print(f"  clock {number}: {', '.join(codes)}")
    screen().print()
    _show_events(events, [zone for zone, _ in clocks])
    _show_letters(value["notices"])
    for refused in value["refusals"]:
        said = safe(f"line {refused['line']}: refused ({refused['reason']}): {refused['sentence']}")
        screen().print(said, markup=False)
    _show_expectations(value["expectations"], is_right=report.ok)


def clocks_of(scenario: Scenario, instants: Sequence[datetime]) -> list[tuple[ZoneInfo, list[str]]]:
    """Return the zones of everybody at the table, those together whose clocks agree at every instant shown."""
    seen: dict[tuple[Any, ...], tuple[ZoneInfo, list[str]]] = {}
    for entity in scenario.membership.entities:
        if entity.status_at(scenario.starts) in (None, ParticipationStatus.FORMER):
            continue
        for delegation in entity.delegations:
            zone = ZoneInfo(delegation.zone)
            offsets = tuple(at.astimezone(zone).utcoffset() for at in (instants or [scenario.starts]))
            seen.setdefault(offsets, (zone, []))[1].append(delegation.code)
    return list(seen.values())


def _show_events(events: Iterable[Mapping[str, Any]], zones: Sequence[ZoneInfo]) -> None:
    headings = ("UTC", "what", "of", "by", *(f"clock {number}" for number in range(1, len(zones) + 1)))
    rows = [
        (
            f"{at:%Y-%m-%d %H:%M:%S}",
            event["kind"],
            event["stream"],
            event["by"],
            *(f"{at.astimezone(zone):%a %H:%M:%S}" for zone in zones),
        )
        for event in events
        for at in (read_instant(event["at"]),)
    ]
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    for row in (headings, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        screen().print("  ".join(cells).rstrip(), markup=False)


def _show_letters(notices: Iterable[Mapping[str, Any]]) -> None:
    counted: dict[tuple[str, str], int] = {}
    for notice in notices:
        key = (notice["kind"], notice["state"])
        counted[key] = counted.get(key, 0) + 1
    if counted:
        told = ", ".join(f"{number} {kind} {state}" for (kind, state), number in counted.items())
        screen().print(f"\nLetters: {told}.")


def _show_expectations(expectations: Sequence[Mapping[str, Any]], *, is_right: bool) -> None:
    wrong = [each for each in expectations if not each["ok"]]
    for each in wrong:
        found = ", ".join(f"{name}: {value}" for name, value in each["found"].items())
        screen().print(safe(f"line {each['line']} does not hold; found {found}"), style="red", markup=False)
    if is_right:
        screen().print(f"\n[green]Everything came as expected ({len(expectations)} expectations).[/]")
    else:
        screen().print(f"\n[red]{len(wrong)} of {len(expectations)} did not come as expected.[/]")
