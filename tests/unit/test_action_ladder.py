"""The action item over time: reminders, rungs, holds, due changes (domain.md 8, scenario 11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.domain.action.commands import (
    ChangeDue,
    Complete,
    Confirm,
    Drop,
    HoldRung,
    Reopen,
    Supersede,
)
from services.domain.action.decider import DECIDER
from services.domain.action.moments import Moment, MomentKind, moments
from services.domain.action_note import NoteAction
from services.domain.message import Command, CommandRefused, Notify, Tell, TimePassed
from services.domain.procedure import ActionParameters, Rung
from services.domain.working_calendar import Holiday, WorkingCalendar
from tests.unit.action_setting import (
    DUE,
    LADDER,
    OPENED,
    WORDS,
    kinds,
    opened,
    opening,
    reason_of,
    seconds,
    went,
    working_days,
)
from tests.unit.calendar_setting import MEMBERS, pinned_table, utc, weeks_of

LATER = "2027-06-01 00:00"


def planned(some: tuple[Moment, ...], kind: MomentKind) -> list[datetime]:
    """Return the instants of the moments of one kind."""
    return [moment.planned_at for moment in some if moment.kind is kind]


def test_late_action_escalates() -> None:
    """Scenario 11: every instant of the default ladder for AMERIPOL, 17:00 in Bogota."""
    stream = opened()

    assert went(stream.pass_to(LATER)) == [
        ("reminder 1", "2026-09-16 22:00"),
        ("reminder 2", "2026-09-28 22:00"),
        ("overdue", "2026-09-30 22:00"),
        ("rung 1", "2026-10-01 22:00"),
        ("rung 2", "2026-10-05 22:00"),
        ("rung 3", "2026-10-07 22:00"),
        ("rung 4", "2026-10-14 22:00"),
        ("rung 5", "2026-10-28 22:00"),
    ]
    assert stream.action.is_overdue
    assert stream.action.rungs == (1, 2, 3, 4, 5)
    assert stream.action.reminded == (utc("2026-09-16 22:00"), utc("2026-09-28 22:00"))


def test_who_is_told() -> None:
    """Scenario 11: inside the owner's entity first, then the chair, then every head of entity; no observer ever."""
    stream = opened()
    stream.pass_to(LATER)

    assert stream.notices() == [
        ("action_reminder", ("AMERIPOL/focal_point",)),
        ("action_reminder", ("AMERIPOL/focal_point",)),
        ("action_escalated", ("AMERIPOL/focal_point",)),
        ("action_escalated", ("AMERIPOL/alternate",)),
        ("action_escalated", ("AMERIPOL/head_of_delegation",)),
        ("action_escalated", ("INTERPOL/chair",)),
        ("action_escalated", tuple(f"{member}/head_of_entity" for member in MEMBERS)),
    ]


def test_home_is_told_that_it_fell_overdue() -> None:
    """The matrix of the cycle shows it."""
    stream = opened()

    stream.pass_to(DUE)

    (told,) = stream.told()
    assert told.stream == "cycle/wg-sc/3"
    assert told.command == NoteAction(
        action="a-1", state="not_started", owner="AMERIPOL", is_overdue=True, needs_new_owner=False
    )


def test_a_holiday_loaded_before_moves_the_last_rungs() -> None:
    """Scenario 11: with Monday 12 October known when it is reckoned, the last two are 15 and 29 October."""
    calendar = WorkingCalendar(
        zone="America/Bogota",
        weeks=weeks_of("AMERIPOL"),
        holidays=(Holiday(name="Columbus Day", on=(date(2026, 10, 12),)),),
    )

    reckoned = moments(due_at=utc(DUE), parameters=LADDER, calendar=calendar, day_ends="17:00", table=pinned_table())

    assert isinstance(reckoned, tuple)
    assert planned(reckoned, MomentKind.RUNG) == [
        utc(f"2026-{day} 22:00") for day in ("10-01", "10-05", "10-07", "10-15", "10-29")
    ]


def test_a_week_changed_afterwards_moves_nothing() -> None:
    """What was reckoned once stands, whatever is known of the owner's days later (DD-7)."""
    stream = opened()
    state = stream.action
    entities = tuple(
        replace(e, delegations=tuple(replace(d, weeks=weeks_of("AFRIPOL")) for d in e.delegations))
        for e in state.membership.entities
    )

    stream.state = replace(state, membership=replace(state.membership, entities=entities))

    assert went(stream.pass_to(LATER))[-2:] == [("rung 4", "2026-10-14 22:00"), ("rung 5", "2026-10-28 22:00")]


PLUS_SEVEN = ActionParameters(remind=(working_days(-2),), ladder=(Rung(offset=working_days(7), to="chair"),))


