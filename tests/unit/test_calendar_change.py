"""A changed calendar moves no stored deadline: it lists those it would move; a command moves one (domain.md DD-7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.domain.action.commands import ChangeDue as ChangeActionDue
from services.domain.body.decider import DECIDER as BODY
from services.domain.cycle import commands as asked
from services.domain.cycle.decider import DECIDER as CYCLE
from services.domain.cycle.records import Credential
from services.domain.cycle.state import Cycle
from services.domain.message import CommandRefused
from services.domain.procedure import Debtor, Rounding, Step
from services.domain.register_change import CalendarRenewed, RenewCalendar, WouldMove, said_of
from services.domain.working_calendar import WorkingCalendar
from services.policies.term import read_offset
from tests.unit.action_setting import WORDS as EVIDENCE
from tests.unit.action_setting import Stream as Action
from tests.unit.action_setting import opening as action_opening
from tests.unit.calendar_setting import kept, kept_table, utc, weeks_of
from tests.unit.cycle_setting import WORDS, Stream, convened, kinds, proposal, proposed, reason_of

COLUMBUS = date(2026, 10, 12)
STARTS, ENDS = "2027-06-15 07:00", "2027-06-16 15:00"
ANNOUNCED = "2026-07-01 08:00"


def cycle(**holidays: tuple[date, ...]) -> Stream[Cycle]:
    """Return a proposed edition of Tuesday 15 June 2027, reckoned with the calendars of the register."""
    command = replace(proposal(starts=STARTS, ends=ENDS), calendar=kept_table(**holidays))
    return proposed(command, at=ANNOUNCED)


def due_of(stream: Stream[Cycle], label: str, entity: str) -> str:
    """Return when a step is due for an entity."""
    step = next(s for s in stream.state.steps if (s.label, s.entity) == (label, entity))
    return step.due_at.strftime("%Y-%m-%d %H:%M")


def renewal(code: str, *holidays: date) -> RenewCalendar:
    """Return the word of the register that a delegation keeps other feasts."""
    return RenewCalendar(delegation=code, calendar=kept(code, *holidays))


def test_steps_are_rounded_with_their_reason() -> None:
    """Scenario 12: D-30 goes from Sunday 16 to Monday 17 May; D-120 is a Monday and stays."""
    stream = cycle()

    annotated = next(d for d in CYCLE.deadlines(stream.state) if d.label == "annotated_agenda")
    assert annotated.due_at == utc("2027-05-17 15:00")
    assert annotated.reason == "moved from Sun 16 to Mon 17: weekend in Interpol"
    assert due_of(stream, "convening", "INTERPOL") == "2027-02-15 16:00"


def test_a_feast_loaded_before_moves_a_step_and_one_loaded_afterwards_lists_it() -> None:
    """The stored instant stands; the list says old, new and why, for the coordinator to read."""
    tuesday = date(2027, 5, 25)
    before = cycle(EUROPOL=(tuesday,))
    after = cycle()

    events = after.give(renewal("EUROPOL", tuesday), "2026-09-01 08:00")

    assert due_of(before, "credentials", "EUROPOL") == "2027-05-26 15:00"
    assert due_of(after, "credentials", "EUROPOL") == "2027-05-25 15:00"
    assert isinstance(events[0], CalendarRenewed)
    assert after.state.would_move == (
        WouldMove(
            label="credentials",
            entity="EUROPOL",
            due_at=utc("2027-05-25 15:00"),
            would_be_at=utc("2027-05-26 15:00"),
            reason="moved from Tue 25 to Wed 26: Feast in The Hague",
        ),
    )
    (listed,) = (d for d in CYCLE.deadlines(after.state) if d.would_be_at)
    assert (listed.entity, listed.would_be_at) == ("EUROPOL", utc("2027-05-26 15:00"))
    assert after.letters("deadlines_would_move") == [("INTERPOL",)]
    line = "credentials of EUROPOL: 2027-05-25T15:00:00Z to 2027-05-26T15:00:00Z (moved from Tue 25 to Wed 26: Feast in"
    assert said_of(after.state.would_move[0]).startswith(line)


def test_a_step_that_is_met_or_has_fallen_due_would_not_move_any_more() -> None:
    """Whoever reads the list is not sent after what is over; the others stay on it."""
    tuesday = date(2027, 5, 25)
    stream = convened(replace(proposal(starts=STARTS, ends=ENDS), calendar=kept_table()), "2027-02-01 08:00", ANNOUNCED)
    for code in ("EUROPOL", "AIMC"):
        stream.give(renewal(code, tuesday), "2027-03-01 08:00")

    persons = (Credential(person=WORDS, role="head_of_delegation"),)
    stream.give(asked.RegisterCredentials(persons=persons), "2027-04-02 08:00", "EUROPOL")
    met = [d.entity for d in CYCLE.deadlines(stream.state) if d.would_be_at]
    stream.pass_to("2027-05-25 23:00")

    assert met == ["AIMC"]
    assert not any(d.would_be_at for d in CYCLE.deadlines(stream.state))


def test_after_a_postponement_nothing_is_listed_as_elsewhere() -> None:
    """The new plan is reckoned with the calendars as known; what the old one was compared with is over."""
    stream = convened(replace(proposal(starts=STARTS, ends=ENDS), calendar=kept_table()), "2027-02-01 08:00", ANNOUNCED)
    persons = (Credential(person=WORDS, role="head_of_delegation"),)
    for code in ("EUROPOL", "AIMC"):
        stream.give(renewal(code, date(2027, 5, 25)), "2027-03-01 08:00")
    stream.give(asked.RegisterCredentials(persons=persons), "2027-04-02 08:00", "EUROPOL")

    stream.give(asked.Postpone(starts=utc("2027-10-20 07:00"), reason=WORDS), "2027-05-03 08:00", "INTERPOL")

    assert stream.state.would_move == ()
    assert not any(d.would_be_at for d in CYCLE.deadlines(stream.state))


def test_a_feast_that_moves_nothing_is_told_to_nobody() -> None:
    """It is recorded, for what is reckoned later."""
    stream = cycle()

    events = stream.give(renewal("EUROPOL", date(2027, 5, 6)), "2026-09-01 08:00")

    assert kinds(events) == ["CalendarRenewed"]
    assert stream.state.would_move == ()
    assert stream.letters("deadlines_would_move") == []


def test_change_due_moves_one_deadline_with_notice_and_slip_history() -> None:
    """The coordinator moves it where the new calendar would have put it, and it falls due there."""
    stream = cycle()
    stream.give(renewal("EUROPOL", date(2027, 5, 25)), "2026-09-01 08:00")
    due = utc("2027-05-26 15:00")

    moved = stream.give(
        asked.ChangeDue(step="credentials", entity="EUROPOL", due=due, reason=WORDS), "2026-09-02 08:00", "INTERPOL"
    )

    assert kinds(moved) == ["StepDueChanged"]
    assert due_of(stream, "credentials", "EUROPOL") == "2027-05-26 15:00"
    assert due_of(stream, "credentials", "AFRIPOL") == "2027-05-25 16:00"
    assert stream.state.would_move == ()
    (slip,) = stream.state.slips
    assert (slip.from_due_at, slip.to_due_at, slip.reason) == (utc("2027-05-25 15:00"), due, WORDS)
    assert stream.letters("step_due_changed") == [("EUROPOL",)]
    again = stream.give(renewal("EUROPOL", date(2027, 5, 26)), "2026-09-03 08:00")
    assert isinstance(again[0], CalendarRenewed)
    assert again[0].would_move == ()


@pytest.mark.parametrize(
    ("step", "entity", "due", "reason"),
    [
        ("credentials", "UN", "2027-05-26 15:00", "NotFound"),
        ("lunch", "EUROPOL", "2027-05-26 15:00", "NotFound"),
        ("credentials", "EUROPOL", "2026-08-01 15:00", "BadArgument"),
        ("credentials", "EUROPOL", "2027-05-25 15:00", "BadArgument"),
        ("credentials", "EUROPOL", "2199-01-01 15:00", "BadArgument"),
    ],
)
def test_a_deadline_is_moved_only_if_it_is_there_and_lies_ahead(step: str, entity: str, due: str, reason: str) -> None:
    """Unknown, past, the same, and beyond the table are refused with their remedy."""
    stream = cycle()

    answer = stream.give(
        asked.ChangeDue(step=step, entity=entity, due=utc(due), reason=WORDS), "2026-09-02 08:00", "INTERPOL"
    )

    assert reason_of(answer) == reason


def test_scenario_11_a_feast_loaded_afterwards_leaves_the_ladder_and_lists_two_rungs() -> None:
    """With 12 October loaded after the due date was set, 14 and 28 October stand and both are listed."""
    action = Action()
    action.give(replace(action_opening(), calendar=kept_table()), "2026-09-01 08:00")

    action.give(renewal("AMERIPOL", COLUMBUS), "2026-09-15 08:00")

    assert [(w.label, w.due_at, w.would_be_at) for w in action.action.would_move] == [
        ("rung 4", utc("2026-10-14 22:00"), utc("2026-10-15 22:00")),
        ("rung 5", utc("2026-10-28 22:00"), utc("2026-10-29 22:00")),
    ]
    assert {m.label: m.at for m in action.action.pending}["rung 4"] == utc("2026-10-14 22:00")
    assert ("deadlines_would_move", ("INTERPOL/chair",)) in action.notices()


def test_the_same_due_again_takes_the_ladder_over_to_the_new_calendar() -> None:
    """Moving is a command: the due instant stays, reminders and rungs are reckoned anew."""
    action = Action()
    action.give(replace(action_opening(), calendar=kept_table()), "2026-09-01 08:00")
    refused = action.give(ChangeActionDue(due=utc("2026-09-30 22:00"), reason=EVIDENCE), "2026-09-02 08:00", "INTERPOL")
    action.give(renewal("AMERIPOL", COLUMBUS), "2026-09-15 08:00")

    action.give(ChangeActionDue(due=utc("2026-09-30 22:00"), reason=EVIDENCE), "2026-09-16 08:00", "INTERPOL")

    assert isinstance(refused[0], CommandRefused)
    assert {m.label: m.at for m in action.action.pending}["rung 4"] == utc("2026-10-15 22:00")
    assert action.action.would_move == ()


def test_scenario_7_a_week_known_later_lists_what_was_reckoned_with_the_old_one() -> None:
    """Stored at Sunday 2 January while the old week was loaded; the new week would move it to Monday the 3rd."""
    old: WorkingCalendar = replace(kept("GCCPOL"), weeks=weeks_of("GCCPOL")[:1])
    table = kept_table()
    table = replace(table, calendars={**table.calendars, "GCCPOL": old})
    action = Action()
    action.give(replace(action_opening(owner="GCCPOL", due="2021-12-28 13:00"), calendar=table), "2021-11-01 08:00")
    third = next(m for m in action.action.pending if m.label == "rung 2")

    action.give(renewal("GCCPOL"), "2021-12-09 08:00")

    assert third.at == utc("2022-01-02 13:00")
    listed = next(w for w in action.action.would_move if w.label == "rung 2")
    assert (listed.due_at, listed.would_be_at) == (utc("2022-01-02 13:00"), utc("2022-01-03 13:00"))


def test_the_body_hands_a_calendar_on_and_reckons_its_next_cycles_with_it() -> None:
    """Its own series know it from then on."""
    assert RenewCalendar in BODY.internal
    assert RenewCalendar in CYCLE.internal


def test_a_calendar_changes_from_a_date_on() -> None:
    """What it was before stays known, weeks and feasts alike."""
    before = kept("AMERIPOL", date(2026, 7, 20), COLUMBUS, name="Old feast")
    after = replace(kept("AMERIPOL", date(2026, 7, 21), date(2026, 10, 13), name="New feast"), reference="AMERIPOL@2")

    changed = before.changed(after, since=date(2026, 9, 1), starts_at=utc("2026-09-01 05:00"))

    assert {h.name: h.on for h in changed.holidays} == {
        "Old feast": (date(2026, 7, 20),),
        "New feast": (date(2026, 10, 13),),
    }
    assert changed.reference == "AMERIPOL@2"
    assert changed.weeks[-1].since == utc("2026-09-01 05:00")
    assert changed.weeks[0].since < utc("2026-09-01 05:00")


def test_steps_may_be_of_every_kind() -> None:
    """Working days of the debtor, common ones of the members, a day at a local time (DD-4)."""
    kinds_ = (
        Step(label="drafts", offset=read_offset("-10wd"), debtor=Debtor.EACH_ENTITY, rounding=Rounding.NONE),
        Step(label="summary", offset=read_offset("5cwd"), debtor=Debtor.CHAIR, rounding=Rounding.NONE),
        Step(label="briefing", offset=read_offset("-P3D@15:00"), debtor=Debtor.CHAIR, rounding=Rounding.EARLIER),
    )
    command = replace(proposal(starts=STARTS, ends=ENDS, steps=kinds_), calendar=kept_table())

    stream = proposed(command, at="2026-07-01 08:00")

    assert due_of(stream, "drafts", "EUROPOL") == "2027-06-01 15:00"
    assert due_of(stream, "drafts", "AFRIPOL") == "2027-06-01 16:00"
    assert due_of(stream, "summary", "INTERPOL") == "2027-06-23 22:00"
    assert due_of(stream, "briefing", "INTERPOL") == "2027-06-11 13:00"


def test_a_date_that_was_set_does_not_follow_a_postponement() -> None:
    """Relative dates of the open steps recompute, absolute ones do not (PO-1)."""
    stream = cycle()
    stream.give(
        asked.ChangeDue(step="credentials", entity="EUROPOL", due=utc("2027-05-28 15:00"), reason=WORDS),
        "2026-09-02 08:00",
        "INTERPOL",
    )

    stream.give(asked.Postpone(starts=utc("2027-10-20 07:00"), reason=WORDS), "2026-09-03 08:00", "INTERPOL")

    assert due_of(stream, "credentials", "EUROPOL") == "2027-05-28 15:00"
    assert due_of(stream, "credentials", "AFRIPOL") == "2027-09-29 16:00"
