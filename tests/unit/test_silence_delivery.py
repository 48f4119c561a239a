"""Who is told, when, and what a late delivery does to the expiry (domain.md 5.2 c, e, f, g, h)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.domain.message import Interval
from services.domain.notice import AccountForNotice
from services.domain.silence import commands as asked
from services.domain.silence.decider import DECIDER
from services.domain.silence.events import ExpiryMoved
from services.domain.silence.state import ProcedureState
from tests.unit.calendar_setting import utc
from tests.unit.cycle_setting import kinds, reason_of
from tests.unit.silence_setting import (
    EXPIRY,
    MONDAY,
    WORDS,
    Silence,
    broken,
    but,
    changed,
    common_days,
    delivery,
    elapsed,
    opened,
    reopened,
    table,
)

SERVE = asked.ServeByHand(entity="AMERIPOL", evidence=WORDS)


def untold(**other: Any) -> Silence:
    """Return a silence of which AMERIPOL has not been told."""
    return opened(told=but("AMERIPOL"), **other)


@pytest.mark.parametrize(
    ("told_at", "expires_at"),
    [("2026-03-02 08:59:59.999999", EXPIRY), ("2026-03-02 09:00:00", "2026-03-05 09:00")],
)
def test_rule_e_told_before_the_tolerance_ends_is_prompt(told_at: str, expires_at: str) -> None:
    """A delivery at opening + 1 hour is late, a moment before it is not."""
    silence = untold()

    silence.tell("AMERIPOL", at=told_at)

    assert silence.state.expires_at == utc(expires_at)


def test_rule_f_of_several_late_deliveries_the_last_governs() -> None:
    """In whatever order they are reported; the expiry announced never moves earlier."""
    late = {"AMERIPOL": "2026-03-02 13:00", "GCCPOL": "2026-03-02 19:00", "AIMC": "2026-03-02 10:00"}
    for order in (tuple(late), tuple(reversed(late))):
        silence = opened(told=but(*late))

        for entity in order:
            silence.tell(entity, at=late[entity])

        assert silence.state.expires_at == utc("2026-03-05 19:00")
        announced = [event.expires_at for event in silence.events if isinstance(event, ExpiryMoved)]
        assert announced == sorted(set(announced))


def test_rule_f_several_late_deliveries_may_come_in_one_report() -> None:
    """Each that moves the expiry is announced."""
    silence = opened(told=but("AMERIPOL", "GCCPOL"))

    silence.report(delivery("AMERIPOL", utc("2026-03-02 13:00")), delivery("GCCPOL", utc("2026-03-02 19:00")))

    assert silence.state.expires_at == utc("2026-03-05 19:00")


def test_rule_f_the_new_instant_is_announced_to_all_with_its_reason() -> None:
    """Members and observers learn why, by how much and until when."""
    silence = untold()

    silence.tell("AMERIPOL", at="2026-03-02 13:00")

    (letter,) = silence.notices("silence_expiry_moved")
    assert {to.entity for to in letter.to} == set(silence.state.addressees)
    assert (letter.facts["because"], letter.facts["by"]) == ("late_delivery", "5:00:00")
    assert letter.facts["expires_at"] == "2026-03-05T13:00:00Z"
    assert silence.state.state is ProcedureState.OPENED


def test_rule_f_a_late_delivery_that_gives_no_later_expiry_announces_nothing() -> None:
    """After an extension by two days the delivery's own 72 hours end before; deaf time still counts from Monday."""
    silence = untold()
    silence.give(asked.ExtendSilence(by=timedelta(days=2)), "2026-03-02 10:00", "INTERPOL")

    answer = silence.tell("AMERIPOL", at="2026-03-02 13:00")

    assert kinds(answer) == ["NoticeDelivered"]
    assert silence.state.expires_at == utc("2026-03-07 08:00")
    assert silence.state.deaf_since == utc(MONDAY)


def test_rule_f_a_late_delivery_may_come_after_an_extension_and_move_it_on() -> None:
    """Extended to Friday, told on Wednesday: three full days from then; the state stays extended."""
    silence = untold()
    silence.give(asked.ExtendSilence(by=timedelta(days=1)), "2026-03-03 10:00", "INTERPOL")

    silence.tell("AMERIPOL", at="2026-03-04 12:00")

    assert silence.state.expires_at == utc("2026-03-07 12:00")
    assert silence.state.state is ProcedureState.EXTENDED


def test_rule_f_counts_the_same_kind_of_period_anew() -> None:
    """From Tuesday 20:00Z, Wednesday in Kuala Lumpur, the second day all work is Monday: Algiers rests on Friday."""
    silence = untold(period=common_days(2))
    before = silence.state.expires_at

    silence.tell("AMERIPOL", at="2026-03-03 20:00")

    assert before == utc("2026-03-04 22:00")
    assert silence.state.expires_at == utc("2026-03-09 22:00")