@pytest.mark.parametrize(
    ("owner", "due", "number", "at"),
    [
        ("AFRIPOL", "2026-10-01 16:00", 1, "2026-10-04 16:00"),
        ("AMERIPOL", "2026-10-01 22:00", 1, "2026-10-02 22:00"),
        ("AFRIPOL", "2026-09-29 16:00", 2, "2026-10-04 16:00"),
        ("AMERIPOL", "2026-09-29 22:00", 2, "2026-10-02 22:00"),
    ],
)
def test_rungs_where_the_weeks_differ(owner: str, due: str, number: int, at: str) -> None:
    """Scenario 11, variant: +1 and +3 on the owner's own working days."""
    stream = opened(opening(owner=owner, due=due))

    assert (f"rung {number}", at) in went(stream.pass_to(LATER))


@pytest.mark.parametrize(
    ("owner", "due", "expected"),
    [
        ("AFRIPOL", "2026-09-29 16:00", ("reminder 1", "2026-09-27 16:00")),
        ("AMERIPOL", "2026-09-29 22:00", ("reminder 1", "2026-09-25 22:00")),
        ("AFRIPOL", "2026-09-30 16:00", ("rung 1", "2026-10-11 16:00")),
        ("AMERIPOL", "2026-09-30 22:00", ("rung 1", "2026-10-09 22:00")),
    ],
)
def test_reminder_and_seventh_day_where_the_weeks_differ(owner: str, due: str, expected: tuple[str, str]) -> None:
    """Scenario 11, variant: -2 and +7."""
    stream = opened(opening(owner=owner, due=due, parameters=PLUS_SEVEN))

    assert expected in went(stream.pass_to(LATER))


def test_elapsed_offsets_are_exact() -> None:
    """A procedure in seconds runs on a Saturday as on a Tuesday."""
    parameters = ActionParameters(
        remind=(seconds(-20),), ladder=(Rung(offset=seconds(5), to="focal_point"), Rung(offset=seconds(9), to="chair"))
    )
    stream = opened(opening(due="2026-09-05 10:01", parameters=parameters), at="2026-09-05 10:00")

    assert [(name, at) for name, at in went(stream.pass_to(LATER))] == [
        ("reminder 1", "2026-09-05 10:00"),
        ("overdue", "2026-09-05 10:01"),
        ("rung 1", "2026-09-05 10:01"),
        ("rung 2", "2026-09-05 10:01"),
    ]
    assert [e.at.second for e in stream.events[1:]] == [40, 0, 5, 9]


def test_late_processing_dates_by_the_instant_and_keeps_the_order() -> None:
    """After a long stop one decision lets everything go that has come, each dated by its own instant."""
    stream = opened()

    came = stream.give(TimePassed(label="x", due_at=utc("2026-10-05 22:00"), processed_at=utc(LATER)), LATER)

    assert [name for name, _ in went(came)] == ["reminder 1", "reminder 2", "overdue", "rung 1", "rung 2"]
    assert came[-1].at == utc("2026-10-05 22:00")


def test_moments_that_had_passed_at_the_opening_never_go() -> None:
    """Opened on 20 September, the reminder of the 16th is past."""
    stream = opened(at="2026-09-20 08:00")

    assert went(stream.pass_to(LATER))[0] == ("reminder 2", "2026-09-28 22:00")
    at_once = opened(at="2026-09-28 22:00")
    assert went(at_once.pass_to(LATER))[0] == ("overdue", "2026-09-30 22:00")


def test_a_stray_timer_changes_nothing() -> None:
    """Nothing is due before its instant."""
    stream = opened()

    before = stream.state
    answer = stream.give(TimePassed(label="reminder 1", due_at=utc("2026-09-16 21:59"), processed_at=utc(DUE)), OPENED)

    assert reason_of(answer) == "NothingDue"
    assert stream.state == before


@pytest.mark.parametrize(
    ("closing", "by"),
    [
        (Complete(evidence=WORDS), "AMERIPOL"),
        (Drop(reason=WORDS), "INTERPOL"),
        (Supersede(by="a-2", reason=WORDS), None),
    ],
)
def test_closing_cancels_what_is_pending(closing: Command, by: str | None) -> None:
    """Scenario 11: nothing goes after the action closed."""
    stream = opened()
    stream.pass_to("2026-10-01 22:00")

    stream.give(closing, "2026-10-02 10:00", by)

    assert DECIDER.due(stream.action) is None
    assert stream.pass_to(LATER) == []
    assert not stream.action.is_overdue


