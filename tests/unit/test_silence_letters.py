"""Letters, word to home, waits, deadlines, and what is recorded on behalf (domain.md 5.2 b, h, y; OB-1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.domain.message import Command, Event
from services.domain.silence import commands as asked
from services.domain.silence import events as happened
from services.domain.silence.decider import DECIDER
from services.domain.silence.effects import TO_ALL, TO_CHAIR
from services.domain.silence.state import ProcedureState
from services.gateways.letter import SUBJECTS
from tests.unit.calendar_setting import utc
from tests.unit.cycle_setting import kinds
from tests.unit.silence_setting import (
    EXPIRY,
    MONDAY,
    WORDS,
    Silence,
    adopted,
    broken,
    but,
    changed,
    correction,
    opened,
    words,
    written,
)

NOON = "2026-03-03 12:00"


@pytest.mark.parametrize("notice", sorted({*TO_ALL.values(), *TO_CHAIR.values(), "recorded_on_behalf"}))
def test_every_letter_has_a_subject_that_its_facts_fill(notice: str) -> None:
    """What is sent can be read."""
    assert notice in SUBJECTS


@pytest.mark.parametrize(
    ("command", "by", "notice"),
    [
        (asked.AskForTime(by=timedelta(hours=1)), "AIMC", "time_asked"),
        (asked.Comment(comment=WORDS), "UNODC", "comment_filed"),
        (asked.Dissociate(version=1, paragraph="5b", statement=WORDS), "AIMC", "dissociation_recorded"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_chair_alone_is_told_what_breaks_nothing(command: Command, by: str, notice: str) -> None:
    """To the chair's role, naming who said it."""
    silence = opened()

    silence.give(command, NOON, by)

    (letter,) = silence.notices(notice)
    assert [(to.entity, to.role, to.body) for to in letter.to] == [("INTERPOL", "chair", "dialogue")]
    assert letter.facts["entity"] == by


def test_facts_in_letters_are_plain_and_name_procedure_round_state_and_instants() -> None:
    """Nothing but JSON values; instants in UTC with Z."""
    silence = broken()

    (letter,) = silence.notices("silence_broken")

    assert letter.facts == {
        "silence": "s-1",
        "kind": "silence",
        "round": 1,
        "version": 1,
        "digest": "digest of whole",
        "opened_at": "2026-03-02T08:00:00Z",
        "expires_at": "2026-03-05T08:00:00Z",
        "state": "broken",
        "at": "2026-03-04T10:00:00Z",
        "entity": "FRONTEX",
    }


def test_who_has_left_the_table_gets_no_more_letters() -> None:
    """Members and observers as fixed at the opening, less those that are neither any more (PS-09)."""
    silence = opened()
    silence.give(changed("GCCPOL", "former", "2026-03-03 23:00"), NOON)
    silence.give(changed("SCO", "guest", "2026-03-03 23:00"), NOON)
    silence.give(changed("UNODC", "member", "2026-03-03 23:00"), NOON)

    silence.pass_to(EXPIRY)

    assert set(silence.letters("silence_adopted")[0]) == {*but("GCCPOL"), "UNODC"}


def test_nobody_left_to_tell_is_no_letter_but_home_hears_of_it() -> None:
    """A letter goes to somebody."""
    silence = opened()
    for entity in silence.state.addressees:
        silence.give(changed(entity, "former", "2026-03-03 23:00"), NOON)

    silence.pass_to(EXPIRY)

    assert silence.notices("procedure_lapsed") == []
    assert silence.noted()[-1].state == ProcedureState.LAPSED


def test_home_hears_of_every_state_the_procedure_takes() -> None:
    """In order, with the content that stands then."""
    silence = opened()
    silence.give(correction(), NOON, "INTERPOL")
    silence.pass_to(EXPIRY)
    silence.give(asked.Object(), "2026-03-05 07:00", "INTERPOL", behalf="AIMC", recorded="2026-03-05 11:00")
    silence.give(asked.SendToMeeting(), "2026-03-06 12:00", "INTERPOL")

    noted = silence.noted()

    assert [each.state for each in noted] == ["opened", "opened", "adopted", "set_aside", "to_meeting"]
    assert [each.version for each in noted] == [1, 2, 2, 2, 2]
    assert noted[-1].content == words("corrected")
    assert {(each.procedure, each.text) for each in noted} == {("s-1", "t-1")}


ON_PAPER: list[tuple[Command, str]] = [
    (asked.Object(reason=WORDS), "SilenceBroken"),
    (asked.Comment(comment=WORDS), "CommentFiled"),
    (asked.AskForTime(by=timedelta(hours=1)), "TimeAsked"),
    (asked.AskToMeeting(), "SentToMeeting"),
    (asked.Dissociate(version=1, paragraph="5b", statement=WORDS), "DissociationRecorded"),
    (asked.ServeByHand(entity="AIMC", evidence=WORDS), "ServedByHand"),
]