def test_rule_f_beyond_the_pinned_table_as_long_again_is_given() -> None:
    """Days that cannot be counted any more do not make a report fail, nor the expiry too short."""
    silence = untold(period=common_days(2), calendar=table("2025-06-01", "2026-03-07"))

    silence.tell("AMERIPOL", at="2026-03-06 12:00")

    assert silence.state.expires_at == utc("2026-03-06 12:00") + (utc("2026-03-04 22:00") - utc(MONDAY))


def test_rule_f_an_expiry_that_has_passed_is_not_announced() -> None:
    """Served on Wednesday, recorded the week after: Saturday has passed unannounced, so four hours from the record."""
    silence = untold()

    silence.give(SERVE, "2026-03-04 10:00", "INTERPOL", behalf="AMERIPOL", recorded="2026-03-10 10:00:00.5")

    assert silence.state.told["AMERIPOL"] == utc("2026-03-04 10:00")
    assert silence.state.expires_at == utc("2026-03-10 14:00:01")
    assert silence.state.moved_because == ("late_delivery",)


def test_rule_f_recorded_late_but_in_time_the_delivery_itself_is_the_anchor() -> None:
    """Served on Wednesday, recorded on Friday: 72 hours from Wednesday."""
    silence = untold()

    silence.give(SERVE, "2026-03-04 10:00", "INTERPOL", behalf="AMERIPOL", recorded="2026-03-06 10:00")

    assert silence.state.expires_at == utc("2026-03-07 10:00")


def test_rule_g_nothing_expires_while_a_member_is_untold() -> None:
    """Weeks later the silence still runs, and may be objected to."""
    silence = untold()

    silence.pass_to("2026-03-30 08:00")
    objected = silence.give(asked.Object(), "2026-03-30 09:00", "FRONTEX")

    assert kinds(objected) == ["SilenceBroken"]


def test_rule_g_service_falls_due_once_and_names_the_untold_to_the_chair() -> None:
    """At opening + 24 hours, only if somebody is untold then."""
    silence, all_told = untold(), opened()

    came = silence.pass_to("2026-03-30 08:00")
    all_told.pass_to("2026-03-30 08:00")

    assert kinds(came) == ["ServiceOverdue"]
    assert came[0].at == utc("2026-03-03 08:00")
    (letter,) = silence.notices("service_overdue")
    assert [(to.entity, to.role) for to in letter.to] == [("INTERPOL", "chair")]
    assert letter.facts["entities"] == ["AMERIPOL"]
    assert not all_told.notices("service_overdue")


def test_rule_g_service_is_recorded_with_its_evidence_and_once() -> None:
    """Who has been told is not served; who was served has been told."""
    silence = untold()

    served = silence.give(SERVE, "2026-03-04 10:00", "INTERPOL")
    again = silence.give(SERVE, "2026-03-04 11:00", "INTERPOL")
    other = silence.give(asked.ServeByHand(entity="ECO", evidence=WORDS), "2026-03-04 11:00", "INTERPOL")

    assert kinds(served) == ["ServedByHand", "ExpiryMoved"]
    assert getattr(served[0], "evidence", None) == WORDS
    assert reason_of(again) == "AlreadyTold"
    assert reason_of(other) == "NotPermitted"


def test_rule_g_an_observer_never_holds_the_clock() -> None:
    """Untold, it is not waited for; served by hand, or told late, it moves nothing."""
    silence = opened(told=but())
    hand = asked.ServeByHand(entity="UNODC", evidence=WORDS)

    served = silence.give(hand, "2026-03-03 09:00", "INTERPOL")
    late = silence.tell("SCO", at="2026-03-03 10:00")
    waiting = [wait.entity for wait in DECIDER.waits(silence.state) if wait.what == "delivery"]
    silence.pass_to(EXPIRY)

    assert (kinds(served), kinds(late), waiting) == (["ServedByHand"], ["NoticeDelivered"], [])
    assert silence.state.adopted_at == utc(EXPIRY)


def test_rule_g_service_by_hand_needs_a_running_procedure() -> None:
    """Once broken there is nothing to be served."""
    silence = broken(told=but("AMERIPOL"))

    assert reason_of(silence.give(SERVE, "2026-03-04 11:00", "INTERPOL")) == "WrongState"


