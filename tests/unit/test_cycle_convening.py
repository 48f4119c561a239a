"""Convening: lead times, the one live cycle of a kind, short notice, answers and credentials."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.domain.cycle import commands as asked
from services.domain.cycle.attendance import at_the_table
from services.domain.cycle.decider import DECIDER
from services.domain.cycle.events import CredentialsRegistered, CycleConvened, CycleProposed, StepFellDue
from services.domain.cycle.records import Credential, MeetingMode
from services.domain.cycle.state import Cycle, CycleState
from services.domain.cycle_note import NoteCycle
from services.domain.membership import ParticipationStatus, StatusSince
from services.domain.message import ENGINE, CommandRefused, Event, TimePassed
from services.domain.procedure import Debtor, Period, PeriodKind, Rounding, Step
from services.domain.register_change import ChangeMembership
from services.domain.silence.commands import Object
from tests.unit.calendar_setting import pinned_table, utc
from tests.unit.cycle_setting import (
    ALL,
    CONVENED,
    PROPOSED,
    STARTS,
    WORDS,
    Stream,
    answer,
    contribution,
    convened,
    facts_of,
    in_session,
    item,
    kinds,
    proposal,
    proposed,
    reason_of,
)

CONVENE = asked.Convene(mode=MeetingMode.HYBRID, place=WORDS)
#: D-120 of Tuesday 13 June 2028: Monday 14 February 2028, 17:00 in Lyon
CONVENE_BEFORE = "2028-02-14 16:00"


def due_of(stream: Stream[Cycle], label: str, entity: str) -> str:
    """Return a stored instant as text."""
    found = next(d for d in DECIDER.deadlines(stream.state) if (d.label, d.entity) == (label, entity))
    return found.due_at.strftime("%Y-%m-%d %H:%M")


def waiting(stream: Stream[Cycle], what: str) -> list[str]:
    """Return for whom the cycle waits."""
    return [wait.entity for wait in DECIDER.waits(stream.state) if wait.what == what]


def test_the_steps_are_reckoned_once_for_each_debtor_in_its_own_zone() -> None:
    """The lead times of scenario 12: an edition of Tuesday 15 June 2027."""
    stream = proposed(proposal(starts="2027-06-15 07:00", ends="2027-06-16 15:00"), at="2026-07-01 08:00")

    assert due_of(stream, "convening", "INTERPOL") == "2027-02-15 16:00"
    assert due_of(stream, "provisional_agenda", "INTERPOL") == "2027-03-17 16:00"
    assert due_of(stream, "credentials", "EUROPOL") == "2027-05-25 15:00"
    assert due_of(stream, "contributions", "EUROPOL") == "2027-06-01 15:00"
    assert due_of(stream, "contributions", "AFRIPOL") == "2027-06-01 16:00"
    assert due_of(stream, "contributions", "AMERIPOL") == "2027-06-01 22:00"
    assert {d.entity for d in DECIDER.deadlines(stream.state) if d.label == "credentials"} == set(ALL)


def test_a_rounding_that_was_not_applied_is_noted_on_the_deadline() -> None:
    """D-30 is a Sunday; the direction is kept for when working weeks are loaded."""
    stream = proposed()

    annotated = next(d for d in DECIDER.deadlines(stream.state) if d.label == "annotated_agenda")

    assert annotated.kind == "calendar_days"
    assert "later" in annotated.reason


def test_day_d_is_the_venues_even_where_the_debtor_has_another_date() -> None:
    """01:00 in Paris on 13 June is still 12 June in Bogota, but D-14 is 30 May for everybody."""
    stream = proposed(proposal(starts="2028-06-12 23:00"))

    assert due_of(stream, "contributions", "AMERIPOL") == "2028-05-30 22:00"


def test_elapsed_steps_count_from_the_start_to_the_second() -> None:
    """The exercise counts seconds."""
    period = Period(kind=PeriodKind.ELAPSED, elapsed=-utc(STARTS).resolution * 1_000_000 * 30)
    step = Step(label="convening", offset=period, debtor=Debtor.CONVENOR, rounding=Rounding.NONE)

    stream = proposed(proposal(steps=(step,)))

    (deadline,) = DECIDER.deadlines(stream.state)
    assert deadline.due_at == utc("2028-06-13 06:59:30")
    assert deadline.reason == ""


def test_steps_beyond_the_table_refuse_the_proposal_by_name() -> None:
    """Nothing is raised: a refusal says what cannot be reckoned."""
    stream: Stream[Cycle] = Stream(decider=DECIDER)

    events = stream.give(replace(proposal(), calendar=pinned_table("2028-06-01", "2029-01-01")), PROPOSED)

    assert reason_of(events) == "CannotReckon"
    assert stream.known is None


def test_what_lay_in_the_past_when_proposed_is_short_notice_and_never_fires() -> None:
    """Proposed 100 days before: convening is short, the coordinator is told at once, the rest is still to come."""
    stream = proposed(at="2028-03-05 08:00")

    (event,) = stream.events
    assert isinstance(event, CycleProposed)
    assert [step.label for step in event.steps if step.is_short_notice] == ["convening"]
    assert stream.letters("cycle_proposed") == [("INTERPOL",)]
    due = DECIDER.due(stream.state)
    assert due is not None
    assert due.label == "provisional_agenda"


def test_convening_invites_members_and_observers_and_tells_the_body() -> None:
    """The body learns at once, so that it keeps the next cycle proposed."""
    stream = convened()

    event = stream.events[-1]
    assert isinstance(event, CycleConvened)
    assert set(event.invited) == set(ALL)
    assert event.waiver is None
    assert stream.letters("cycle_convened") == [event.invited]
    assert stream.told("body/dialogue") == [NoteCycle(number=9, state="convened")]


def test_a_guest_comes_by_name_and_only_a_guest_can() -> None:
    """ECO takes part because the notice names it; a member needs no naming."""
    stream = proposed()

    assert reason_of(stream.give(replace(CONVENE, guests=("AIMC",)), CONVENED, "INTERPOL")) == "BadArgument"
    stream.give(replace(CONVENE, guests=("ECO",)), CONVENED, "INTERPOL")

    assert "ECO" in at_the_table(stream.state, utc(CONVENED))
    assert kinds(stream.give(answer(), CONVENED, "ECO")) == ["ResponseGiven"]
    assert stream.letters("cycle_convened")[0][-1] == "ECO"


def test_an_uninvited_guest_answers_nothing() -> None:
    """A guest attends by invitation (R1-7)."""
    assert reason_of(convened().give(answer(), CONVENED, "ECO")) == "NotPermitted"


def test_a_second_live_cycle_of_a_kind_cannot_be_convened() -> None:
    """LC-2, until the body clears the way."""
    stream = proposed(proposal(clear=False))

    assert reason_of(stream.give(CONVENE, CONVENED, "INTERPOL")) == "AnotherCycleLive"
    assert waiting(stream, "convene") == []
    stream.give(asked.ClearToConvene(), CONVENED)

    assert waiting(stream, "convene") == ["INTERPOL"]
    assert kinds(stream.give(CONVENE, CONVENED, "INTERPOL")) == ["CycleConvened"]


def test_a_cycle_is_convened_once() -> None:
    """A second notice needs another command."""
    assert reason_of(convened().give(CONVENE, CONVENED, "INTERPOL")) == "WrongState"


@pytest.mark.parametrize(("at", "is_short"), [("2028-02-14 15:59:59", False), (CONVENE_BEFORE, True)])
def test_convening_from_its_deadline_on_needs_a_waiver(at: str, *, is_short: bool) -> None:
    """At the very instant it is late (DD-5)."""
    stream = proposed()

    events = stream.give(CONVENE, at, "INTERPOL")

    assert isinstance(events[0], CommandRefused) is is_short


def test_short_notice_is_waived_with_a_reason_on_record() -> None:
    """The refusal names the deadline; the waiver is kept with the notice."""
    stream = proposed()

    refused = stream.give(CONVENE, "2028-03-01 08:00", "INTERPOL")
    (event,) = stream.give(CONVENE, "2028-03-01 08:00", "INTERPOL", waiver=WORDS)

    assert reason_of(refused) == "ShortNotice"
    assert facts_of(refused)["due_at"] == "2028-02-14T16:00:00Z"
    assert isinstance(event, CycleConvened)
    assert event.waiver == WORDS
    assert stream.state.convening
    assert stream.state.convening.waiver == WORDS


def test_a_waiver_nobody_needs_is_not_recorded() -> None:
    """Notice was long enough."""
    stream = proposed()

    (event,) = stream.give(CONVENE, CONVENED, "INTERPOL", waiver=WORDS)

    assert isinstance(event, CycleConvened)
    assert event.waiver is None


def test_the_last_answer_counts_and_the_wait_ends() -> None:
    """Accepting is not attending, and may be thought over until the session."""
    stream = convened()
    assert set(waiting(stream, "respond")) == set(ALL)

    stream.give(answer("tentative"), CONVENED, "AFRIPOL")
    stream.give(answer("accepted"), "2028-02-01 08:00", "AFRIPOL")

    assert stream.state.responses["AFRIPOL"].answer == "accepted"
    assert "AFRIPOL" not in waiting(stream, "respond")
    assert stream.state.presences == ()


def test_nobody_answers_what_was_not_asked_or_has_begun() -> None:
    """Before convening, and once the session is open."""
    assert reason_of(proposed().give(answer(), PROPOSED, "AIMC")) == "WrongState"
    assert reason_of(in_session().give(answer(), STARTS, "AIMC")) == "WrongState"


def test_an_answer_on_paper_counts_from_when_it_was_received() -> None:
    """OB-1: recorded during the session, received before it; the entity is told."""
    stream = in_session(at="2028-06-13 07:05")

    events = stream.give(answer("declined"), "2028-06-12 12:00", "INTERPOL", behalf="UNODC")

    assert kinds(events) == ["ResponseGiven"]
    assert stream.state.responses["UNODC"].answer == "declined"
    assert stream.letters("recorded_on_behalf") == [("UNODC",)]


def test_only_answers_credentials_and_contributions_are_recorded_on_behalf() -> None:
    """OB-1 lists them; a text is tabled by oneself."""
    stream = convened()

    refused = stream.give(item(), CONVENED, "INTERPOL", behalf="AIMC")

    assert reason_of(refused) == "NotPermitted"


def test_credentials_meet_their_step_and_end_the_wait() -> None:
    """One person suffices; the delegation is the entity's own."""
    stream = convened()
    persons = (Credential(person=WORDS, role="head_of_delegation"),)

    (event,) = stream.give(asked.RegisterCredentials(persons=persons), CONVENED, "AIMC")

    assert isinstance(event, CredentialsRegistered)
    assert event.persons[0].delegation == "AIMC"
    assert "AIMC" not in waiting(stream, "register_credentials")
    deadline = next(d for d in DECIDER.deadlines(stream.state) if (d.label, d.entity) == ("credentials", "AIMC"))
    assert deadline.met_at == utc(CONVENED)


