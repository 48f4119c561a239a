"""The written procedure: explicit answers, and a missing one is not consent (domain.md 5.2 z)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.domain.message import Command, Event, Interval
from services.domain.silence import commands as asked
from services.domain.silence.decider import DECIDER
from services.domain.silence.state import ProcedureState
from tests.unit.calendar_setting import utc
from tests.unit.cycle_setting import facts_of, kinds, reason_of
from tests.unit.silence_setting import (
    WORDS,
    Silence,
    but,
    changed,
    correction,
    elapsed,
    opened,
    written,
)

AGREE = asked.GiveAnswer(answer=asked.Answer.AGREE)
OBJECT = asked.GiveAnswer(answer=asked.Answer.OBJECT, comment=WORDS)
NOON = "2026-03-03 12:00"
#: the end of the tenth common working day from Monday 2 March, Bogota
ENDS = "2026-03-18 22:00"


def agree(silence: Silence, *entities: str, at: str = NOON) -> list[Event]:
    """Agree for members."""
    return [event for entity in entities for event in silence.give(AGREE, at, entity)]


def test_rule_z_runs_for_ten_common_working_days_by_default() -> None:
    """Friday to Sunday somebody rests: 3, 4, 5, 9, 10, 11, 12, 16, 17 and 18 March."""
    assert written().state.expires_at == utc(ENDS)


def test_rule_z_adopted_as_soon_as_all_have_agreed() -> None:
    """With a comment or without; at the instant of the last answer, told to all."""
    silence = written()
    agree(silence, *but("GCCPOL"))
    with_comment = asked.GiveAnswer(answer=asked.Answer.AGREE_WITH_COMMENT, comment=WORDS)

    came = silence.give(with_comment, "2026-03-04 12:00", "GCCPOL")

    assert kinds(came) == ["AnswerRecorded", "TextAdoptedInWriting"]
    assert (silence.state.state, silence.state.adopted_at) == (ProcedureState.ADOPTED, utc("2026-03-04 12:00"))
    assert [set(to) for to in silence.letters("silence_adopted")] == [set(silence.state.addressees)]
    assert silence.noted()[-1].state == ProcedureState.ADOPTED


def test_rule_z_an_answer_missing_at_expiry_is_not_consent() -> None:
    """It lapses, naming who has not answered; the chair may still send the text to a meeting."""
    silence = written()
    agree(silence, *but("GCCPOL", "AIMC"))

    (outcome,) = silence.pass_to(ENDS)

    assert kinds([outcome]) == ["ProcedureLapsed"]
    assert getattr(outcome, "missing", ()) == ("AIMC", "GCCPOL")
    assert silence.state.state is ProcedureState.LAPSED
    assert reason_of(agree(silence, "AIMC", at=ENDS)) == "SilenceNotOpen"
    assert kinds(silence.give(asked.SendToMeeting(), "2026-03-20 12:00", "INTERPOL")) == ["SentToMeeting"]


@pytest.mark.parametrize("command", [OBJECT, asked.Object(reason=WORDS)], ids=["answer", "object"])
def test_rule_z_an_objection_is_an_answer_and_ends_it(command: Command) -> None:
    """Given as an answer or as an objection: no unanimity can come of it any more."""
    silence = written()
    agree(silence, "AIMC")

    came = silence.give(command, NOON, "FRONTEX")
    silence.pass_to("2026-04-01 12:00")

    assert kinds(came) == ["AnswerRecorded", "SilenceBroken"]
    assert (silence.state.state, silence.state.broken_by) == (ProcedureState.BROKEN, "FRONTEX")
    assert silence.state.answers["FRONTEX"].answer is asked.Answer.OBJECT
    assert reason_of(agree(silence, "GCCPOL")) == "SilenceNotOpen"


def test_rule_z_an_observers_objection_is_a_comment_and_it_has_no_answer() -> None:
    """A guest has neither."""
    silence = written()

    assert kinds(silence.give(asked.Object(reason=WORDS), NOON, "UNODC")) == ["CommentFiled"]
    assert reason_of(agree(silence, "UNODC")) == "NotPermitted"
    assert reason_of(silence.give(asked.Object(), NOON, "ECO")) == "NotPermitted"


def test_rule_z_of_several_answers_the_latest_received_stands() -> None:
    """A paper older than the answer already given does not replace it, whenever it is recorded."""
    silence = written()
    silence.give(AGREE, "2026-03-03 12:00", "AIMC")

    old = silence.give(OBJECT, "2026-03-03 10:00", "INTERPOL", behalf="AIMC", recorded="2026-03-04 10:00")
    new = silence.give(OBJECT, "2026-03-04 12:00", "AIMC")

    assert (reason_of(old), facts_of(old)["at"]) == ("AnsweredSince", "2026-03-03T12:00:00Z")
    assert kinds(new) == ["AnswerRecorded", "SilenceBroken"]


def test_rule_z_a_paper_that_completes_it_adopts_at_the_last_answer_received() -> None:
    """AIMC's paper of Monday is recorded on Friday; all had agreed on Wednesday."""
    silence = written()
    agree(silence, *but("AIMC"), at="2026-03-04 12:00")

    silence.give(AGREE, "2026-03-02 12:00", "INTERPOL", behalf="AIMC", recorded="2026-03-06 12:00")

    assert silence.state.adopted_at == utc("2026-03-04 12:00")