@pytest.mark.parametrize(("command", "kind"), ON_PAPER, ids=[kind for _, kind in ON_PAPER])
def test_ob_1_the_paper_is_kept_and_its_entity_is_told(command: Command, kind: str) -> None:
    """With the instant it was received, and the entry to contest."""
    silence = opened(told=but("AIMC"))
    at = "2026-03-03 09:00" if kind == "ServedByHand" else "2026-03-03 07:00"

    (event, *_) = silence.give(command, at, "INTERPOL", behalf="AIMC", recorded=NOON)

    assert kinds([event]) == [kind]
    assert isinstance(event, happened.EntityAct)
    assert event.on_behalf is not None
    assert (event.entity, event.on_behalf.evidence, event.actor.entity) == ("AIMC", words("paper"), "INTERPOL")
    (letter,) = silence.notices("recorded_on_behalf")
    assert [to.entity for to in letter.to] == ["AIMC"]
    assert letter.facts["received_at"] == f"{at.replace(' ', 'T')}:00Z"
    assert letter.facts["event"] == silence.events.index(event) + 1


def test_ob_1_an_answer_on_paper_is_told_once() -> None:
    """Though it is an answer and breaks the procedure."""
    silence = written()

    silence.give(asked.Object(), NOON, "INTERPOL", behalf="AIMC")

    assert len(silence.notices("recorded_on_behalf")) == 1


def test_ob_1_what_an_entity_does_itself_needs_no_letter() -> None:
    """It knows."""
    assert broken().notices("recorded_on_behalf") == []


def test_rule_y_facts_have_actor_reason_and_instant() -> None:
    """Waiver, extension, outage, service by hand, correction and withdrawal, each by who did it when."""
    silence = opened(told=but("AIMC"), waiver=WORDS)
    silence.give(asked.ExtendSilence(by=timedelta(hours=24)), NOON, "INTERPOL")
    silence.give(correction(), NOON, "INTERPOL")
    silence.give(asked.ServeByHand(entity="AIMC", evidence=WORDS), NOON, "INTERPOL")
    silence.expire(processed="2026-03-20 12:00")
    silence.give(asked.WithdrawSilence(reason=words("reason")), "2026-03-20 13:00", "INTERPOL")

    kept = [event for event in silence.events if type(event).__name__.startswith(FACTS)]

    assert [(type(e).__name__, e.actor.entity) for e in kept] == [
        ("ProcedureOpened", "INTERPOL"),
        ("ExpiryMoved", "INTERPOL"),
        ("TextCorrected", "INTERPOL"),
        ("ServedByHand", "INTERPOL"),
        ("ExpiryMoved", "INTERPOL"),
        ("ExpiryMoved", "engine"),
        ("ProcedureWithdrawn", "INTERPOL"),
    ]
    assert [why(event) for event in kept] == [
        WORDS,
        "extension",
        "6",
        WORDS,
        "late_delivery",
        "outage",
        words("reason"),
    ]


FACTS = ("ProcedureOpened", "ExpiryMoved", "TextCorrected", "ServedByHand", "ProcedureWithdrawn")


def why(event: Event) -> object:
    """Return the reason an event gives."""
    names = ("waiver", "because", "reason", "evidence", "paragraph")
    return next(value for name in names if (value := getattr(event, name, None)) is not None)


def test_waiting_names_the_untold_the_silent_and_the_chair() -> None:
    """Since when and until when; who has left by the expiry is not waited for in silence."""
    silence = opened(told=but("AMERIPOL"))
    silence.give(changed("GCCPOL", "former", "2026-03-03 23:00"), "2026-03-02 12:00")
    silence.give(asked.AskForTime(by=timedelta(hours=1)), NOON, "AIMC")

    waits = {(wait.what, wait.entity): (wait.since, wait.until) for wait in DECIDER.waits(silence.state)}

    assert waits["delivery", "AMERIPOL"] == (utc(MONDAY), None)
    assert waits["silence", "AIMC"] == (utc(MONDAY), utc(EXPIRY))
    assert waits["more_time", "INTERPOL"] == (utc(NOON), utc(EXPIRY))
    assert {entity for what, entity in waits if what == "silence"} == set(but("AMERIPOL", "GCCPOL"))


def test_a_stopped_procedure_waits_for_its_chair_since_it_stopped() -> None:
    """Since the breaking, or since the adoption was set aside; a final one waits for nobody."""
    aside = adopted()
    aside.give(asked.Object(), "2026-03-05 07:00", "INTERPOL", behalf="AIMC", recorded="2026-03-05 11:00")

    def since(silence: Silence) -> list[object]:
        return [(wait.what, wait.since) for wait in DECIDER.waits(silence.state)]

    assert since(broken()) == [("reopen_redraft_or_meeting", utc("2026-03-04 10:00"))]
    assert since(aside) == [("reopen_redraft_or_meeting", utc("2026-03-05 11:00"))]
    assert since(adopted()) == []


def test_deadlines_are_the_expiry_of_every_elector_with_its_reason() -> None:
    """Moved, they say why; over, they say since when."""
    silence = opened(told=but("AMERIPOL"))
    silence.tell("AMERIPOL", at="2026-03-02 13:00")
    moved = DECIDER.deadlines(silence.state)
    silence.give(changed("GCCPOL", "former", "2026-03-03 23:00"), NOON)
    silence.pass_to("2026-03-05 13:00")
    over = DECIDER.deadlines(silence.state)

    assert {(d.label, d.due_at, d.reason, d.met_at) for d in moved} == {
        ("silence_expiry", utc("2026-03-05 13:00"), "late_delivery", None)
    }
    assert {d.entity for d in moved} == set(but())
    assert {d.entity for d in over} == set(but("GCCPOL"))
    assert {d.met_at for d in over} == {utc("2026-03-05 13:00")}