def test_credentials_name_persons_of_known_delegations() -> None:
    """SCO has two, so each person says for which."""
    stream = convened()
    nobody = asked.RegisterCredentials(persons=())
    unsaid = asked.RegisterCredentials(persons=(Credential(person=WORDS, role="member"),))

    assert reason_of(stream.give(nobody, CONVENED, "AIMC")) == "BadArgument"
    assert reason_of(stream.give(unsaid, CONVENED, "SCO")) == "BadArgument"
    assert kinds(stream.give(unsaid, CONVENED, "SCO/SCO_RATS_EC")) == ["CredentialsRegistered"]


def test_a_step_falls_due_once_and_tells_the_coordinator_who_is_missing() -> None:
    """Who declined, or has met it, is not missing; observers owe credentials too."""
    stream = convened()
    for entity in ALL:
        if entity not in ("AIMC", "UNODC", "GCCPOL"):
            persons = (Credential(person=WORDS, role="member", delegation="SCO_RATS_EC" if entity == "SCO" else None),)
            stream.give(asked.RegisterCredentials(persons=persons), CONVENED, entity)
    stream.give(answer("declined"), CONVENED, "GCCPOL")

    came = stream.pass_to("2028-05-24 00:00")

    fell = [event for event in came if isinstance(event, StepFellDue)]
    missing = {entity for event in fell if event.label == "credentials" for entity in event.missing}
    assert missing == {"AIMC", "UNODC"}
    assert len({(event.label, event.due_at) for event in fell}) == len(fell)
    assert set(stream.letters("step_missing")) == {("INTERPOL",)}
    assert all(event.at == event.due_at for event in fell)


