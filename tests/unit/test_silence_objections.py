"""Objections and what becomes of them (domain.md 5.2 a, i, j, k, l, p, q, s, v, w)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.domain.message import Content, Event
from services.domain.silence import commands as asked
from services.domain.silence.state import ProcedureState
from tests.unit.calendar_setting import utc
from tests.unit.cycle_setting import facts_of, kinds, reason_of
from tests.unit.silence_setting import (
    EXPIRY,
    WORDS,
    Silence,
    adopted,
    broken,
    but,
    changed,
    correction,
    elapsed,
    opened,
    reopened,
    words,
)

NOON = "2026-03-04 12:00"
WITHDRAW = asked.WithdrawSilence(reason=WORDS)


def objects(silence: Silence, at: str, by: str = "AIMC") -> list[Event]:
    """Object for a member."""
    return silence.give(asked.Object(reason=words("reason")), at, by)


def paper(silence: Silence, at: str, recorded: str, of: str = "AIMC") -> list[Event]:
    """Record a member's objection on its behalf."""
    return silence.give(asked.Object(), at, "INTERPOL", behalf=of, recorded=recorded)


@pytest.mark.parametrize(("at", "kind"), [("2026-03-05 07:59:59.999999", "SilenceBroken"), (EXPIRY, "CommandRefused")])
def test_rule_a_an_act_at_the_expiry_is_late(at: str, kind: str) -> None:
    """A silence runs over [opening, expiry), and a fraction of a second is never rounded away (DD-5)."""
    silence = opened()

    assert kinds(objects(silence, at)) == [kind]


def test_rule_a_an_act_dated_before_the_opening_is_refused() -> None:
    """A paper cannot be about a text not yet under silence."""
    silence = opened()

    for command in (asked.Object(), asked.Comment(comment=WORDS), asked.AskToMeeting()):
        assert reason_of(silence.give(command, "2026-03-02 07:59:59", "AIMC")) == "BadArgument"
    assert kinds(objects(silence, "2026-03-02 08:00")) == ["SilenceBroken"]


def test_rule_i_a_request_in_time_sends_the_text_to_a_meeting_at_once() -> None:
    """Announced to all; final, so that nothing is adopted and nothing can be objected to any more."""
    silence = opened()

    silence.give(asked.AskToMeeting(), "2026-03-02 12:00", "EUROPOL")
    late = objects(silence, "2026-03-02 13:00")
    silence.pass_to("2026-03-20 08:00")

    assert silence.state.state is ProcedureState.TO_MEETING
    (letter,) = silence.notices("silence_to_meeting")
    assert {to.entity for to in letter.to} == set(silence.state.addressees)
    assert (letter.facts["because"], letter.facts["entity"]) == ("requested", "EUROPOL")
    assert reason_of(late) == "SilenceNotOpen"


def test_rule_i_later_requests_are_refused_and_objecting_remains_possible() -> None:
    """The refusal says until when; observers and guests have no such request."""
    silence = opened()

    late = silence.give(asked.AskToMeeting(), "2026-03-03 08:00", "EUROPOL")
    observer = silence.give(asked.AskToMeeting(), "2026-03-02 12:00", "UNODC")

    assert (reason_of(late), facts_of(late)["until"]) == ("TooLateForMeeting", "2026-03-03T08:00:00Z")
    assert reason_of(observer) == "NotPermitted"
    assert kinds(objects(silence, "2026-03-03 08:00", "EUROPOL")) == ["SilenceBroken"]


def test_rule_j_objecting_is_possible_before_the_clock_starts() -> None:
    """By a member not yet told, and by any other while one is untold, after the expiry stated as well."""
    silence, held = opened(told=but("AMERIPOL")), opened(told=but("AMERIPOL"))

    assert kinds(objects(silence, "2026-03-02 08:01", "AMERIPOL")) == ["SilenceBroken"]
    assert kinds(objects(held, "2026-03-06 08:00", "AIMC")) == ["SilenceBroken"]


def test_rule_j_a_reason_is_optional_and_an_objection_is_attributable() -> None:
    """The record says whose it was."""
    silence = opened()

    silence.give(asked.Object(), NOON, "GCCPOL")

    assert [(o.entity, o.reason) for o in silence.state.objections] == [("GCCPOL", None)]


