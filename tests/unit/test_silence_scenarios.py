"""The silence procedure in the acceptance scenarios of domain.md 8: numbers 3, 4, 5, 8, 9 and 20."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from services.domain.message import Interval
from services.domain.silence import commands as asked
from services.domain.silence.decider import DECIDER
from services.domain.silence.state import ProcedureState
from tests.unit.calendar_setting import MEMBERS, utc
from tests.unit.cycle_setting import kinds, reason_of
from tests.unit.silence_setting import (
    EXPIRY,
    MONDAY,
    WORDS,
    Silence,
    adopted,
    broken,
    but,
    changed,
    common_days,
    correction,
    elapsed,
    opened,
    opening,
    words,
)


def deaf(since: str, until: str) -> tuple[Interval, ...]:
    """Return one span in which no command was taken in."""
    return (Interval(start=utc(since), end=utc(until)),)


def test_scenario_3_unbroken_silence_adopts_at_its_expiry() -> None:
    """Opened Monday 09:00 in Lyon, all told: adopted Thursday 08:00Z, over all eight and without a waiver."""
    silence = opened()

    came = silence.pass_to(EXPIRY)

    assert kinds(came) == ["TextAdoptedBySilence"]
    assert silence.state.adopted_at == utc("2026-03-05 08:00:00")
    assert set(silence.state.electorate) == set(MEMBERS)
    assert silence.state.waiver is None
    zones = {"Europe/Paris": 9, "Africa/Algiers": 9, "America/Bogota": 3, "Asia/Dubai": 12, "Asia/Kuala_Lumpur": 16}
    assert {zone: silence.state.adopted_at.astimezone(ZoneInfo(zone)).hour for zone in zones} == zones


@pytest.mark.parametrize(
    ("told_at", "expires_at"),
    [("2026-03-02 08:40", "2026-03-05 08:00"), ("2026-03-02 13:00", "2026-03-05 13:00")],
    ids=["promptly", "late"],
)
def test_scenario_3_a_late_delivery_moves_the_expiry_and_a_prompt_one_does_not(told_at: str, expires_at: str) -> None:
    """AMERIPOL told at 08:40Z changes nothing; told at 13:00Z the expiry is announced anew, for all."""
    silence = opened(told=but("AMERIPOL"))

    silence.tell("AMERIPOL", at=told_at)
    silence.pass_to(expires_at)

    assert silence.state.adopted_at == utc(expires_at)
    assert len(silence.letters("silence_expiry_moved")) == (expires_at != EXPIRY)


def test_scenario_3_a_member_never_told_holds_the_clock_until_it_is_served() -> None:
    """Nothing expires, waiting names AMERIPOL; served by hand on Wednesday 10:00Z, adopted 72 hours later."""
    silence = opened(told=but("AMERIPOL"))
    silence.pass_to("2026-03-04 10:00")
    waiting = [wait for wait in DECIDER.waits(silence.state) if wait.what == "delivery"]
    assert (silence.state.state, DECIDER.due(silence.state)) == (ProcedureState.OPENED, None)
    assert [(wait.entity, wait.since) for wait in waiting] == [("AMERIPOL", utc(MONDAY))]

    silence.give(asked.ServeByHand(entity="AMERIPOL", evidence=WORDS), "2026-03-04 10:00", "INTERPOL")
    silence.pass_to("2026-03-07 10:00")

    assert silence.state.adopted_at == utc("2026-03-07 10:00")
    assert silence.state.served_by_hand == ("AMERIPOL",)


@pytest.mark.parametrize(("at", "is_refused"), [("2026-03-03 07:59:59", True), ("2026-03-03 08:00:00", False)])
def test_scenario_3_service_by_hand_is_allowed_from_tuesday_on(at: str, is_refused: bool) -> None:
    """From opening + 24 hours, not a second before."""
    silence = opened(told=but("AMERIPOL"))

    answer = silence.give(asked.ServeByHand(entity="AMERIPOL", evidence=WORDS), at, "INTERPOL")

    assert (kinds(answer)[0] == "CommandRefused") is is_refused


@pytest.mark.parametrize(
    ("gap", "expires_at", "reasons"),
    [
        (("2026-03-05 06:50", "2026-03-05 07:20"), "2026-03-05 11:20", ("outage",)),
        (("2026-03-03 10:00", "2026-03-03 10:30"), "2026-03-05 08:30", ("outage",)),
        (("2026-03-03 10:00", "2026-03-03 10:04"), "2026-03-05 08:00", ()),
    ],
    ids=["shortly before", "days before", "four minutes"],
)
def test_scenario_3_deaf_time_is_made_good(gap: tuple[str, str], expires_at: str, reasons: tuple[str, ...]) -> None:
    """The later of expiry + deaf time and return + 4 hours; the state stays opened; four minutes change nothing."""
    silence = opened()

    silence.expire(deaf=deaf(*gap))

    assert silence.state.expires_at == utc(expires_at)
    assert silence.state.moved_because == reasons
    assert silence.state.state is (ProcedureState.OPENED if reasons else ProcedureState.ADOPTED)
    silence.pass_to(expires_at)
    assert silence.state.adopted_at == utc(expires_at)


def test_scenario_3_a_request_for_time_left_unanswered_extends() -> None:
    """ASEANAPOL asks, nobody answers: extended to Friday 08:00Z, and then adopted."""
    silence = opened()
    silence.give(asked.AskForTime(by=timedelta(hours=48)), "2026-03-04 08:00", "ASEANAPOL")

    silence.pass_to(EXPIRY)
    assert (silence.state.state, silence.state.expires_at) == (ProcedureState.EXTENDED, utc("2026-03-06 08:00"))
    silence.pass_to("2026-03-06 08:00")

    assert silence.state.adopted_at == utc("2026-03-06 08:00")
    assert silence.state.extensions == 0


def test_scenario_4_the_first_objection_breaks_and_later_ones_are_kept_until_the_expiry() -> None:
    """Frontex on Wednesday breaks; AIMC's a second before the expiry is kept, GCCPOL's at the expiry refused."""
    silence = broken("2026-03-04 10:00:00")
    told = silence.letters("silence_broken")

    kept = silence.give(asked.Object(), "2026-03-05 07:59:59", "AIMC")
    late = silence.give(asked.Object(), "2026-03-05 08:00:00", "GCCPOL")
    silence.pass_to("2026-03-20 00:00")

    assert silence.state.state is ProcedureState.BROKEN
    assert (silence.state.broken_at, silence.state.broken_by) == (utc("2026-03-04 10:00"), "FRONTEX")
    assert [set(to) for to in told] == [{*MEMBERS, "UNODC", "SCO"}]
    assert kinds(kept) == ["FurtherObjectionKept"]
    assert reason_of(late) == "SilenceNotOpen"
    assert silence.state.adopted_at is None


@pytest.mark.parametrize("at", ["2026-03-04 11:00", "2026-03-06 11:00"])
def test_scenario_4_observers_are_heard_and_guests_are_not(at: str) -> None:
    """A UNODC objection is filed as a comment, ECO's is refused."""
    silence = broken()

    observer = silence.give(asked.Object(reason=WORDS), at, "UNODC")
    guest = silence.give(asked.Object(reason=WORDS), at, "ECO")

    assert kinds(observer) == ["CommentFiled"]
    assert [comment.entity for comment in silence.state.comments] == ["UNODC"]
    assert reason_of(guest) == "NotPermitted"


