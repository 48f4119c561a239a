"""
Previews of series: each session on every clock, what each debtor would owe when, and what it would clash with.

Nothing is scheduled by looking; deadlines are those the cycle itself would reckon, days those the calendars give.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from services.commands.clashes import DAY, INSTANT, Meeting, Sitting, meeting_of
from services.commands.series import Reckoned
from services.domain.body.state import Body
from services.domain.calendar import CalendarTable, OutsideTable
from services.domain.cycle.commands import ProposeCycle
from services.domain.cycle.records import CycleKind, StepDue
from services.domain.cycle.steps import plan_steps
from services.domain.day import day_of
from services.domain.deadline import NotReckonable
from services.domain.membership import Entity, ParticipationStatus
from services.domain.message import Refusal
from services.domain.register.state import Register, Role
from services.domain.register.tenure import holders
from services.domain.working_days import calendar_of
from services.policies.zone import load_zone

#: What is outside these hours of a clock is night.
MORNING, EVENING = time(7), time(22)
#: The roles that sit in a session for their entity.
SITTING = (Role.HEAD_OF_DELEGATION, Role.ALTERNATE)

Hours = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class FreeDay:
    """A session day that a delegation does not work, and why."""

    delegation: str
    on: date
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalSession:
    """A session on the clocks of one entity; ``is_night`` if any of its hours lie outside 07:00 to 22:00 there."""

    entity: str
    zone: str
    starts: datetime
    ends: datetime
    is_night: bool
    free_days: tuple[FreeDay, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeatTwice:
    """A person who holds a seat that sits in both of two sessions that meet."""

    person: str
    entity: str
    role: Role
    meeting: Meeting


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionAhead:
    """One session of a series; ``cannot_reckon`` says why its deadlines are not known, if they are not."""

    starts: datetime
    ends: datetime
    local: tuple[LocalSession, ...]
    steps: tuple[StepDue, ...]
    cannot_reckon: str
    meets: tuple[Meeting, ...]
    seats_twice: tuple[SeatTwice, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """What a series is looked at with: body, register, the calendar table, the other sessions, the instant."""

    body: Body
    register: Register
    table: CalendarTable
    others: Sequence[Sitting]
    at: datetime

    def sessions(self, reckoned: Reckoned) -> tuple[SessionAhead, ...]:
        """Return what every session of a series would be."""
        return tuple(
            self._session(number, starts, ends, reckoned) for number, (starts, ends) in enumerate(reckoned.sessions, 1)
        )

    def _session(self, number: int, starts: datetime, ends: datetime, reckoned: Reckoned) -> SessionAhead:
        steps = plan_steps(self._proposal(number, starts, ends, reckoned), self.at)
        hours = tuple(
            sitting_hours(starts, ends, load_zone(reckoned.cadence.zone), day_ends=reckoned.procedure.day_ends)
        )
        meets = self._meets(Sitting(body=self.body.code, number=None, starts=starts, ends=ends))
        return SessionAhead(
            starts=starts,
            ends=ends,
            local=tuple(self._local(entity, hours, starts, ends) for entity in self.register.membership.entities),
            steps=() if isinstance(steps, Refusal) else tuple(sorted(steps, key=lambda s: (s.due_at, s.entity))),
            cannot_reckon=steps.sentence if isinstance(steps, Refusal) else "",
            meets=meets,
            seats_twice=tuple(twice for meeting in meets for twice in self._seats_twice(meeting)),
        )

    def _proposal(self, number: int, starts: datetime, ends: datetime, reckoned: Reckoned) -> ProposeCycle:
        return ProposeCycle(
            body=self.body.code,
            number=self.body.last_number + number,
            cycle_kind=CycleKind.ORDINARY,
            starts=starts,
            ends=ends,
            zone=reckoned.cadence.zone,
            chair_entity=self.body.chair_entity,
            procedure=reckoned.procedure,
            calendar=self.table,
            membership=self.body.membership,
            clear=False,
        )

    def _local(self, entity: Entity, hours: Iterable[Hours], starts: datetime, ends: datetime) -> LocalSession:
        zone = load_zone(entity.zone)
        sat = [(begin.astimezone(zone), end.astimezone(zone)) for begin, end in hours]
        return LocalSession(
            entity=entity.code,
            zone=entity.zone,
            starts=starts.astimezone(zone),
            ends=ends.astimezone(zone),
            is_night=any(is_night(begin, end) for begin, end in sat),
            free_days=tuple(self._free_days(entity, sat)),
        )

    def _free_days(self, entity: Entity, sat: Iterable[Hours]) -> Iterator[FreeDay]:
        for delegation in entity.delegations:
            zone, calendar = load_zone(delegation.zone), calendar_of(delegation, self.table)
            days = {at.astimezone(zone).date() for begin, end in sat for at in (begin, end - INSTANT)}
            for on in sorted(days):
                try:
                    day = day_of(on=on, calendar=calendar, table=self.table)
                except (NotReckonable, OutsideTable):
                    continue
                if day.closes_at is None:
                    yield FreeDay(delegation=delegation.code, on=on, why=day.why)

    def _meets(self, sitting: Sitting) -> tuple[Meeting, ...]:
        zone = load_zone(self.register.membership.convenor_zone)
        found = (meeting_of(sitting, other, zone) for other in self.others if not other.is_of_one_series(sitting))
        return tuple(meeting for meeting in found if meeting)

    def _seats_twice(self, meeting: Meeting) -> Iterator[SeatTwice]:
        first, second = meeting.sittings
        at = max(first.starts, second.starts, self.at)
        table = (ParticipationStatus.MEMBER, ParticipationStatus.OBSERVER)
        for entity in self.register.membership.with_status_at(at, *table):
            for role in SITTING:
                both = [holders(self.register, seat=entity, role=role, at=at, body=s.body) for s in meeting.sittings]
                for person in both[0]:
                    if person in both[1]:
                        yield SeatTwice(person=person, entity=entity, role=role, meeting=meeting)


def sitting_hours(starts: datetime, ends: datetime, zone: tzinfo, *, day_ends: str) -> Iterator[Hours]:
    """Give the hours in which a session sits; one of whole days from its hour of start to closing time of the venue."""
    if ends - starts < DAY:
        yield starts, ends
        return
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    closing = time.fromisoformat(day_ends)
    for later in range((last.date() - first.date()).days + 1):
        on = first.date() + later * DAY
        begin = first if not later else datetime.combine(on, first.time(), zone)
        end = last if on == last.date() else datetime.combine(on, max(closing, first.time()), zone)
        if begin < end:
            yield begin, end


def is_night(begin: datetime, end: datetime) -> bool:
    """Tell whether any hour of [begin, end), on one clock, lies outside 07:00 to 22:00."""
    is_same_day = begin.date() == end.date()
    return not (is_same_day and begin.time() >= MORNING and end.time() <= EVENING)