@pytest.mark.parametrize("who", ["ECO", "CARICOM_IMPACS", "NOBODY"])
def test_rule_j_anyone_elses_objection_is_refused(who: str) -> None:
    """A guest's, and a stranger's."""
    silence = opened()

    assert reason_of(objects(silence, NOON, who)) == "NotPermitted"


def test_rule_j_an_observers_objection_is_a_comment_even_once_it_is_a_member() -> None:
    """At any time, before and after the end; of one that has left the table it is refused."""
    silence = adopted()
    silence.give(changed("UNODC", "member", "2026-03-05 23:00"), "2026-03-05 09:00")
    silence.give(changed("SCO", "guest", "2026-03-05 23:00"), "2026-03-05 09:00")

    filed = objects(silence, "2026-03-06 12:00", "UNODC")
    gone = objects(silence, "2026-03-06 12:00", "SCO")

    assert kinds(filed) == ["CommentFiled"]
    assert silence.state.state is ProcedureState.ADOPTED
    assert reason_of(gone) == "NotPermitted"


def test_rule_j_a_member_that_became_an_observer_neither_breaks_nor_is_it_refused_a_comment() -> None:
    """It has left the electorate, and is still at the table."""
    silence = opened()
    silence.give(changed("GCCPOL", "observer", "2026-03-03 23:00"), "2026-03-03 12:00")

    objected = objects(silence, NOON, "GCCPOL")
    commented = silence.give(asked.Comment(comment=WORDS), NOON, "GCCPOL")

    assert reason_of(objected) == "NotPermitted"
    assert kinds(commented) == ["CommentFiled"]


def test_rule_k_the_first_objection_breaks_and_others_are_kept_until_the_expiry_last_announced() -> None:
    """Also after an extension, and when the objections before it have been lifted."""
    silence = opened()
    silence.give(asked.ExtendSilence(by=elapsed(24).elapsed), "2026-03-03 08:00", "INTERPOL")
    objects(silence, NOON, "FRONTEX")
    silence.give(asked.LiftObjection(), "2026-03-05 09:00", "FRONTEX")

    kept = objects(silence, "2026-03-06 07:59:59", "AIMC")
    late = objects(silence, "2026-03-06 08:00", "GCCPOL")

    assert kinds(kept) == ["FurtherObjectionKept"]
    assert [o.is_further for o in silence.state.objections] == [False, True]
    assert reason_of(late) == "SilenceNotOpen"
    reopen = asked.ReopenSilence(period=elapsed(24))
    assert reason_of(silence.give(reopen, "2026-03-09 08:00", "INTERPOL")) == "ObjectionsStand"


def test_rule_k_one_entity_has_one_objection_standing() -> None:
    """A second is refused, until the first is lifted."""
    silence = broken()

    again = objects(silence, NOON, "FRONTEX")
    silence.give(asked.LiftObjection(), "2026-03-04 13:00", "FRONTEX")
    anew = objects(silence, "2026-03-04 14:00", "FRONTEX")

    assert (reason_of(again), kinds(anew)) == ("AlreadyObjected", ["FurtherObjectionKept"])


def test_rule_k_broken_while_the_clock_was_held_earlier_papers_are_kept_until_the_breaking() -> None:
    """The expiry stated had passed, but silence still ran when AIMC's paper came."""
    silence = opened(told=but("AMERIPOL"))
    objects(silence, "2026-03-06 12:00", "FRONTEX")

    kept = paper(silence, "2026-03-06 10:00", recorded="2026-03-06 15:00")
    late = paper(silence, "2026-03-06 12:00", recorded="2026-03-06 15:00", of="GCCPOL")

    assert (kinds(kept), reason_of(late)) == (["FurtherObjectionKept"], "SilenceNotOpen")


def test_rule_l_late_objections_are_kept_as_statements_and_change_nothing() -> None:
    """Each of them, told to the chair; only of the electorate."""
    silence = adopted()
    before = silence.state.expires_at

    kept = [objects(silence, at, by) for at, by in ((EXPIRY, "AIMC"), ("2026-04-01 08:00", "AMERIPOL"))]
    guest = objects(silence, "2026-04-01 08:00", "ECO")

    assert [kinds(each) for each in kept] == [["LateStatementKept"]] * 2
    assert [s.entity for s in silence.state.late_statements] == ["AIMC", "AMERIPOL"]
    assert len(silence.notices("late_statement")) == 2
    assert reason_of(guest) == "NotPermitted"
    assert (silence.state.state, silence.state.expires_at) == (ProcedureState.ADOPTED, before)
    assert silence.state.standing == ()