def test_scenario_4_once_both_are_lifted_the_same_text_reopens_for_a_day() -> None:
    """Reopened Monday 09:00Z for PT24H: expires Tuesday 09:00Z, round 2, the same hash."""
    silence = broken()
    silence.give(asked.Object(), "2026-03-05 07:59:59", "AIMC")
    reopen = asked.ReopenSilence(period=elapsed(24))
    silence.give(asked.LiftObjection(), "2026-03-06 09:00", "FRONTEX")
    too_early = silence.give(reopen, "2026-03-09 08:00", "INTERPOL")
    silence.give(asked.LiftObjection(), "2026-03-09 08:30", "AIMC")

    silence.give(reopen, "2026-03-09 09:00", "INTERPOL")

    assert reason_of(too_early) == "ObjectionsStand"
    assert silence.state.expires_at == utc("2026-03-10 09:00")
    assert (silence.state.round, silence.state.content) == (2, words("whole"))


def test_scenario_4_a_redraft_instead_is_round_2_of_its_own_under_the_full_period() -> None:
    """Opened Monday 08:00Z for 72 hours, which hold Tuesday and Wednesday: expires Thursday 08:00Z."""
    redraft = opened("2026-03-09 08:00", round=2, supersedes="s-0", version=2, content=words("redraft"))
    short = Silence().give(opening(round=2, supersedes="s-0", period=elapsed(71)), "2026-03-09 08:00", "INTERPOL")

    assert redraft.state.expires_at == utc("2026-03-12 08:00")
    assert (redraft.state.round, redraft.state.supersedes) == (2, "s-0")
    assert redraft.state.content.digest != words("whole").digest
    assert reason_of(short) == "PeriodTooShort"


