"""
Clashes: sessions that meet, and persons booked for two of them (domain.md 5.3).

Two sessions meet where they share a local date; a clash is shown and never a refusal. Those of one body's series follow
one another, maybe on one day; one that is called, or moved, beside them meets them. Names are compared here as they are
read, and kept nowhere.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import combinations

from services.domain.cycle.records import CycleKind

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitting:
    """A session of a body, [starts, ends) in UTC; without ``number`` one that its series will ask for."""

    body: str
    number: int | None
    starts: datetime
    ends: datetime
    guests: frozenset[str] = frozenset()
    kind: CycleKind = CycleKind.ORDINARY

    def is_of_one_series(self, other: Sitting) -> bool:
        """Tell whether both are sessions of one kind of one body, of which no two are live (domain.md LC-2)."""
        return (self.body, self.kind) == (other.body, other.kind)

    def overlaps(self, other: Sitting) -> bool:
        """Tell whether both sit at one instant."""
        return self.starts < other.ends and other.starts < self.ends

    def dates(self, zone: tzinfo) -> frozenset[date]:
        """Return the local dates on which it sits."""
        first = self.starts.astimezone(zone).date()
        last = max((self.ends - INSTANT).astimezone(zone).date(), first)
        return frozenset(first + DAY * n for n in range((last - first).days + 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """A person whom an entity sends to a session, by name."""

    person: str
    entity: str
    sitting: Sitting


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """Two sessions that meet: the local dates they share, and whether they overlap."""

    sittings: tuple[Sitting, Sitting]
    days: tuple[date, ...]
    overlaps: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DoubleBooking:
    """A person named for two sessions that meet on the clocks of the entity that sends it."""

    person: str
    entity: str
    meeting: Meeting


def meeting_of(first: Sitting, second: Sitting, zone: tzinfo) -> Meeting | None:
    """Return how two sessions meet on the clocks of a zone; ``None`` if they do not."""
    days = tuple(sorted(first.dates(zone) & second.dates(zone)))
    if not days:
        return None
    return Meeting(sittings=(first, second), days=days, overlaps=first.overlaps(second))


def meetings(sittings: Iterable[Sitting], zone: tzinfo) -> tuple[Meeting, ...]:
    """Return the sessions that meet, the first first; of one kind of one body only those that overlap."""
    ordered = sorted(set(sittings), key=_order)
    near = ((a, b) for a, b in _near(ordered) if not a.is_of_one_series(b) or a.overlaps(b))
    return tuple(found for a, b in near if (found := meeting_of(a, b, zone)))


def double_bookings(bookings: Iterable[Booking], zone_of: Callable[[str], tzinfo]) -> tuple[DoubleBooking, ...]:
    """Return the persons of one entity who are named for two sessions that meet, by person and the first first."""
    booked: dict[tuple[str, str], dict[Sitting, str]] = defaultdict(dict)
    for each in bookings:
        booked[each.entity, same_name(each.person)].setdefault(each.sitting, each.person)
    return tuple(
        DoubleBooking(person=names[a], entity=entity, meeting=found)
        for (entity, _), names in sorted(booked.items(), key=lambda item: item[0])
        for a, b in combinations(sorted(names, key=_order), 2)
        if (found := meeting_of(a, b, zone_of(entity)))
    )


def same_name(name: str) -> str:
    """Return a name as it is compared: compatible forms, case and white space make no difference."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def _order(sitting: Sitting) -> tuple[datetime, str, int]:
    return sitting.starts, sitting.body, sitting.number or 0


def _near(ordered: list[Sitting]) -> Iterator[tuple[Sitting, Sitting]]:
    """Give the pairs that may share a date somewhere: no more than two days lie between them."""
    for place, first in enumerate(ordered):
        for second in ordered[place + 1 :]:
            if second.starts >= first.ends + 2 * DAY:
                break
            yield first, second