def test_rule_p_a_corrigendum_is_a_version_sent_to_all_and_the_hash_adopted() -> None:
    """The clock is unchanged; the corrected version is what is adopted."""
    silence = opened()
    silence.give(correction(), "2026-03-03 10:00", "INTERPOL")
    silence.give(correction("twice corrected"), "2026-03-03 11:00", "INTERPOL")

    silence.pass_to(EXPIRY)

    assert [set(to) for to in silence.letters("text_corrected")] == [set(silence.state.addressees)] * 2
    assert silence.state.adopted_at == utc(EXPIRY)
    assert (silence.state.text_version, silence.state.content) == (3, words("twice corrected"))
    assert silence.notices("silence_adopted")[0].facts["digest"] == "digest of twice corrected"


def test_rule_p_a_corrigendum_without_a_hash_is_refused() -> None:
    """It would be adopted over none."""
    unhashed = asked.CorrectEditorially(
        paragraph="6", content=WORDS, whole=Content(address="a", commitment="c", size=1)
    )

    assert reason_of(opened().give(unhashed, "2026-03-03 10:00", "INTERPOL")) == "BadArgument"


def test_rule_p_the_stop_follows_the_expiry() -> None:
    """After an extension by a day corrigenda are taken a day longer."""
    silence = opened()
    silence.give(asked.ExtendSilence(by=elapsed(24).elapsed), "2026-03-04 10:00", "INTERPOL")

    assert kinds(silence.give(correction(), "2026-03-05 07:59:59", "INTERPOL")) == ["TextCorrected"]
    assert reason_of(silence.give(correction(), EXPIRY, "INTERPOL")) == "CorrectionStopped"


def test_rule_p_refusing_a_corrigendum_breaks_silence_until_the_expiry() -> None:
    """By any member, naming the version; like an objection it is lifted, kept as a further one, or too late."""
    silence, late = opened(), opened()
    for each in (silence, late):
        each.give(correction(), "2026-03-03 10:00", "INTERPOL")
    late.pass_to(EXPIRY)
    refuse = asked.RefuseCorrection(version=2)

    unknown = silence.give(asked.RefuseCorrection(version=1), NOON, "GCCPOL")
    observer = silence.give(refuse, NOON, "UNODC")
    first = silence.give(refuse, "2026-03-05 07:00", "GCCPOL")
    second = silence.give(refuse, "2026-03-05 07:59:59", "AIMC")

    assert (reason_of(unknown), reason_of(observer)) == ("NoSuchCorrection", "NotPermitted")
    assert (kinds(first), kinds(second)) == (["SilenceBroken"], ["FurtherObjectionKept"])
    assert [o.refused_correction for o in silence.state.standing] == [2, 2]
    assert reason_of(late.give(refuse, EXPIRY, "GCCPOL")) == "SilenceNotOpen"


def test_rule_p_a_refusal_received_in_time_and_recorded_later_sets_the_adoption_aside() -> None:
    """It breaks silence, and so it is an objection (v)."""
    silence = opened()
    silence.give(correction(), "2026-03-03 10:00", "INTERPOL")
    silence.pass_to(EXPIRY)

    came = silence.give(
        asked.RefuseCorrection(version=2), "2026-03-05 07:00", "INTERPOL", behalf="AIMC", recorded="2026-03-05 09:00"
    )

    assert kinds(came) == ["AdoptionSetAside"]


def test_rule_p_a_corrigendum_of_an_earlier_round_can_no_longer_be_refused() -> None:
    """Round 2 is over the text as corrected; who does not want it objects."""
    silence = opened()
    silence.give(correction(), "2026-03-03 10:00", "INTERPOL")
    objects(silence, NOON, "FRONTEX")
    silence.give(asked.LiftObjection(), "2026-03-06 09:00", "FRONTEX")
    silence.give(asked.ReopenSilence(period=elapsed(24)), "2026-03-09 09:00", "INTERPOL")

    assert reason_of(silence.give(asked.RefuseCorrection(version=2), "2026-03-09 10:00", "AIMC")) == "NoSuchCorrection"
    assert silence.state.content == words("corrected")