def test_scenario_4_received_in_time_and_decided_after_breaks_at_the_instant_of_receipt() -> None:
    """Received 07:59:59Z, decided 08:00:04Z before the expiry is: broken at 07:59:59Z, nothing adopted."""
    silence = opened()

    silence.give(asked.Object(), "2026-03-05 07:59:59", "FRONTEX", recorded="2026-03-05 08:00:04")
    silence.pass_to("2026-03-06 08:00")

    assert silence.state.state is ProcedureState.BROKEN
    assert silence.state.broken_at == utc("2026-03-05 07:59:59")


def test_scenario_4_received_at_the_expiry_is_a_late_statement() -> None:
    """Received 08:00:00Z: the text is adopted at 08:00:00Z and the objection changes nothing."""
    silence = adopted()

    late = silence.give(asked.Object(reason=WORDS), "2026-03-05 08:00:00", "FRONTEX")

    assert kinds(late) == ["LateStatementKept"]
    assert (silence.state.state, silence.state.adopted_at) == (ProcedureState.ADOPTED, utc(EXPIRY))
    assert [statement.entity for statement in silence.state.late_statements] == ["FRONTEX"]


def test_scenario_4_a_letter_received_in_time_and_recorded_later_sets_the_adoption_aside() -> None:
    """AIMC's letter of 06:15Z, recorded on its behalf at 11:30Z: both facts are kept."""
    silence = adopted()

    silence.give(asked.Object(), "2026-03-05 06:15", "INTERPOL", behalf="AIMC", recorded="2026-03-05 11:30")

    assert silence.state.state is ProcedureState.SET_ASIDE
    assert silence.state.adopted_at == utc(EXPIRY)
    assert silence.state.set_aside_at == utc("2026-03-05 11:30")
    assert [(o.entity, o.at) for o in silence.state.objections] == [("AIMC", utc("2026-03-05 06:15"))]


@pytest.mark.parametrize(("at", "answer"), [("07:59:59", "TextCorrected"), ("08:00:00", "CommandRefused")])
def test_scenario_4_a_corrigendum_is_taken_until_a_day_before_the_expiry(at: str, answer: str) -> None:
    """Until 2026-03-04T07:59:59Z, not from 08:00:00Z on; the clock is unchanged."""
    silence = opened()

    assert kinds(silence.give(correction(), f"2026-03-04 {at}", "INTERPOL")) == [answer]
    assert silence.state.expires_at == utc(EXPIRY)


@pytest.mark.parametrize(("at", "answer"), [("07:59:59", "SentToMeeting"), ("08:00:00", "CommandRefused")])
def test_scenario_4_a_meeting_is_asked_for_within_a_day_of_the_opening(at: str, answer: str) -> None:
    """EUROPOL's request is taken until 2026-03-03T07:59:59Z, not from 08:00:00Z on."""
    silence = opened()

    assert kinds(silence.give(asked.AskToMeeting(), f"2026-03-03 {at}", "EUROPOL")) == [answer]


FRIDAY = "2026-03-27 14:00"


def test_scenario_5_a_period_that_holds_no_common_working_day_needs_a_waiver() -> None:
    """72 hours from Friday 15:00 in Lyon hold none: refused without the chair's waiver, opened with it."""
    answer = Silence().give(opening(), FRIDAY, "INTERPOL")
    silence = opened(FRIDAY, waiver=WORDS)

    assert reason_of(answer) == "TooFewWorkingDays"
    assert silence.state.waiver == WORDS


