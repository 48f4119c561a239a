"""Recurrence: from a series' rule and its own sessions to what makes a calendar show exactly these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile
from typing import Final

from services.api.feed.clock import utc_text
from services.policies.rule import wall_times
from services.policies.zone import load_zone

#: how far before the first session a rule may begin; one that begins earlier is not worth its name
FARTHEST: Final = timedelta(days=800)
#: what some calendars misread: ical.js takes the weeks of a year for any week
MISREAD: Final = ("BYWEEKNO",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recurrence:
    """
    What a calendar is told: the rule, its first and last instant, which of its instants to leave out, which to add.

    All instants are UTC. Without a rule all sessions are listed one by one, the first one too: it is where the event
    begins, which some calendars count among what recurs and some do not.
    """

    begins: datetime
    ends: datetime
    rrule: str | None
    left_out: tuple[datetime, ...]
    added: tuple[datetime, ...]


def recurrence_of(rrule: str, zone: str, local_start: str, starts: frozenset[datetime]) -> Recurrence:
    """
    Return what gives exactly ``starts`` (UTC, at least one): what the rule gives beside them is left out by name.

    So nothing that was skipped, added, moved by newer zone data or hidden from somebody needs a case of its own.

    Raises:
        CadenceError: the rule is none.
    """
    wanted = sorted(starts)
    meant = _meant(rrule, zone, local_start, wanted)
    left_out = tuple(at for at in meant if at not in starts)
    if not meant or len(left_out) > len(wanted):
        return Recurrence(begins=wanted[0], ends=wanted[-1], rrule=None, left_out=(), added=tuple(wanted))
    return Recurrence(
        begins=meant[0],
        ends=wanted[-1],
        rrule=f"{rrule.upper()};UNTIL={utc_text(meant[-1])}",
        left_out=left_out,
        added=tuple(at for at in wanted if at not in set(meant)),
    )


def _meant(rrule: str, zone: str, local_start: str, wanted: list[datetime]) -> list[datetime]:
    """Return what every calendar takes the rule to give from the last instant by the first session to the last one."""
    if any(part in rrule.upper() for part in MISREAD):
        return []
    found: list[datetime] = []
    for at in takewhile(lambda at: at <= wanted[-1], _instants(rrule, zone, local_start, wanted[0])):
        if at <= wanted[0]:
            found.clear()
        found.append(at)
        if len(found) > 2 * len(wanted):
            return []
    is_early = bool(found) and found[0] <= wanted[0]
    return found if is_early and wanted[0] - found[0] <= FARTHEST else []


def _instants(rrule: str, zone: str, local_start: str, near: datetime) -> Iterator[datetime]:
    here = load_zone(zone)
    walls = wall_times(rrule, near.astimezone(here).replace(tzinfo=None), time.fromisoformat(local_start))
    return (wall.replace(tzinfo=here).astimezone(UTC) for wall in walls)