def test_rule_q_a_dissociation_breaks_nothing_and_is_possible_until_the_expiry() -> None:
    """From the version before the members, by a member, told to home."""
    silence = opened()
    dissociate = asked.Dissociate(version=1, paragraph="5b", statement=WORDS)

    taken = silence.give(dissociate, "2026-03-05 07:59:59", "AMERIPOL")
    stale = silence.give(asked.Dissociate(version=2, paragraph="5b", statement=WORDS), NOON, "AIMC")
    observer = silence.give(dissociate, NOON, "UNODC")
    silence.pass_to(EXPIRY)
    late = silence.give(dissociate, EXPIRY, "AIMC")

    assert kinds(taken) == ["DissociationRecorded"]
    assert [reason_of(each) for each in (stale, observer, late)] == ["StaleVersion", "NotPermitted", "SilenceNotOpen"]
    assert silence.state.state is ProcedureState.ADOPTED
    assert silence.noted()[-1].dissociated == (("AMERIPOL", "5b"),)


def test_rule_q_dissociating_twice_from_a_paragraph_is_told_once() -> None:
    """Both statements are kept; home hears of one dissociation."""
    silence = opened()
    for hour in (10, 11):
        silence.give(asked.Dissociate(version=1, paragraph="5b", statement=WORDS), f"2026-03-04 {hour}:00", "AMERIPOL")

    assert len(silence.state.dissociations) == 2
    assert silence.noted()[-1].dissociated == (("AMERIPOL", "5b"),)


def test_rule_s_an_objection_is_lifted_by_its_author_alone() -> None:
    """Not by another, not twice, not dated before it was made, not while nothing is broken."""
    silence = broken()
    lift = asked.LiftObjection()

    answers = [
        silence.give(lift, NOON, "INTERPOL"),
        silence.give(lift, "2026-03-04 09:00", "INTERPOL", behalf="FRONTEX", recorded=NOON),
        opened().give(lift, NOON, "FRONTEX"),
    ]
    lifted = silence.give(lift, "2026-03-04 13:00", "FRONTEX")
    again = silence.give(lift, "2026-03-04 14:00", "FRONTEX")

    assert [reason_of(each) for each in answers] == ["NoObjectionToLift", "NoObjectionToLift", "WrongState"]
    assert (kinds(lifted), reason_of(again)) == (["ObjectionLifted"], "NoObjectionToLift")
    assert silence.state.objections[0].lifted_at == utc("2026-03-04 13:00")


def test_rule_s_a_paper_of_an_earlier_round_recorded_after_the_reopening_breaks_the_new_one() -> None:
    """Received in time then and never lifted, it stands against the same text; between the rounds it was late."""
    silence, late = reopened(), reopened()

    came = paper(silence, "2026-03-05 07:00", recorded="2026-03-09 10:00")
    refused = paper(late, "2026-03-05 08:00", recorded="2026-03-09 10:00")

    assert kinds(came) == ["SilenceBroken"]
    assert silence.state.broken_at == utc("2026-03-05 07:00")
    assert reason_of(refused) == "BadArgument"


def test_rule_s_a_paper_of_an_earlier_round_recorded_after_the_adoption_sets_it_aside() -> None:
    """No text stands adopted against an objection received in time and not lifted."""
    silence = reopened()
    silence.pass_to("2026-03-10 09:00")

    assert kinds(paper(silence, "2026-03-05 07:00", recorded="2026-03-11 10:00")) == ["AdoptionSetAside"]


def test_rule_v_the_text_goes_on_as_after_breaking() -> None:
    """All are told; further papers are kept; once lifted the same text reopens as round 2."""
    silence = adopted()
    came = paper(silence, "2026-03-05 06:15", recorded="2026-03-05 11:30")
    further = paper(silence, "2026-03-05 07:00", recorded="2026-03-05 12:00", of="GCCPOL")
    late = objects(silence, EXPIRY, "EUROPOL")
    for entity in ("AIMC", "GCCPOL"):
        silence.give(asked.LiftObjection(), "2026-03-06 08:00", entity)

    silence.give(asked.ReopenSilence(period=elapsed(24)), "2026-03-09 09:00", "INTERPOL")

    assert (kinds(came), kinds(further), reason_of(late)) == (
        ["AdoptionSetAside"],
        ["FurtherObjectionKept"],
        "SilenceNotOpen",
    )
    assert [set(to) for to in silence.letters("silence_set_aside")] == [set(silence.state.addressees)]
    assert (silence.state.state, silence.state.round, silence.state.adopted_at) == (ProcedureState.OPENED, 2, None)