def test_scenario_5_elapsed_time_does_not_know_of_summer_time() -> None:
    """The expiry is Monday 14:00Z: an hour later on the clocks that changed, the same on those that did not."""
    silence = opened(FRIDAY, waiver=WORDS)

    silence.pass_to("2026-03-30 14:00")

    assert silence.state.adopted_at == utc("2026-03-30 14:00")
    hours = {
        "Europe/Paris": 16,
        "Europe/Warsaw": 16,
        "Africa/Algiers": 15,
        "Africa/Tunis": 15,
        "America/Bogota": 9,
        "Asia/Dubai": 18,
    }
    assert {zone: silence.state.adopted_at.astimezone(ZoneInfo(zone)).hour for zone in hours} == hours


def test_scenario_5_two_common_working_days_need_no_waiver() -> None:
    """The end of the second common working day is Tuesday 17:00 in Bogota."""
    silence = opened(FRIDAY, period=common_days(2))

    assert silence.state.expires_at == utc("2026-03-31 22:00")
    assert silence.state.waiver is None


def test_scenario_8_a_member_that_joins_later_is_not_in_the_electorate() -> None:
    """UNODC is a member from 1 January; its objection that day is filed as a comment, and the eight adopt."""
    silence = opened("2026-12-28 14:00", period=elapsed(96))
    silence.give(changed("UNODC", "member", "2026-12-31 23:00"), "2026-12-29 10:00")

    filed = silence.give(asked.Object(reason=WORDS), "2027-01-01 09:00", "UNODC")
    silence.pass_to("2027-01-01 14:00")

    assert kinds(filed) == ["CommentFiled"]
    assert len(silence.state.electorate) == 8
    assert silence.state.adopted_at == utc("2027-01-01 14:00")


@pytest.fixture
def leaving() -> Silence:
    """Return a silence in which ASEANAPOL's membership ends on 1 July, 00:00 in Lyon."""
    silence = opened("2027-06-28 07:00")
    silence.give(changed("ASEANAPOL", "former", "2027-06-30 22:00"), "2027-06-28 09:00")
    return silence


def test_scenario_9_an_objection_a_second_before_the_membership_ends_breaks(leaving: Silence) -> None:
    """At 21:59:59Z ASEANAPOL still breaks, and what it did stands."""
    leaving.give(asked.Object(), "2027-06-30 21:59:59", "ASEANAPOL")
    leaving.pass_to("2027-07-02 07:00")

    assert (leaving.state.state, leaving.state.broken_by) == (ProcedureState.BROKEN, "ASEANAPOL")


def test_scenario_9_from_the_instant_it_has_left_the_other_seven_decide(leaving: Silence) -> None:
    """At 22:00:00Z ASEANAPOL's objection is refused; the seven adopt at 2027-07-01T07:00:00Z."""
    refused = leaving.give(asked.Object(), "2027-06-30 22:00:00", "ASEANAPOL")

    (outcome,) = leaving.pass_to("2027-07-01 07:00")

    assert reason_of(refused) == "NotPermitted"
    assert leaving.state.adopted_at == utc("2027-07-01 07:00")
    assert getattr(outcome, "silent", ()) == tuple(e for e in leaving.state.electorate if e != "ASEANAPOL")


def test_scenario_20_ad_referendum_over_all_eight_with_the_dissociations_made() -> None:
    """Opened Monday 09:00 in Lyon in June 2028: any member may dissociate until the adoption on Thursday 07:00Z."""
    silence = opened("2028-06-19 07:00", dissociated=(("AMERIPOL", "5b"),))
    dissociate = asked.Dissociate(version=1, paragraph="6", statement=WORDS)

    silence.give(dissociate, "2028-06-22 06:59:59", "GCCPOL")
    silence.pass_to("2028-06-22 07:00")
    late = silence.give(dissociate, "2028-06-22 07:00", "AIMC")

    assert silence.state.adopted_at == utc("2028-06-22 07:00")
    assert silence.noted()[-1].dissociated == (("AMERIPOL", "5b"), ("GCCPOL", "6"))
    assert reason_of(late) == "SilenceNotOpen"