def test_rule_h_reading_the_letter_counts_as_delivery() -> None:
    """Read late it moves the expiry like any late delivery; read again it is told already."""
    silence = untold()

    read = silence.give(asked.Acknowledge(), "2026-03-02 13:00", "AMERIPOL")
    again = silence.give(asked.Acknowledge(), "2026-03-02 14:00", "AMERIPOL")
    stranger = silence.give(asked.Acknowledge(), "2026-03-02 14:00", "ECO")
    before = silence.give(asked.Acknowledge(), "2026-03-02 07:00", "AMERIPOL")

    assert kinds(read) == ["LetterRead", "ExpiryMoved"]
    assert silence.state.told["AMERIPOL"] == utc("2026-03-02 13:00")
    assert [reason_of(each) for each in (again, stranger, before)] == ["AlreadyTold", "NotPermitted", "BadArgument"]


def test_rule_h_a_failed_letter_tells_nobody() -> None:
    """It is recorded, and the clock is held."""
    silence = untold()

    assert kinds(silence.bounce("AMERIPOL", at="2026-03-02 08:30")) == ["NoticeFailed"]
    assert silence.state.untold == ("AMERIPOL",)


def test_rule_h_a_letter_that_comes_back_has_told_nobody() -> None:
    """Accepted and then bounced, it holds the clock again, until the next delivery, which is late."""
    silence = opened()

    silence.bounce("AMERIPOL", at="2026-03-02 11:00")
    held = DECIDER.due(silence.state)
    silence.tell("AMERIPOL", at="2026-03-02 15:00")

    assert silence.state.expires_at == utc("2026-03-05 15:00")
    assert held is not None
    assert held.label == "service"


def test_rule_h_who_has_read_the_letter_or_was_served_is_told_though_it_comes_back() -> None:
    """Only a letter that nothing else confirms is taken back."""
    silence = opened(told=but("AIMC"))
    silence.give(asked.Acknowledge(), "2026-03-02 08:20", "AMERIPOL")
    silence.give(asked.ServeByHand(entity="AIMC", evidence=WORDS), "2026-03-03 09:00", "INTERPOL")

    silence.bounce("AMERIPOL", "AIMC", at="2026-03-03 10:00")

    assert silence.state.untold == ()
    assert silence.state.told["AMERIPOL"] == utc(MONDAY)


def test_rule_h_only_deliveries_of_the_current_opening_letter_count() -> None:
    """Neither another notice, nor the letter of an earlier round tells anybody of this one."""
    silence = reopened(told=False)

    silence.tell(*but(), at="2026-03-09 09:10", cause=1)
    other = AccountForNotice(
        notice="silence_broken",
        cause=silence.state.letter,
        deliveries=(delivery("AMERIPOL", utc("2026-03-09 09:10")),),
    )
    silence.give(other, "2026-03-09 09:10")
    assert dict(silence.state.told) == {}
    silence.tell(*but(), at="2026-03-09 09:20")

    assert set(silence.state.told) == set(but())


def test_an_empty_report_is_refused() -> None:
    """Every command gives events, one that says nothing as well."""
    silence = opened()

    answer = silence.give(AccountForNotice(notice="silence_opened", cause=1, deliveries=()), "2026-03-02 09:00")

    assert reason_of(answer) == "BadArgument"


def test_a_delivery_after_the_end_is_recorded_and_moves_nothing() -> None:
    """Broken or adopted, the expiry is what it was."""
    silence = broken(told=but("AMERIPOL"))

    assert kinds(silence.tell("AMERIPOL", at="2026-03-04 12:00")) == ["NoticeDelivered"]
    assert silence.state.expires_at == utc(EXPIRY)


def test_rule_c_a_member_that_leaves_no_longer_holds_the_clock() -> None:
    """Untold and leaving after the expiry, it is waited for until then; the others adopt at that instant."""
    silence = untold()
    silence.give(changed("AMERIPOL", "former", "2026-03-06 23:00"), "2026-03-03 12:00")
    waiting = [(wait.entity, wait.until) for wait in DECIDER.waits(silence.state) if wait.what == "delivery"]

    silence.pass_to("2026-03-06 23:00")

    assert waiting == [("AMERIPOL", utc("2026-03-06 23:00"))]
    assert silence.state.adopted_at == utc("2026-03-06 23:00")


def test_rule_c_a_departure_announced_for_later_does_not_hide_that_service_is_overdue() -> None:
    """The chair is told on Tuesday of a member untold that leaves on Friday."""
    silence = untold()
    silence.give(changed("AMERIPOL", "former", "2026-03-06 23:00"), "2026-03-02 12:00")

    assert kinds(silence.pass_to("2026-03-03 08:00")) == ["ServiceOverdue"]


def test_rule_c_a_member_that_leaves_before_the_expiry_delays_nothing() -> None:
    """Untold and gone by Wednesday, the others adopt at the expiry stated."""
    silence = untold()
    silence.give(changed("AMERIPOL", "former", "2026-03-03 23:00"), "2026-03-03 12:00")

    silence.pass_to(EXPIRY)

    assert silence.state.adopted_at == utc(EXPIRY)


