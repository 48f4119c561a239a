"""Opening, reopening and redrafting: electorate, length, rounds (domain.md 5.2 b, c, d, s, t, u, x, z)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from sys import maxsize

import pytest

from services.domain.audience import Audience
from services.domain.membership import ParticipationStatus
from services.domain.message import Content
from services.domain.procedure import Period, PeriodKind
from services.domain.silence import commands as asked
from services.domain.silence.opening import check_opening
from services.domain.silence.state import ProcedureState
from tests.unit.calendar_setting import MEMBERS, utc
from tests.unit.cycle_setting import facts_of, kinds, reason_of
from tests.unit.silence_setting import (
    EXPIRY,
    MONDAY,
    WORDS,
    Silence,
    begun,
    broken,
    changed,
    common_days,
    context,
    correction,
    elapsed,
    members,
    opened,
    opening,
    parameters,
    reopened,
    table,
    words,
    written_opening,
)


def open_(at: str = MONDAY, **other: object) -> Silence:
    """Return a stream that was asked to open."""
    silence = Silence()
    silence.give(opening(**other), at, "INTERPOL")
    return silence


def test_rule_b_the_opening_letter_carries_text_version_hash_electorate_and_expiry() -> None:
    """It goes to everybody addressed, with the expiry in UTC; the reader's own time is the letter's to add."""
    silence = open_()

    (letter,) = silence.notices("silence_opened")

    assert {to.entity for to in letter.to} == {*MEMBERS, "UNODC", "SCO"}
    assert {to.role for to in letter.to} == {"head_of_delegation"}
    assert letter.facts["expires_at"] == "2026-03-05T08:00:00Z"
    assert (letter.facts["version"], letter.facts["digest"]) == (1, "digest of whole")
    assert set(letter.facts["electorate"]) == set(MEMBERS)
    assert letter.facts["text"]["address"] == "address of whole"


def test_rule_b_a_text_without_a_hash_is_not_opened() -> None:
    """What is adopted is adopted over a hash."""
    answer = Silence().give(opening(content=Content(address="a", commitment="c", size=1)), MONDAY, "INTERPOL")

    assert (reason_of(answer), facts_of(answer)["field"]) == ("BadArgument", "text")


def test_rule_b_the_expiry_is_reckoned_from_the_opening_in_whole_seconds_rounded_up() -> None:
    """Opened a fraction after the second, it expires with the next whole one, never earlier (DD-5)."""
    silence = open_("2026-03-02 08:00:00.250000")

    assert silence.state.expires_at == utc("2026-03-05 08:00:01")


def test_rule_b_a_procedure_is_opened_once() -> None:
    """A second opening of the same stream is refused, also once it is closed."""
    silence = broken()

    again = silence.give(opening(), "2026-03-04 12:00", "INTERPOL")
    silence.give(asked.CloseProcedure(), "2026-03-06 12:00")

    assert reason_of(again) == "WrongState"
    assert reason_of(silence.give(opening(), "2026-03-06 13:00", "INTERPOL")) == "WrongState"


def test_rule_c_guests_and_former_members_are_neither_electors_nor_addressed() -> None:
    """The electorate are the members of that instant, the addressees the observers too."""
    left = members().changed("GCCPOL", changed("GCCPOL", "former", "2026-03-01 23:00").status)

    silence = open_(membership=left, period=elapsed(72))

    assert set(silence.state.electorate) == set(MEMBERS) - {"GCCPOL"}
    assert not {"ECO", "CARICOM_IMPACS", "GCCPOL"} & set(silence.state.addressees)


def test_rule_c_a_text_for_members_alone_goes_to_no_observer() -> None:
    """Its letters would show observers what they may not see (PS-33); a reopening keeps to that."""
    silence = reopened(audience=Audience.MEMBERS)

    assert silence.state.observers == ()
    assert {to for letter in silence.letters("silence_opened") for to in letter} == set(MEMBERS)
    assert reason_of(silence.give(asked.Comment(comment=WORDS), "2026-03-09 10:00", "UNODC")) == "NotPermitted"


def test_rule_c_opening_over_an_empty_electorate_is_refused() -> None:
    """Nobody could be silent; nor does anything reopen over nobody."""
    nobody = replace(members(), entities=tuple(e for e in members().entities if e.code not in MEMBERS))
    silence = broken()
    silence.give(asked.LiftObjection(), "2026-03-06 09:00", "FRONTEX")
    for entity in MEMBERS:
        silence.give(changed(entity, "former", "2026-03-08 23:00"), "2026-03-07 09:00")

    again = silence.give(asked.ReopenSilence(period=elapsed(24)), "2026-03-09 09:00", "INTERPOL")

    assert reason_of(Silence().give(opening(membership=nobody), MONDAY, "INTERPOL")) == "EmptyElectorate"
    assert reason_of(again) == "EmptyElectorate"


@pytest.mark.parametrize(
    ("day", "whole_days"),
    [("2026-03-02", 2), ("2026-03-03", 2), ("2026-03-04", 1), ("2026-03-05", 0), ("2026-03-06", 0)],
)
def test_rule_d_what_72_hours_hold_depends_on_the_day(day: str, whole_days: int) -> None:
    """Two from a Monday or Tuesday 09:00 in Lyon, one from a Wednesday, none from a Thursday or Friday."""
    answer = Silence().give(opening(), f"{day} 08:00", "INTERPOL")

    if whole_days < 2:
        assert reason_of(answer) == "TooFewWorkingDays"
        assert (facts_of(answer)["found"], facts_of(answer)["needed"]) == (whole_days, 2)
    else:
        assert kinds(answer) == ["ProcedureOpened"]


def test_rule_d_a_day_counts_only_if_it_has_ended_in_every_calendar_by_the_expiry() -> None:
    """Wednesday ends at 22:00Z in Bogota: 62 hours from Monday 08:00Z hold it, a second less does not."""
    enough = open_(period=Period(kind=PeriodKind.ELAPSED, elapsed=timedelta(hours=62)))
    short = opening(period=Period(kind=PeriodKind.ELAPSED, elapsed=timedelta(hours=62, seconds=-1)))

    assert enough.state.expires_at == utc("2026-03-04 22:00")
    assert reason_of(Silence().give(short, MONDAY, "INTERPOL")) == "TooFewWorkingDays"


def test_rule_d_a_waiver_waives_the_working_days_and_nothing_else() -> None:
    """It neither makes an empty period one, nor shortens a redraft."""
    waived = open_(period=elapsed(1), waiver=WORDS)
    empty = Silence().give(opening(period=elapsed(0), waiver=WORDS), MONDAY, "INTERPOL")
    redraft = opening(period=elapsed(1), waiver=WORDS, supersedes="s-0", round=2)

    assert waived.state.waiver == WORDS
    assert reason_of(empty) == "BadArgument"
    assert reason_of(Silence().give(redraft, MONDAY, "INTERPOL")) == "PeriodTooShort"


@pytest.mark.parametrize(
    "period",
    [
        elapsed(-1),
        elapsed(0),
        common_days(0),
        common_days(-3),
        Period(kind=PeriodKind.CALENDAR_DAYS, days=5),
        Period(kind=PeriodKind.WORKING_DAYS, days=5),
        common_days(5000),
        common_days(maxsize * 2),
        Period(kind=PeriodKind.ELAPSED, elapsed=timedelta.max),
        elapsed(24 * 365 * 5),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", list(asked.ProcedureKind))
def test_rule_d_a_period_nothing_can_run_over_is_a_refusal_and_never_an_error(
    period: Period, kind: asked.ProcedureKind
) -> None:
    """Empty, of another kind, beyond the pinned table, beyond all calendars: also for the home that asks first."""
    command = opening(period=period, procedure_kind=kind, waiver=WORDS)
    silence = broken()
    silence.give(asked.LiftObjection(), "2026-03-06 09:00", "FRONTEX")

    refusal = check_opening(command, context(utc(MONDAY)))
    again = silence.give(asked.ReopenSilence(period=period), "2026-03-09 09:00", "INTERPOL")

    assert type(refusal).__name__ == "BadArgument"
    assert reason_of(Silence().give(command, MONDAY, "INTERPOL")) == "BadArgument"
    assert reason_of(again) == "BadArgument"


def test_rule_d_a_table_that_does_not_cover_the_opening_is_a_refusal() -> None:
    """Working days cannot be counted outside it, and without them nothing opens unwaived."""
    narrow = table("2025-06-01", "2026-03-04")

    assert reason_of(Silence().give(opening(calendar=narrow), MONDAY, "INTERPOL")) == "BadArgument"
    late = opening(calendar=narrow, period=elapsed(1))
    assert reason_of(Silence().give(late, "2026-03-04 08:00", "INTERPOL")) == "BadArgument"


def test_rule_d_holds_for_a_written_procedure_too() -> None:
    """(z) takes over (a) to (h): a day is too short for it unless waived."""
    short = written_opening(period=elapsed(24))

    assert reason_of(Silence().give(short, MONDAY, "INTERPOL")) == "TooFewWorkingDays"
    assert begun(replace(short, waiver=WORDS), MONDAY).state.state is ProcedureState.OPENED


def test_rule_d_is_not_checked_when_the_expiry_moves_nor_on_reopening() -> None:
    """A day from Friday holds none, and reopens all the same."""
    silence = reopened("2026-03-06 09:00")

    assert silence.state.expires_at == utc("2026-03-07 09:00")


def test_rule_s_reopening_brings_new_letter_electorate_deliveries_and_expiry_over_the_same_hash() -> None:
    """Whoever left or joined meanwhile is out or in; who was told before is told again."""
    silence = broken()
    silence.give(changed("UNODC", "member", "2026-03-06 23:00"), "2026-03-05 09:00")
    silence.give(changed("GCCPOL", "observer", "2026-03-06 23:00"), "2026-03-05 09:00")
    silence.give(asked.LiftObjection(), "2026-03-06 09:00", "FRONTEX")
    before = silence.state

    silence.give(asked.ReopenSilence(period=elapsed(48)), "2026-03-09 09:00", "INTERPOL")

    after = silence.state
    assert set(after.electorate) == (set(MEMBERS) | {"UNODC"}) - {"GCCPOL"}
    assert set(after.observers) == {"SCO", "GCCPOL"}
    assert (after.state, after.round, dict(after.told)) == (ProcedureState.OPENED, 2, {})
    assert (after.opened_at, after.expires_at) == (utc("2026-03-09 09:00"), utc("2026-03-11 09:00"))
    assert (after.content, after.text_version) == (before.content, before.text_version)
    assert after.letter == after.version > before.letter
    assert len(silence.letters("silence_opened")) == 2


@pytest.mark.parametrize(
    ("period", "is_enough"), [(elapsed(24), True), (elapsed(23.99), False), (common_days(1), True)]
)
def test_rule_s_reopens_for_at_least_the_minimum_however_counted(period: Period, is_enough: bool) -> None:
    """The minimum is a length of time from the reopening, whatever kind the period is of."""
    silence = broken()
    silence.give(asked.LiftObjection(), "2026-03-06 09:00", "FRONTEX")

    answer = silence.give(asked.ReopenSilence(period=period), "2026-03-09 09:00", "INTERPOL")

    assert (kinds(answer) == ["SilenceReopened"]) is is_enough
    assert is_enough or (reason_of(answer), facts_of(answer)["least"]) == ("PeriodTooShort", "1 day, 0:00:00")


def test_rule_s_only_a_stopped_silence_reopens() -> None:
    """A running one, an adopted one and one before a meeting do not."""
    running, passed = opened(), opened()
    passed.pass_to(EXPIRY)
    sent = broken()
    sent.give(asked.SendToMeeting(), "2026-03-06 09:00", "INTERPOL")

    for silence in (running, passed, sent):
        answer = silence.give(asked.ReopenSilence(period=elapsed(24)), "2026-03-09 09:00", "INTERPOL")
        assert reason_of(answer) == "WrongState"


def test_rule_t_a_redraft_is_put_to_silence_for_the_redraft_period_at_least() -> None:
    """The full period by default, or the one the procedure names; counted in days it is compared by where it ends."""
    own = parameters(redraft_period=elapsed(48), min_common_working_days=0)

    shorter = open_(supersedes="s-0", round=2, parameters=own)
    too_short = opening(supersedes="s-0", round=2, parameters=own, period=elapsed(47))
    one_day = opening(supersedes="s-0", round=2, period=common_days(1), waiver=WORDS)

    assert shorter.state.expires_at == utc("2026-03-04 08:00")
    assert reason_of(Silence().give(too_short, MONDAY, "INTERPOL")) == "PeriodTooShort"
    assert reason_of(Silence().give(one_day, MONDAY, "INTERPOL")) == "PeriodTooShort"
    assert open_(supersedes="s-0", round=2, period=common_days(3)).state.expires_at == utc("2026-03-05 22:00")


def test_rule_t_a_written_procedure_after_a_broken_silence_has_a_period_of_its_own() -> None:
    """The redraft period is of silence alone (z)."""
    command = written_opening(supersedes="s-0", round=2, period=elapsed(62))

    assert begun(command, MONDAY).state.expires_at == utc("2026-03-04 22:00")


def test_rule_u_the_last_round_broken_goes_to_a_meeting_by_itself() -> None:
    """Recorded as broken, then to_meeting; neither reopening nor another redraft is open."""
    silence = opened(round=3, supersedes="s-0")

    came = silence.give(asked.Object(), "2026-03-04 10:00", "FRONTEX")

    assert kinds(came) == ["SilenceBroken", "SentToMeeting"]
    assert silence.state.state is ProcedureState.TO_MEETING
    assert silence.state.broken_at == utc("2026-03-04 10:00")
    reopen = asked.ReopenSilence(period=elapsed(24))
    assert reason_of(silence.give(asked.LiftObjection(), "2026-03-06 09:00", "FRONTEX")) == "WrongState"
    assert reason_of(silence.give(reopen, "2026-03-06 10:00", "INTERPOL")) == "WrongState"
    redraft = opening(round=4, supersedes="s-1")
    assert reason_of(Silence().give(redraft, "2026-03-09 08:00", "INTERPOL")) == "RoundsExhausted"


def test_rule_u_further_objections_are_still_kept_in_the_last_round() -> None:
    """Until the expiry last announced, though the text has gone to a meeting."""
    silence = opened(round=3)
    silence.give(asked.Object(), "2026-03-04 10:00", "FRONTEX")

    kept = silence.give(asked.Object(), "2026-03-05 07:59:59", "AIMC")
    late = silence.give(asked.Object(), "2026-03-05 08:00", "GCCPOL")

    assert kinds(kept) == ["FurtherObjectionKept"]
    assert reason_of(late) == "SilenceNotOpen"
    assert silence.state.state is ProcedureState.TO_MEETING


def test_rule_u_the_last_round_ends_by_a_refused_corrigendum_or_set_aside_as_well() -> None:
    """Whatever breaks or sets aside round 3 sends the text to a meeting."""
    refused, aside = opened(round=3), opened(round=3)
    refused.give(correction(), "2026-03-03 10:00", "INTERPOL")
    aside.pass_to(EXPIRY)

    broke = refused.give(asked.RefuseCorrection(version=2), "2026-03-04 10:00", "GCCPOL")
    paper = aside.give(asked.Object(), "2026-03-05 07:00", "INTERPOL", behalf="AIMC", recorded="2026-03-06 09:00")

    assert kinds(broke) == ["SilenceBroken", "SentToMeeting"]
    assert kinds(paper) == ["AdoptionSetAside", "SentToMeeting"]
    assert aside.state.ended_at == utc("2026-03-06 09:00")


def test_rule_u_each_reopening_is_a_round() -> None:
    """The third round is the last: broken there, the text goes to a meeting."""
    silence = reopened()
    silence.give(asked.Object(), "2026-03-09 12:00", "AIMC")
    silence.give(asked.LiftObjection(), "2026-03-09 13:00", "AIMC")
    silence.give(asked.ReopenSilence(period=elapsed(24)), "2026-03-09 14:00", "INTERPOL")

    silence.give(asked.Object(), "2026-03-09 15:00", "AIMC")

    assert (silence.state.round, silence.state.state) == (3, ProcedureState.TO_MEETING)


def test_rule_x_ad_referendum_dissociations_already_made_stand() -> None:
    """They are there from the opening on, survive a reopening, and are told to the cycle with the adoption."""
    silence = reopened(dissociated=(("AMERIPOL", "5b"),))
    silence.pass_to("2026-03-10 09:00")

    assert [(d.entity, d.paragraph) for d in silence.state.dissociations] == [("AMERIPOL", "5b")]
    assert silence.noted()[-1].dissociated == (("AMERIPOL", "5b"),)
    assert silence.noted()[-1].state == ProcedureState.ADOPTED


def test_everybody_in_the_electorate_is_a_member_of_that_instant() -> None:
    """The register's real table has eight in March 2026, with INTERPOL by its one line of policy."""
    state = open_().state

    assert len(state.electorate) == 8
    assert all(state.membership.status_at(e, state.opened_at) is ParticipationStatus.MEMBER for e in state.electorate)
    assert words("whole") == state.content