def test_a_step_that_was_met_falls_due_without_a_letter() -> None:
    """Convened in time: nothing is missing."""
    stream = convened()

    (event,) = stream.pass_to(CONVENE_BEFORE)

    assert isinstance(event, StepFellDue)
    assert event.missing == ()
    assert stream.letters("step_missing") == []


def test_a_stray_instant_is_refused() -> None:
    """Nothing fires twice."""
    stream = convened()
    stray = TimePassed(label="convening", due_at=utc(CONVENED), processed_at=utc(CONVENED))

    assert reason_of(stream.give(stray, CONVENED)) == "NothingDue"


def test_a_withdrawn_proposal_is_over_and_the_body_knows() -> None:
    """A replaced series takes its proposal back; a convened cycle stays."""
    stream = proposed()

    stream.give(asked.WithdrawProposal(), PROPOSED)

    assert stream.state.state is CycleState.CANCELLED
    assert DECIDER.is_closed(stream.state)
    assert DECIDER.due(stream.state) is None
    assert stream.told("body/dialogue") == [NoteCycle(number=9, state="cancelled")]
    assert reason_of(stream.give(CONVENE, CONVENED, "INTERPOL")) == "WrongState"
    for late in (asked.WithdrawProposal(), asked.ClearToConvene()):
        assert reason_of(convened().give(late, CONVENED)) == "WrongState"