def test_rule_v_an_elector_that_has_left_since_set_aside_what_it_received_in_time() -> None:
    """Whether it was in the electorate is asked of the instant of receipt."""
    silence = adopted()
    silence.give(changed("AIMC", "former", "2026-03-05 23:00"), "2026-03-06 08:00")

    came = paper(silence, "2026-03-05 06:15", recorded="2026-03-06 11:30")

    assert kinds(came) == ["AdoptionSetAside"]
    assert all("AIMC" not in to for to in silence.letters("silence_set_aside"))


@pytest.mark.parametrize("make", [opened, broken], ids=["opened", "broken"])
def test_rule_w_withdrawal_is_notified_and_ends_it(make: Callable[[], Silence]) -> None:
    """Later objections are refused, whoever makes them; nothing is adopted."""
    silence = make()

    silence.give(WITHDRAW, NOON, "INTERPOL")
    later = [objects(silence, "2026-03-04 13:00", by) for by in ("AIMC", "UNODC")]
    silence.pass_to("2026-03-20 08:00")

    assert [reason_of(each) for each in later] == ["SilenceNotOpen", "SilenceNotOpen"]
    assert silence.state.state is ProcedureState.WITHDRAWN
    assert len(silence.letters("silence_withdrawn")) == 1


def test_rule_w_what_was_received_before_the_withdrawal_is_kept() -> None:
    """It was no later objection; the state stays withdrawn."""
    silence = opened()
    silence.give(WITHDRAW, NOON, "INTERPOL")

    assert kinds(paper(silence, "2026-03-04 11:00", recorded="2026-03-04 15:00")) == ["FurtherObjectionKept"]
    assert silence.state.state is ProcedureState.WITHDRAWN


def test_rule_w_withdrawn_after_breaking_only_what_came_before_both_ends_is_kept() -> None:
    """Neither after the withdrawal nor after the expiry last announced."""
    soon, late = broken(), broken()
    soon.give(WITHDRAW, NOON, "INTERPOL")
    late.give(WITHDRAW, "2026-03-09 12:00", "INTERPOL")

    assert kinds(paper(soon, "2026-03-04 11:59", recorded="2026-03-10 08:00")) == ["FurtherObjectionKept"]
    assert reason_of(paper(soon, NOON, recorded="2026-03-10 08:00", of="AFRIPOL")) == "SilenceNotOpen"
    assert reason_of(paper(late, "2026-03-06 08:00", recorded="2026-03-10 08:00")) == "SilenceNotOpen"


def test_rule_w_not_from_adopted_nor_from_to_meeting() -> None:
    """What is final stays."""
    passed, sent = adopted(), opened()
    sent.give(asked.AskToMeeting(), "2026-03-02 12:00", "EUROPOL")

    for silence in (passed, sent):
        assert reason_of(silence.give(WITHDRAW, "2026-03-06 12:00", "INTERPOL")) == "WrongState"


def test_the_chair_sends_a_stopped_text_to_a_meeting_and_no_other() -> None:
    """From broken and set aside; objections in time are kept all the same."""
    silence = broken()
    send = asked.SendToMeeting()

    sent = silence.give(send, NOON, "INTERPOL")
    kept = objects(silence, "2026-03-04 13:00", "AIMC")

    assert (kinds(sent), kinds(kept)) == (["SentToMeeting"], ["FurtherObjectionKept"])
    assert reason_of(opened().give(send, NOON, "INTERPOL")) == "WrongState"


def test_comments_are_filed_of_whom_the_letter_went_to() -> None:
    """Members and observers, running or over; a guest's is refused."""
    silence = adopted()

    filed = [silence.give(asked.Comment(comment=WORDS), "2026-03-06 12:00", by) for by in ("AIMC", "SCO")]

    assert [kinds(each) for each in filed] == [["CommentFiled"]] * 2
    assert [c.entity for c in silence.state.comments] == ["AIMC", "SCO"]
    assert reason_of(silence.give(asked.Comment(comment=WORDS), "2026-03-06 12:00", "ECO")) == "NotPermitted"
