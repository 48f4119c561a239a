"""Which hours a session sits, where that is night, and on which days somebody does not work."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.commands.clashes import Sitting
from services.commands.preview_series import Outlook, SessionAhead, is_night, sitting_hours
from services.commands.series import reckon_series
from services.domain.body.state import Body
from services.domain.calendar import CalendarTable
from services.domain.cycle.records import CycleKind
from services.domain.register.state import Appointment, Role
from services.policies.folder import policies_dir
from services.policies.procedure import load_procedure
from tests.unit.silence_setting import members, table

PARIS, BOGOTA = ZoneInfo("Europe/Paris"), ZoneInfo("America/Bogota")
NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)


def at(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(f"{text}:00+00:00")


def hours(starts: str, ends: str) -> list[tuple[str, str]]:
    """Return the hours of a session in Lyon, on its clocks."""
    found = sitting_hours(at(starts), at(ends), PARIS, day_ends="17:00")
    return [(f"{b.astimezone(PARIS):%a %H:%M}", f"{e.astimezone(PARIS):%a %H:%M}") for b, e in found]


def test_a_session_of_two_days_sits_by_day() -> None:
    """From its hour of start to closing time, each day."""
    assert hours("2026-10-14 07:00", "2026-10-15 15:00") == [("Wed 09:00", "Wed 17:00"), ("Thu 09:00", "Thu 17:00")]


def test_days_between_clock_changes_keep_their_hours() -> None:
    """A session over the last weekend of October begins at nine on either side of it."""
    assert hours("2026-10-24 07:00", "2026-10-26 16:00") == [
        ("Sat 09:00", "Sat 17:00"),
        ("Sun 09:00", "Sun 17:00"),
        ("Mon 09:00", "Mon 17:00"),
    ]


def test_a_session_of_hours_sits_through() -> None:
    """One that runs past midnight too."""
    assert hours("2026-10-14 18:00", "2026-10-15 01:00") == [("Wed 20:00", "Thu 03:00")]


def test_night_is_before_seven_and_after_ten() -> None:
    """To the minute, and any hour of it counts."""
    day = datetime(2026, 3, 2, tzinfo=BOGOTA)

    def night(begin: float, end: float) -> bool:
        return is_night(day + timedelta(hours=begin), day + timedelta(hours=end))

    assert not night(7, 22)
    assert night(6.5, 9)
    assert night(20, 22.25)
    assert night(22, 31)


class Seats:
    """A register of the table with some appointments."""

    def __init__(self, *appointments: Appointment) -> None:
        self.membership = members()
        self.appointments = {each.appointment: each for each in appointments}
        self.persons: dict[str, Any] = {}


def appointed(person: str, body: str | None, role: Role = Role.HEAD_OF_DELEGATION) -> Appointment:
    """Return an appointment on AIMC's seat."""
    return Appointment(
        appointment=f"ap-{person}-{body}-{role}",
        person=person,
        seat="AIMC",
        delegation=None,
        body=body,
        role=role,
        since=NOW,
        until=None,
    )


def looked_at(
    *others: Sitting, seats: tuple[Appointment, ...] = (), calendar: CalendarTable | None = None
) -> SessionAhead:
    """Return the first session of a series of the Dialogue that meets on the second Wednesday of October."""
    procedure = load_procedure(policies_dir(), "high-level-dialogue@1")
    body = Body(
        code="dialogue",
        names={"en": "Dialogue"},
        chair_entity="INTERPOL",
        procedure=procedure,
        membership=members(),
        report_to=None,
        founded_at=NOW,
    )
    register: Any = Seats(*seats)
    reckoned = reckon_series({}, own=procedure, policies=policies_dir(), after=NOW, count=1)
    outlook = Outlook(body=body, register=register, table=calendar or table(), others=others, at=NOW)
    return outlook.sessions(reckoned)[0]


def test_every_debtor_is_told_its_deadlines() -> None:
    """As the cycle itself will reckon them, the first first."""
    session = looked_at()
    assert session.cannot_reckon == ""
    contributions = {step.entity: step.due_at for step in session.steps if step.label == "contributions"}
    assert len(contributions) == 10
    assert contributions["AMERIPOL"] > contributions["EUROPOL"]
    assert [step.due_at for step in session.steps] == sorted(step.due_at for step in session.steps)


def test_deadlines_beyond_the_known_calendar_are_said_to_be_unknown() -> None:
    """The session stays in the list, with the reason."""
    session = looked_at(calendar=table(until="2026-06-01"))
    assert session.steps == ()
    assert "pinned table" in session.cannot_reckon


def test_a_session_day_that_somebody_does_not_work_is_named() -> None:
    """Each delegation by its own week: on Wednesday everybody works, on Thursday a guest has its weekend."""
    session = looked_at()
    free = {(day.delegation, f"{day.on:%a}", day.why) for local in session.local for day in local.free_days}
    assert free == {("ECO", "Thu", "weekend")}


def test_it_is_night_for_whoever_is_far_west() -> None:
    """Nine in Lyon is two in Bogota, and afternoon in Kuala Lumpur."""
    nights = {local.entity for local in looked_at().local if local.is_night}
    assert "AMERIPOL" in nights
    assert not nights & {"INTERPOL", "EUROPOL", "GCCPOL"}


def test_whoever_holds_seats_in_both_bodies_would_sit_twice() -> None:
    """One appointed for all bodies, or for both; not one of two persons who share the work."""
    session = looked_at()
    other = Sitting(body="wg-sc", number=4, starts=session.starts + timedelta(hours=2), ends=session.ends)
    own = replace(other, body="dialogue")
    both = (
        appointed("p-1", None),
        appointed("p-2", "dialogue", Role.ALTERNATE),
        appointed("p-3", "wg-sc", Role.ALTERNATE),
    )
    met = looked_at(other, own, seats=both)
    assert [meeting.sittings[1] for meeting in met.meets] == [other]
    assert [(seat.person, seat.entity, seat.role) for seat in met.seats_twice] == [
        ("p-1", "AIMC", Role.HEAD_OF_DELEGATION)
    ]
    assert looked_at(own, seats=both).seats_twice == ()
    called = replace(own, kind=CycleKind.EXTRAORDINARY)
    assert [meeting.sittings[1] for meeting in looked_at(called).meets] == [called]