def test_rule_c_a_departure_told_of_afterwards_frees_the_clock_when_it_becomes_known() -> None:
    """All saw the clock held until then: nothing is adopted in the past, and it is no outage."""
    silence = untold()
    silence.pass_to("2026-03-10 12:00")
    silence.give(changed("AMERIPOL", "former", "2026-03-06 23:00"), "2026-03-10 12:00:00.25")

    due = DECIDER.due(silence.state)
    assert due is not None
    came = silence.expire()

    assert due.at == utc("2026-03-10 12:00:01")
    assert kinds(came) == ["TextAdoptedBySilence"]


def test_rule_c_a_departure_taken_back_holds_the_clock_again() -> None:
    """The register corrects itself: the member stays, and still has to be told."""
    silence = untold()
    silence.give(changed("AMERIPOL", "former", "2026-03-06 23:00"), "2026-03-03 12:00")
    silence.give(changed("AMERIPOL", "member", "2026-03-06 23:00"), "2026-03-04 12:00")

    silence.pass_to("2026-03-20 12:00")

    assert silence.state.untold == ("AMERIPOL",)
    assert silence.state.is_running


def test_rule_c_who_has_left_does_not_come_back_into_the_electorate() -> None:
    """A member that leaves and joins again within the silence joins later: it neither breaks nor holds the clock."""
    silence = untold()
    silence.give(changed("AMERIPOL", "former", "2026-03-02 23:00"), "2026-03-02 12:00")
    silence.give(changed("AMERIPOL", "member", "2026-03-03 23:00"), "2026-03-02 12:30")

    refused = silence.give(asked.Object(), "2026-03-04 12:00", "AMERIPOL")
    late = silence.tell("AMERIPOL", at="2026-03-04 13:00")
    silence.pass_to(EXPIRY)

    assert reason_of(refused) == "NotPermitted"
    assert kinds(late) == ["NoticeDelivered"]
    assert silence.state.adopted_at == utc(EXPIRY)


def test_rule_c_an_elector_that_never_was_a_member_holds_nothing() -> None:
    """A status corrected back to before the opening takes the entity out, untold or not."""
    silence = untold()
    silence.give(changed("AMERIPOL", "observer", "2026-02-01 23:00"), "2026-03-03 12:00")

    silence.pass_to(EXPIRY)

    assert silence.state.adopted_at == utc(EXPIRY)


def test_rule_c_a_delivery_to_a_member_already_gone_moves_nothing() -> None:
    """Told after it left, nobody's time begins anew."""
    silence = untold()
    silence.give(changed("AMERIPOL", "former", "2026-03-03 23:00"), "2026-03-03 12:00")

    silence.tell("AMERIPOL", at="2026-03-04 12:00")

    assert silence.state.expires_at == utc(EXPIRY)


def test_rule_c_with_everybody_gone_nothing_is_adopted() -> None:
    """Nobody kept silence: it lapses."""
    silence = opened()
    for entity in but():
        silence.give(changed(entity, "former", "2026-03-03 23:00"), "2026-03-03 12:00")

    assert kinds(silence.pass_to(EXPIRY)) == ["ProcedureLapsed"]
    assert silence.state.state is ProcedureState.LAPSED


def test_rule_c_a_change_of_somebody_elses_status_changes_nothing() -> None:
    """A guest becomes an observer: no letter, no voice here."""
    silence = opened()
    before = silence.state
    silence.give(changed("ECO", "observer", "2026-03-03 23:00"), "2026-03-03 12:00")

    assert silence.state.addressees == before.addressees
    assert reason_of(silence.give(asked.Object(), "2026-03-04 12:00", "ECO")) == "NotPermitted"


def test_rule_f_deaf_time_counts_from_the_delivery_the_expiry_is_reckoned_from() -> None:
    """An hour of outage before the late delivery is not made good again, one after it is."""
    silence = untold()
    silence.tell("AMERIPOL", at="2026-03-02 13:00")
    hour = Interval(start=utc("2026-03-03 10:00"), end=utc("2026-03-03 11:00"))

    assert silence.state.deaf_since == utc("2026-03-02 13:00")
    silence.expire(deaf=(hour,))

    assert silence.state.expires_at == utc("2026-03-05 14:00")


def test_reopened_silences_tell_lateness_by_their_own_opening() -> None:
    """Told an hour after the reopening is late, whenever the first letter came."""
    silence = reopened(told=False)

    silence.tell(*but("AIMC"), at="2026-03-09 09:30")
    silence.tell("AIMC", at="2026-03-09 10:00")

    assert silence.state.period == elapsed(24)
    assert silence.state.expires_at == utc("2026-03-10 10:00")