def test_a_reopened_action_resumes_what_lies_ahead() -> None:
    """Rungs whose instant passed while it was done are gone; the overdue flag is back without falling twice."""
    stream = opened()
    stream.pass_to("2026-10-01 22:00")
    stream.give(Complete(evidence=WORDS), "2026-10-02 10:00", "AMERIPOL")

    assert kinds(stream.give(Reopen(reason=WORDS), "2026-10-06 10:00", "INTERPOL")) == ["ActionReopened"]
    assert stream.action.is_overdue
    assert [name for name, _ in went(stream.pass_to(LATER))] == ["rung 3", "rung 4", "rung 5"]


def test_reopened_after_the_due_instant_it_is_overdue_at_once() -> None:
    """Completed in time, taken up again late."""
    stream = opened()
    stream.give(Complete(evidence=WORDS), "2026-09-20 10:00", "AMERIPOL")
    stream.give(Confirm(), "2026-09-21 10:00", "INTERPOL")

    answer = stream.give(Reopen(reason=WORDS), "2026-10-06 10:00", "INTERPOL")

    assert kinds(answer) == ["ActionReopened", "FellOverdue"]
    assert stream.action.is_overdue
    assert DECIDER.due(stream.action) is not None


def test_reopened_at_the_very_instant() -> None:
    """At the due instant it is overdue; a moment of that instant is not ahead any more."""
    at_due, at_rung = opened(), opened()
    for stream in (at_due, at_rung):
        stream.give(Complete(evidence=WORDS), "2026-09-20 10:00", "AMERIPOL")

    assert kinds(at_due.give(Reopen(reason=WORDS), DUE, "INTERPOL")) == ["ActionReopened", "FellOverdue"]
    at_rung.give(Reopen(reason=WORDS), "2026-10-01 22:00", "INTERPOL")
    assert went(at_rung.pass_to(LATER))[0] == ("rung 2", "2026-10-05 22:00")


def test_a_changed_due_reckons_anew_and_keeps_the_history() -> None:
    """Due Friday 13 November instead: not overdue any more, new reminders, a whole new ladder, one slip."""
    stream = opened()
    stream.pass_to("2026-10-05 22:00")
    stream.give(HoldRung(rung=5, until=utc("2026-11-06 22:00"), reason=WORDS), "2026-10-06 09:00", "INTERPOL")
    stream.effects.clear()

    stream.give(ChangeDue(due=utc("2026-11-13 22:00"), reason=WORDS), "2026-10-06 10:00", "INTERPOL")

    assert not stream.action.is_overdue
    assert stream.notices() == [("action_due_changed", ("AMERIPOL/focal_point",))]
    assert stream.action.rungs == ()
    assert went(stream.pass_to(LATER)) == [
        ("reminder 1", "2026-10-30 22:00"),
        ("reminder 2", "2026-11-11 22:00"),
        ("overdue", "2026-11-13 22:00"),
        ("rung 1", "2026-11-16 22:00"),
        ("rung 2", "2026-11-18 22:00"),
        ("rung 3", "2026-11-20 22:00"),
        ("rung 4", "2026-11-27 22:00"),
        ("rung 5", "2026-12-11 22:00"),
    ]
    (slip,) = stream.action.slips
    assert (slip.from_due_at, slip.to_due_at) == (utc(DUE), utc("2026-11-13 22:00"))


@pytest.mark.parametrize(
    ("due", "field"),
    [("2026-09-01 09:00", "due"), (DUE, "due"), ("2030-12-31 22:00", "due"), ("2099-01-01 00:00", "due")],
)
def test_due_changes_that_are_refused(due: str, field: str) -> None:
    """The past, the same instant, a ladder beyond the calendar table, an instant beyond it."""
    stream = opened()

    (answer,) = stream.give(ChangeDue(due=utc(due), reason=WORDS), "2026-09-01 10:00", "INTERPOL")

    assert isinstance(answer, CommandRefused)
    assert (answer.reason, answer.facts["field"]) == ("BadArgument", field)


def test_what_went_never_goes_again_even_if_the_change_was_received_before() -> None:
    """A due change taken in just before a reminder, decided just after, to an instant with the same reminder."""
    stream = opened()
    stream.pass_to("2026-09-28 22:00")

    stream.give(ChangeDue(due=utc("2026-09-30 23:00"), reason=WORDS), "2026-09-28 21:59:59", "INTERPOL")

    assert [name for name, _ in went(stream.pass_to(LATER))][:2] == ["overdue", "rung 1"]


def test_effects_are_only_words_and_letters() -> None:
    """An action starts nothing; it tells its home and people."""
    stream = opened()
    stream.pass_to(LATER)

    assert stream.effects
    assert all(isinstance(effect, Tell | Notify) for effect in stream.effects)
    assert all(event.at.tzinfo is UTC for event in stream.events)