def test_rule_z_and_rule_g_an_untold_member_holds_the_clock() -> None:
    """Served late, its ten days begin anew for all."""
    silence = written(told=but("AMERIPOL"))
    silence.pass_to("2026-04-01 12:00")

    silence.give(asked.ServeByHand(entity="AMERIPOL", evidence=WORDS), "2026-04-01 12:00", "INTERPOL")

    assert silence.state.is_running
    assert silence.state.expires_at > utc("2026-04-14 12:00")


def test_rule_z_who_answers_has_been_told() -> None:
    """It has read the letter; late, so the expiry is announced anew, unless the answer completes it."""
    silence = written(told=but("AMERIPOL"))

    came = agree(silence, "AMERIPOL", at="2026-03-04 12:00")

    assert kinds(came) == ["LetterRead", "AnswerRecorded", "ExpiryMoved"]
    last = written(told=but("AMERIPOL"))
    agree(last, *but("AMERIPOL"))
    assert kinds(agree(last, "AMERIPOL")) == ["LetterRead", "AnswerRecorded", "TextAdoptedInWriting"]


def test_rule_z_and_rule_h_who_has_answered_stays_told_though_the_letter_comes_back() -> None:
    """The answer proves more than the mail server."""
    silence = written()
    agree(silence, "AMERIPOL")

    silence.bounce("AMERIPOL", "GCCPOL", at="2026-03-04 12:00")

    assert silence.state.untold == ("GCCPOL",)


def test_rule_z_and_rule_c_who_leaves_is_no_longer_missing() -> None:
    """With the other seven agreed it is adopted at the expiry; with the leaver's answer last, at once."""
    silence = written()
    silence.give(changed("ASEANAPOL", "former", "2026-03-09 23:00"), NOON)
    agree(silence, *but("ASEANAPOL"))

    silence.pass_to(ENDS)

    assert silence.state.adopted_at == utc(ENDS)


def test_rule_z_after_a_leaving_the_rest_adopt_with_the_last_of_their_answers() -> None:
    """ASEANAPOL is gone when GCCPOL, the last, agrees."""
    silence = written()
    silence.give(changed("ASEANAPOL", "former", "2026-03-03 23:00"), NOON)
    agree(silence, *but("ASEANAPOL", "GCCPOL"))

    assert "TextAdoptedInWriting" in kinds(agree(silence, "GCCPOL", at="2026-03-04 12:00"))


def test_rule_z_and_rule_o_deaf_time_is_made_good() -> None:
    """Nothing lapses either while nobody could answer."""
    silence = written()
    hour = Interval(start=utc("2026-03-10 10:00"), end=utc("2026-03-10 11:00"))

    silence.expire(deaf=(hour,))

    assert (silence.state.state, silence.state.expires_at) == (ProcedureState.OPENED, utc("2026-03-18 23:00"))


def test_rule_z_and_rule_w_it_is_withdrawn() -> None:
    """Notified; nothing more is answered."""
    silence = written()

    silence.give(asked.WithdrawSilence(reason=WORDS), NOON, "INTERPOL")

    assert reason_of(agree(silence, "AIMC")) == "SilenceNotOpen"
    assert len(silence.letters("silence_withdrawn")) == 1


@pytest.mark.parametrize(
    "command",
    [
        asked.LiftObjection(),
        asked.AskForTime(by=timedelta(hours=1)),
        asked.DeclineTime(),
        asked.ExtendSilence(by=timedelta(hours=1)),
        asked.AskToMeeting(),
        asked.ReopenSilence(period=elapsed(24)),
        correction(),
        asked.RefuseCorrection(version=1),
    ],
    ids=lambda command: type(command).__name__,
)
def test_rule_z_what_belongs_to_silence_alone_is_refused(command: Command) -> None:
    """Only (a) to (h), (o) and (w) hold for a written procedure."""
    answer = written().give(command, NOON, "INTERPOL")

    assert (reason_of(answer), facts_of(answer)["needed"]) == ("WrongState", "silence")


def test_rule_z_silence_takes_no_answers() -> None:
    """To agree with a text under silence is to be silent."""
    assert reason_of(opened().give(AGREE, NOON, "AIMC")) == "WrongState"


def test_rule_z_a_dissociation_is_possible_until_the_adoption() -> None:
    """It is no matter of silence alone (domain.md 5.1): a member agrees, and dissociates from a paragraph."""
    silence = written()

    silence.give(asked.Dissociate(version=1, paragraph="5b", statement=WORDS), NOON, "AMERIPOL")

    assert silence.noted()[-1].dissociated == (("AMERIPOL", "5b"),)


def test_rule_z_waiting_names_who_has_not_answered() -> None:
    """With the deadline by which it has to."""
    silence = written()
    agree(silence, *but("GCCPOL", "AIMC"))

    waits = [(wait.entity, wait.until) for wait in DECIDER.waits(silence.state) if wait.what == "answer"]

    assert waits == [("AIMC", utc(ENDS)), ("GCCPOL", utc(ENDS))]
    assert {deadline.label for deadline in DECIDER.deadlines(silence.state)} == {"written_procedure"}
