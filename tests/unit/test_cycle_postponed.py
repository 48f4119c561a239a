"""Meetings postponed, held at a distance or cancelled (domain.md PO-1 to PO-4, scenario 12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.domain.cycle import commands as asked
from services.domain.cycle.decider import DECIDER
from services.domain.cycle.records import Annotation, Credential, LiveSession, MeetingMode, Presence
from services.domain.cycle.state import Cycle, CycleState
from services.domain.cycle.text import TextKind
from services.domain.cycle_note import NoteCycle
from services.domain.message import CommandRefused, Event, Notify
from services.workflows.papers import facts_for
from tests.unit.calendar_setting import MEMBERS, pinned_table, utc
from tests.unit.cycle_setting import (
    ALL,
    WORDS,
    Stream,
    answer,
    communique,
    contribution,
    convened,
    facts_of,
    in_session,
    item,
    kinds,
    procedure,
    proposal,
    proposed,
    reason_of,
    words,
)

#: scenario 12: an edition for 15 and 16 June 2027, announced a year before
EDITION = proposal(starts="2027-06-15 07:00", ends="2027-06-16 15:00")
ANNOUNCED = "2026-06-20 08:00"
CONVENED = "2027-02-01 08:00"
MAY = "2027-05-03 08:00"
OCTOBER = "2027-10-20 07:00"


def postpone(starts: str = OCTOBER, **how: Any) -> asked.Postpone:
    """Return a postponement for the pandemic."""
    return asked.Postpone(starts=utc(starts), reason=words("pandemic"), **how)


def announced() -> Stream[Cycle]:
    """Return the edition convened, its provisional agenda out, with answers, a contribution and credentials."""
    stream = convened(EDITION, CONVENED, ANNOUNCED)
    stream.give(item(), "2027-02-02 08:00", "INTERPOL")
    stream.give(asked.PublishAgenda(), "2027-03-01 08:00", "INTERPOL")
    for entity in ("AIMC", "EUROPOL"):
        stream.give(answer(), "2027-03-02 08:00", entity)
    stream.give(contribution(), "2027-04-01 08:00", "EUROPOL")
    persons = (Credential(person=words("A. Delegate"), role="head_of_delegation"),)
    stream.give(asked.RegisterCredentials(persons=persons), "2027-04-02 08:00", "AIMC")
    stream.pass_to(MAY)
    return stream


def day(of: Cycle, label: str, entity: str = "INTERPOL") -> str:
    """Return the date, in UTC, on which an entity owes a step."""
    return next(s.due_at for s in of.steps if (s.label, s.entity) == (label, entity)).date().isoformat()


def letter(stream: Stream[Cycle], notice: str) -> Notify:
    """Return the only letter of a name."""
    (found,) = (e for e in stream.effects if isinstance(e, Notify) and e.notice == notice)
    return found


def sentence_of(events: list[Event]) -> str:
    """Return the sentence of a refusal."""
    (refused,) = events
    assert isinstance(refused, CommandRefused)
    return refused.sentence


def test_open_steps_are_reckoned_anew_and_what_is_done_stays_done() -> None:
    """Convening and provisional agenda are not redone (PO-1)."""
    stream = announced()
    before = stream.state

    events = stream.give(postpone(), MAY, "INTERPOL")

    after = stream.state
    assert kinds(events) == ["CyclePostponed"]
    assert (after.state, after.number) == (CycleState.POSTPONED, 9)
    assert (after.starts, after.ends) == (utc(OCTOBER), utc("2027-10-21 15:00"))
    for label in ("convening", "provisional_agenda"):
        assert [s for s in after.steps if s.label == label] == [s for s in before.steps if s.label == label]
    assert [day(after, label) for label in ("annotated_agenda", "credentials", "contributions")] == [
        "2027-09-20",
        "2027-09-29",
        "2027-10-06",
    ]
    assert not any(s.is_short_notice or s.has_fallen for s in after.steps if s.met_at is None)


def test_answers_go_back_to_pending_and_what_was_sent_stands() -> None:
    """Contributions and credentials stay; everybody is asked again (PO-3)."""
    stream = announced()

    stream.give(postpone(), MAY, "INTERPOL")

    assert stream.state.responses == {}
    assert [c.entity for c in stream.state.contributions] == ["EUROPOL"]
    assert set(stream.state.credentials) == {"AIMC"}
    met = {(s.label, s.entity) for s in stream.state.steps if s.met_at}
    assert {("contributions", "EUROPOL"), ("credentials", "AIMC")} <= met
    asked_again = [w for w in DECIDER.waits(stream.state) if w.what == "respond"]
    assert {w.entity for w in asked_again} == set(ALL)
    assert {(w.since, w.until) for w in asked_again} == {(utc(MAY), utc(OCTOBER))}


def test_both_schedules_stay_visible_and_are_told_to_everybody() -> None:
    """Old dates, old plan, old answers (PO-1)."""
    stream = announced()
    before = stream.state

    stream.give(postpone(), MAY, "INTERPOL")

    (old,) = stream.state.superseded
    assert (old.starts, old.ends, old.steps) == (before.starts, before.ends, before.steps)
    assert (set(old.responses), old.reason, old.replaced_at) == ({"AIMC", "EUROPOL"}, words("pandemic"), utc(MAY))
    told = letter(stream, "cycle_postponed")
    assert {to.entity for to in told.to} == set(ALL)
    assert (told.facts["was_starts"], told.facts["starts"]) == ("2027-06-15T07:00:00Z", "2027-10-20T07:00:00Z")
    assert told.facts["annotated_agenda_was"] == ["2027-05-16T15:00:00Z"]
    assert facts_for("EUROPOL", told.facts)["credentials"] == "2027-09-29T15:00:00Z"
    assert facts_for("AMERIPOL", told.facts)["credentials"] == "2027-09-29T22:00:00Z"
    assert "credentials" not in facts_for("ECO", told.facts)
    assert told.facts["annotated_agenda"] == ["2027-09-20T15:00:00Z"]
    assert "convening" not in told.facts


def test_nothing_of_the_old_plan_fires() -> None:
    """Neither on its old days nor twice."""
    stream = announced()
    stream.give(postpone(), MAY, "INTERPOL")

    quiet = stream.pass_to("2027-09-01 00:00")
    came = stream.pass_to("2027-10-20 07:00")

    assert quiet == []
    assert {e.label for e in came if hasattr(e, "label")} == {"annotated_agenda", "credentials", "contributions"}


def test_the_body_hears_of_the_new_dates() -> None:
    """Of those of a cycle nobody convened too."""
    stream, early = announced(), proposed(EDITION, ANNOUNCED)

    stream.give(postpone(), MAY, "INTERPOL")
    early.give(postpone(), "2027-01-03 08:00", "INTERPOL")

    note = NoteCycle(number=9, state="postponed", starts=utc(OCTOBER), ends=utc("2027-10-21 15:00"))
    assert stream.told("body/dialogue")[-1] == note
    assert early.told("body/dialogue") == [replace(note, state="proposed")]
    assert early.state.state is CycleState.PROPOSED


def test_the_course_goes_on_where_it_stood() -> None:
    """What was possible before is possible again, until the session opens on its new first day."""
    stream = convened(EDITION, CONVENED, ANNOUNCED)
    stream.give(item(), CONVENED, "INTERPOL")
    stream.give(postpone(), MAY, "INTERPOL")
    waits = [w.what for w in DECIDER.waits(stream.state) if w.role == "chair"]
    early = stream.give(asked.OpenSession(), "2027-06-15 08:00", "INTERPOL")

    stream.give(asked.PublishAgenda(), "2027-06-16 08:00", "INTERPOL")
    published = stream.state.state
    stream.give(postpone("2027-11-10 08:00"), "2027-06-17 08:00", "INTERPOL")
    annotation = asked.AnnotateAgenda(items=(Annotation(item=stream.state.items[0].id),))
    again = stream.give(asked.PublishAgenda(), "2027-06-18 08:00", "INTERPOL")
    stream.give(annotation, "2027-07-01 08:00", "INTERPOL")
    annotated = stream.state.state
    stream.give(postpone("2027-11-24 08:00"), "2027-07-02 08:00", "INTERPOL")
    stream.give(asked.AddPaper(title=WORDS, content=WORDS), "2027-07-03 08:00", "INTERPOL")
    out = stream.state.state
    stream.give(answer(), "2027-07-04 08:00", "AIMC")
    opened = stream.give(asked.OpenSession(), "2027-11-24 08:00", "INTERPOL")

    assert waits == ["publish_agenda"]
    assert reason_of(early) == "SessionNotDue"
    assert (published, annotated, out) == ("agenda_provisional", "agenda_annotated", "documents_out")
    assert reason_of(again) == "WrongState"
    assert kinds(opened)[0] == "SessionOpened"
    assert len(stream.state.superseded) == 3


def test_a_postponed_cycle_opens_as_it_stood() -> None:
    """Without another word, on its day."""
    stream = announced()
    stream.give(postpone(), MAY, "INTERPOL")

    opened = stream.give(asked.OpenSession(), OCTOBER, "INTERPOL")

    assert kinds(opened)[0] == "SessionOpened"
    assert stream.state.state is CycleState.IN_SESSION


def test_steps_whose_new_date_is_past_are_short_notice_and_carry_their_waiver() -> None:
    """Variant ii: on 3 June to 22 June (PO-2)."""
    stream = convened(EDITION, CONVENED, ANNOUNCED)
    stream.give(item(), CONVENED, "INTERPOL")
    stream.give(asked.PublishAgenda(), "2027-03-01 08:00", "INTERPOL")
    persons = (Credential(person=words("A. Delegate"), role="head_of_delegation"),)
    for entity in ALL:
        if entity != "AMERIPOL":
            by = "SCO/SCO_RATS_EC" if entity == "SCO" else entity
            stream.give(asked.RegisterCredentials(persons=persons), "2027-04-02 08:00", by)
    stream.pass_to("2027-06-03 08:00")

    refused = stream.give(postpone("2027-06-22 07:00"), "2027-06-03 08:00", "INTERPOL")
    stream.give(postpone("2027-06-22 07:00"), "2027-06-03 08:00", "INTERPOL", waiver=words("the host fell ill"))

    assert reason_of(refused) == "ShortNotice"
    assert facts_of(refused)["label"] == "annotated_agenda"
    short = {(s.label, s.entity): s.waiver for s in stream.state.steps if s.is_short_notice and s.met_at is None}
    assert short == {
        ("annotated_agenda", "INTERPOL"): words("the host fell ill"),
        ("credentials", "AMERIPOL"): words("the host fell ill"),
    }
    assert day(stream.state, "contributions", "AMERIPOL") == "2027-06-08"
    assert letter(stream, "cycle_postponed").facts["short_notice"]
    again = stream.pass_to("2027-06-30 00:00")
    assert {e.label for e in again if hasattr(e, "label")} == {"contributions"}


def test_a_proposal_postponed_at_short_notice_is_convened_with_that_waiver() -> None:
    """The reason was given once; it stands in the convening notice."""
    stream = proposed(EDITION, ANNOUNCED)
    stream.give(postpone("2027-06-22 07:00"), MAY, "INTERPOL", waiver=words("late"))

    events = stream.give(asked.Convene(mode=MeetingMode.REMOTE, place=WORDS), "2027-05-04 08:00", "INTERPOL")

    assert kinds(events) == ["CycleConvened"]
    assert stream.state.convening
    assert stream.state.convening.waiver == words("late")


@pytest.mark.parametrize("starts", ["2027-05-01 07:00", MAY, "2027-06-15 07:00"])
def test_a_session_is_postponed_to_another_instant_later_than_now(starts: str) -> None:
    """Not into the past, not to now, not to where it is; the sentence says what to do."""
    stream = announced()

    refused = stream.give(postpone(starts), MAY, "INTERPOL", waiver=WORDS)

    assert reason_of(refused) == "BadArgument"
    assert facts_of(refused)["field"] == "starts"
    assert "give" in sentence_of(refused)
    assert stream.state.superseded == ()


def test_a_session_is_not_postponed_onto_another_live_cycle() -> None:
    """Named with its dates; [start, end) may touch."""
    stream = announced()
    other = LiveSession(number=10, starts=utc("2027-10-21 08:00"), ends=utc("2027-10-21 17:00"))

    refused = stream.give(postpone(others=(other,)), MAY, "INTERPOL")
    touching = replace(other, starts=utc("2027-10-21 15:00"))
    stream.give(postpone(others=(touching, replace(other, number=9))), MAY, "INTERPOL")

    assert reason_of(refused) == "OverlapsLiveCycle"
    assert facts_of(refused)["number"] == 10
    assert stream.state.starts == utc(OCTOBER)


def test_a_table_that_ends_too_early_is_named() -> None:
    """The dates cannot be reckoned beyond it."""
    short = replace(EDITION, calendar=pinned_table("2026-01-01", "2027-09-01"))
    stream = convened(short, CONVENED, ANNOUNCED)

    assert reason_of(stream.give(postpone(), MAY, "INTERPOL")) == "CannotReckon"


def test_a_session_once_open_or_over_is_not_postponed_converted_or_cancelled() -> None:
    """Its state is named."""
    stream = in_session()
    commands = (
        postpone("2028-09-01 07:00"),
        asked.ConvertToVirtual(reason=WORDS),
        asked.Cancel(reason=WORDS),
    )

    assert [reason_of(stream.give(c, "2028-06-13 08:00", "INTERPOL")) for c in commands] == ["WrongState"] * 3


def test_a_session_of_hours_stays_as_long_as_it_was() -> None:
    """And one of days takes as many days, whatever clocks do in between."""
    hours = convened(replace(EDITION, ends=utc("2027-06-15 10:30")), CONVENED, ANNOUNCED)
    winter = convened(EDITION, CONVENED, ANNOUNCED)

    hours.give(postpone("2027-11-16 08:00"), MAY, "INTERPOL")
    winter.give(postpone("2027-11-16 08:00"), MAY, "INTERPOL")

    assert hours.state.ends == utc("2027-11-16 11:30")
    assert winter.state.ends == utc("2027-11-17 16:00")


def test_a_paper_answer_of_before_the_postponement_is_to_the_old_dates() -> None:
    """It is refused with what to do; one of after it counts."""
    stream = announced()
    stream.give(postpone(), MAY, "INTERPOL")

    old = stream.give(answer(), "2027-05-02 08:00", "INTERPOL", behalf="AIMC")
    stream.give(answer(), "2027-05-04 08:00", "INTERPOL", behalf="AIMC")

    assert facts_of(old)["field"] == "received_at"
    assert set(stream.state.responses) == {"AIMC"}


def test_a_virtual_session_keeps_everything_but_mode_and_place() -> None:
    """Variant iv: same dates, same plan, same answers; everybody is told."""
    stream = announced()
    before = stream.state

    events = stream.give(asked.ConvertToVirtual(reason=words("strike"), place=words("link")), MAY, "INTERPOL")

    after = stream.state
    assert kinds(events) == ["CycleConverted"]
    assert after.state is CycleState.CONVERTED_TO_VIRTUAL
    assert after.convening
    assert (after.convening.mode, after.convening.place) == (MeetingMode.REMOTE, words("link"))
    assert (after.starts, after.steps, after.responses) == (before.starts, before.steps, before.responses)
    assert {to.entity for to in letter(stream, "cycle_converted").to} == set(ALL)
    assert stream.told("body/dialogue")[-1] == NoteCycle(number=9, state="converted_to_virtual")
    refused = stream.give(asked.ConvertToVirtual(reason=WORDS), MAY, "INTERPOL")
    assert reason_of(refused) == "AlreadyVirtual"


def test_a_virtual_session_can_be_postponed_and_goes_on_where_it_stood() -> None:
    """The mode stays; without a place given none is known."""
    stream = announced()
    stream.give(asked.ConvertToVirtual(reason=WORDS), MAY, "INTERPOL")
    stream.give(postpone(), "2027-05-04 08:00", "INTERPOL")

    assert (stream.state.state, stream.state.course) == ("postponed", "agenda_provisional")
    assert stream.state.convening
    assert (stream.state.convening.mode, stream.state.convening.place) == (MeetingMode.REMOTE, None)


def test_a_cancelled_cycle_ends_and_everybody_is_told() -> None:
    """Nothing is waited for and nothing falls due any more; the body proposes the next."""
    stream = announced()

    events = stream.give(asked.Cancel(reason=words("pandemic")), MAY, "INTERPOL")

    assert kinds(events) == ["CycleCancelled"]
    assert (stream.state.state, stream.state.ended_for) == (CycleState.CANCELLED, words("pandemic"))
    assert DECIDER.is_closed(stream.state)
    assert DECIDER.waits(stream.state) == ()
    assert DECIDER.due(stream.state) is None
    assert all(deadline.met_at for deadline in DECIDER.deadlines(stream.state))
    assert stream.told("body/dialogue")[-1] == NoteCycle(number=9, state="cancelled")
    assert {to.entity for to in letter(stream, "cycle_cancelled").to} == set(ALL)
    assert reason_of(stream.give(answer(), "2027-05-04 08:00", "AIMC")) == "WrongState"


def test_a_cycle_is_not_cancelled_while_the_members_are_asked_about_its_text() -> None:
    """The procedure is named; once it is over the cycle can be cancelled, and the record of both is closed."""
    stream = convened()
    stream.give(communique(TextKind.DECISION_LIST), "2028-02-07 08:00", "INTERPOL")
    text = stream.state.texts[-1].id
    stream.give(asked.OpenSilence(text=text), "2028-02-07 08:00", "INTERPOL")

    refused = stream.give(asked.Cancel(reason=WORDS), "2028-02-08 08:00", "INTERPOL")

    assert reason_of(refused) == "TextUnderSilence"
    assert facts_of(refused)["procedure"] == stream.state.procedures[0].procedure


def test_presences_recorded_before_a_session_was_postponed_can_be_recorded_again() -> None:
    """They are what was expected; the last record counts."""
    stream = announced()
    stream.give(asked.RecordPresence(entity="AIMC", presence=Presence.IN_PERSON), "2027-04-20 08:00", "INTERPOL")
    stream.give(postpone(), MAY, "INTERPOL")

    stream.give(asked.RecordPresence(entity="AIMC", presence=Presence.REMOTE), OCTOBER, "INTERPOL")

    assert [m.presence for m in stream.state.presences] == [Presence.REMOTE]


def test_folding_the_events_again_gives_the_same_cycle() -> None:
    """Whatever became of its dates."""
    stream = announced()
    stream.give(postpone(), MAY, "INTERPOL")
    stream.give(asked.ConvertToVirtual(reason=WORDS), "2027-05-05 08:00", "INTERPOL")
    stream.give(asked.Cancel(reason=WORDS), "2027-05-06 08:00", "INTERPOL")

    folded = None
    for event in stream.events:
        folded = DECIDER.evolve(folded, event)

    assert folded == stream.state


def later(at: str, days: int) -> datetime:
    """Return an instant so many days later."""
    return utc(at) + timedelta(days=days)


@pytest.mark.parametrize("days", [1, 7, 30, 200])
def test_every_open_step_moves_by_as_many_days_as_the_session(days: int) -> None:
    """Calendar days before the first day of the session, each ending where its debtor is."""
    stream = convened(proposal(steps=procedure().steps[3:]))
    before = {(s.label, s.entity): s.due_at for s in stream.state.steps}

    starts = later("2028-06-13 07:00", days).strftime("%Y-%m-%d %H:%M")
    stream.give(postpone(starts), "2028-01-11 08:00", "INTERPOL")

    moved = {(s.label, s.entity): s.due_at for s in stream.state.steps}
    assert moved.keys() == before.keys()
    assert all(abs(moved[key] - before[key] - timedelta(days=days)) <= timedelta(hours=1) for key in before)
    assert set(MEMBERS) <= {entity for _, entity in moved}