def test_the_backlog_before_the_cycle_is_the_bodys_latest_word() -> None:
    """All of it, each time."""
    stream = proposed()
    given = stream.state.backlog

    stream.give(asked.ReviewBacklog(actions=("a-1", "a-2")), PROPOSED)

    assert given == ("a-old",)
    assert stream.state.backlog == ("a-1", "a-2")


def test_a_new_member_is_at_the_table_and_a_former_one_is_not() -> None:
    """Statuses are effective-dated: rights follow the instant of the act."""
    stream = convened()
    leaves = StatusSince(status=ParticipationStatus.FORMER, since=utc("2028-03-01 00:00"))
    joins = StatusSince(status=ParticipationStatus.MEMBER, since=utc("2028-03-01 00:00"))
    stream.give(ChangeMembership(entity="ASEANAPOL", status=leaves), CONVENED)
    stream.give(ChangeMembership(entity="ECO", status=joins), CONVENED)

    before, after = "2028-02-29 12:00", "2028-03-01 12:00"

    assert kinds(stream.give(answer(), before, "ASEANAPOL")) == ["ResponseGiven"]
    assert reason_of(stream.give(answer(), after, "ASEANAPOL")) == "NotPermitted"
    assert reason_of(stream.give(answer(), before, "ECO")) == "NotPermitted"
    assert kinds(stream.give(answer(), after, "ECO")) == ["ResponseGiven"]
    assert reason_of(stream.give(contribution(), after, "ASEANAPOL")) == "NotPermitted"


def test_a_number_is_proposed_once_and_nothing_reaches_a_cycle_that_is_not_there() -> None:
    """Every command is answered in every state."""
    stream: Stream[Cycle] = Stream(decider=DECIDER)

    assert reason_of(stream.give(CONVENE, PROPOSED, "INTERPOL")) == "NotFound"
    assert reason_of(proposed().give(proposal(), PROPOSED)) == "AlreadyProposed"


def test_an_unknown_command_is_refused_as_unknown() -> None:
    """It comes with a later capability, if it does."""
    assert reason_of(convened().give(Object(), CONVENED, "AIMC")) == "UnknownCommand"


def test_the_engine_acts_without_a_seat() -> None:
    """Events of the engine name it."""
    stream = proposed()

    event: Event = stream.events[0]

    assert event.actor is ENGINE
