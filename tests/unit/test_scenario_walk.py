"""
The twenty acceptance scenarios of domain.md 8, one by one: which files and which tests hold each of their clauses.

Files play the production engine in the future, tests the domain at the dates of the text. What needs a capability that
is not there yet (plans, field access, obligations) is named as such.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from zoneinfo import ZoneInfo

import pytest

from services.policies.folder import policies_dir

INSTANT = re.compile(r"\b20[4-9]\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")
LYON = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, kw_only=True)
class Walked:
    """
    One scenario: each clause with the files, as ``NN-name``, and tests, as ``module.test``, that hold it.

    ``later`` is how many years after the dates of the text its files play; ``needs`` what is not there yet, ``left``
    the clauses that wait for it.
    """

    clauses: Mapping[str, str] = field(default_factory=dict)
    later: int = 0
    needs: str = ""
    left: str = ""


MEETING, SILENCE, DATED = (
    "test_cycle_meeting.test_scenario_",
    "test_silence_scenarios.test_scenario_",
    "test_scenarios_dated.test_",
)
WALK: Mapping[int, Walked] = {
    1: Walked(
        later=22,
        clauses={
            "presence, quorum 5 of 8, who sees it": (
                f"01-absent-member {MEETING}1_absent_member_with_a_written_contribution"
            ),
            "without INTERPOL's line 6 of 7, required 4": (
                f"01-without-the-convenor {MEETING}1_without_the_convenors_line"
            ),
            "footnote on the draft, ad referendum, silence over all eight": (
                f"01-absent-member {DATED}scenario_1_what_the_third_edition_adopted_goes_to_silence_over_all"
            ),
            "a contribution for members alone": (
                f"01-restricted-contribution {MEETING}1_variant_restricted_to_members"
            ),
        },
    ),
    2: Walked(
        later=22,
        clauses={
            "one seat, one line, a footnote naming both": f"02-one-observer-two-bodies {MEETING}2_one_seat_two_bodies",
            "single position": f"02-one-observer-two-bodies {MEETING}2_a_second_statement_on_an_item_warns",
            "16:00 Beijing and 13:00 Tashkent": (
                f"02-one-observer-two-bodies {DATED}scenario_2_letters_show_the_clocks_of_both_bodies"
            ),
        },
    ),
    3: Walked(
        later=17,
        clauses={
            "adopted at the expiry, on every clock": (
                f"03-silence-passes {SILENCE}3_unbroken_silence_adopts_at_its_expiry"
            ),
            "told at 08:40, or at 13:00": (
                "03-told-within-tolerance 03-told-late "
                f"{SILENCE}3_a_late_delivery_moves_the_expiry_and_a_prompt_one_does_not"
            ),
            "never told, served by hand": (
                "03-never-told 03-served-by-hand "
                f"{SILENCE}3_a_member_never_told_holds_the_clock_until_it_is_served "
                f"{SILENCE}3_service_by_hand_is_allowed_from_tuesday_on"
            ),
            "deaf for half an hour, for four minutes": (
                f"03-outage-at-the-end 03-outage-in-between 03-short-outage {SILENCE}3_deaf_time_is_made_good"
            ),
            "more time unanswered": f"03-more-time {SILENCE}3_a_request_for_time_left_unanswered_extends",
        },
    ),
    4: Walked(
        later=17,
        clauses={
            "broken at once, further until the expiry, refused from it": (
                "04-objection 04-one-second-before "
                f"{SILENCE}4_the_first_objection_breaks_and_later_ones_are_kept_until_the_expiry"
            ),
            "an observer's is a comment, a guest's refused": (
                f"04-objection {SILENCE}4_observers_are_heard_and_guests_are_not"
            ),
            "lifted and reopened": f"04-objection {SILENCE}4_once_both_are_lifted_the_same_text_reopens_for_a_day",
            "redrafted": f"04-redraft {SILENCE}4_a_redraft_instead_is_round_2_of_its_own_under_the_full_period",
            "received in time, decided after": (
                f"04-last-second {SILENCE}4_received_in_time_and_decided_after_breaks_at_the_instant_of_receipt"
            ),
            "received at the expiry": f"04-at-the-expiry {SILENCE}4_received_at_the_expiry_is_a_late_statement",
            "a letter recorded after the adoption": (
                "04-letter-recorded-late "
                f"{SILENCE}4_a_letter_received_in_time_and_recorded_later_sets_the_adoption_aside"
            ),
            "the last instant of a corrigendum": (
                f"04-time-limits {SILENCE}4_a_corrigendum_is_taken_until_a_day_before_the_expiry"
            ),
            "the last instant for a meeting": (
                f"04-time-limits 04-to-a-meeting {SILENCE}4_a_meeting_is_asked_for_within_a_day_of_the_opening"
            ),
        },
    ),
    5: Walked(
        later=17,
        clauses={
            "refused without a waiver": (
                f"05-clocks-change {SILENCE}5_a_period_that_holds_no_common_working_day_needs_a_waiver"
            ),
            "72 hours over the change, on every clock": (
                f"05-clocks-change {SILENCE}5_elapsed_time_does_not_know_of_summer_time"
            ),
            "third day, 15:00 in Lyon": "05-third-day test_calendar_days.test_scenario_5_a_third_day_at_a_local_time",
            "second common working day": f"05-clocks-change {SILENCE}5_two_common_working_days_need_no_waiver",
        },
    ),
    6: Walked(
        later=17,
        clauses={
            "five days of both, and of all eight": (
                "06-two-members 06-common-working-days test_working_days.test_friday_saturday_weekend"
            ),
            "five days and one of each alone": "06-owners-alone test_working_days.test_friday_saturday_weekend",
        },
    ),
    7: Walked(
        later=28,
        clauses={
            "which days are worked, and until when": (
                "07-working-week-changes test_working_days.test_working_week_changes"
            ),
            "three working days with the new week and with the old": (
                "07-working-week-changes test_working_days.test_counting_over_a_change_of_week"
            ),
            "listed, and moved by command with notice alone": (
                "07-working-week-changes "
                "test_calendar_change.test_scenario_7_a_week_known_later_lists_what_was_reckoned_with_the_old_one"
            ),
            "recomputed in 2026": "test_working_days.test_a_later_table_gives_the_answer_of_then",
        },
    ),
    8: Walked(
        later=22,
        needs="plans",
        left="a plan shared with members before stays closed to UNODC until it is confirmed again (PS-08)",
        clauses={
            "Frontex on both dates": f"08-observer-upgraded {DATED}scenario_8_rights_of_both_dates_differ",
            "nine members, quorum five": (
                f"08-observer-upgraded {DATED}scenarios_8_and_9_members_and_quorum_change_at_midnight_in_paris"
            ),
            "the electorate of eight, UNODC's comment": (
                f"08-observer-upgraded {SILENCE}8_a_member_that_joins_later_is_not_in_the_electorate"
            ),
        },
    ),
    9: Walked(
        later=22,
        needs="plans",
        left="its plans follow PS-15 and PS-16",
        clauses={
            "actions need a new owner": (
                "09-open-actions test_action_owner.test_the_owner_leaves "
                "test_action_owner.test_another_owner_takes_over_the_schedule_as_it_stands"
            ),
            "access ends from that instant": (
                f"09-open-actions 09-entity-leaves {SILENCE}9_from_the_instant_it_has_left_the_other_seven_decide"
            ),
            "seven members, quorum four": (
                f"09-open-actions {DATED}scenarios_8_and_9_members_and_quorum_change_at_midnight_in_paris"
            ),
            "its objection in the last second": (
                f"09-leaver-objects {SILENCE}9_an_objection_a_second_before_the_membership_ends_breaks"
            ),
        },
    ),
    10: Walked(
        needs="plans",
        left="withdrawal, confirmations of destruction, the matrix",
        clauses={"ten own working days, with and without the holiday": "test_working_days.test_ten_own_working_days"},
    ),
    11: Walked(
        later=17,
        clauses={
            "every reminder and rung, and whom it goes to": (
                "11-late-action test_action_ladder.test_late_action_escalates test_action_ladder.test_who_is_told"
            ),
            "a holiday loaded before": (
                "11-holiday-before test_action_ladder.test_a_holiday_loaded_before_moves_the_last_rungs"
            ),
            "a holiday loaded afterwards": (
                "11-holiday-afterwards "
                "test_calendar_change.test_scenario_11_a_feast_loaded_afterwards_leaves_the_ladder_and_lists_two_rungs"
            ),
            "a rung is held": "11-rung-held test_action_holds.test_the_last_rung_is_held",
            "closing cancels": "11-rung-held test_action_ladder.test_closing_cancels_what_is_pending",
            "+1 and +3 where the weeks differ": "11-weeks-differ test_action_ladder.test_rungs_where_the_weeks_differ",
            "-2 and +7 where the weeks differ": (
                "11-seventh-day test_action_ladder.test_reminder_and_seventh_day_where_the_weeks_differ"
            ),
        },
    ),
    12: Walked(
        later=22,
        needs="obligations",
        left="an obligation tied to UN session 82 stays where it is",
        clauses={
            "the plan as announced": "12-postponed test_cycle_postponed_dates.test_the_edition_as_it_was_announced",
            "to October": "12-postponed test_cycle_postponed_dates.test_postponed_to_october",
            "nothing of the old plan fires": "12-postponed test_cycle_postponed.test_nothing_of_the_old_plan_fires",
            "both schedules stay": (
                "12-postponed test_cycle_postponed.test_both_schedules_stay_visible_and_are_told_to_everybody"
            ),
            "(i) to a Sunday": "12-postponed-to-a-sunday test_cycle_postponed_dates.test_postponed_to_a_sunday",
            "(i) were nothing done yet": (
                "12-postponed-before-convening test_cycle_postponed_dates.test_convening_not_yet_done_rounds_earlier"
            ),
            "(ii) at short notice": (
                "12-postponed-by-a-week test_cycle_postponed_dates.test_postponed_by_a_week_at_short_notice"
            ),
            "(iii) past the next regular date": (
                "12-past-the-next-date "
                "test_cycle_postponed_dates.test_a_working_group_postponed_past_its_next_regular_date"
            ),
            "(iv) virtual": "12-virtual test_cycle_postponed_dates.test_virtual_on_the_same_date",
        },
    ),
    13: Walked(
        later=17,
        clauses={
            "the first date stands, both chairs have a task": (
                "13-two-due-dates test_action_joint.test_another_date_is_on_record_without_effect "
                "test_action_joint.test_no_group_changes_the_date_alone_while_they_conflict"
            ),
            "the Dialogue decides": (
                "13-two-due-dates test_action_joint.test_the_dialogue_decides_by_either_date_or_a_third"
            ),
            "a delegate booked twice": (
                "13-booked-twice test_clashes.test_the_same_delegate_booked_by_both_groups_on_one_day_is_a_clash"
            ),
        },
    ),
    14: Walked(needs="plans", left="input windows of planning cycles"),
    15: Walked(needs="plans", left="a restricted plan, asked for and granted"),
    16: Walked(needs="plans", left="grants under two versions of a policy"),
    17: Walked(needs="plans", left="who could read a plan, three years later"),
    18: Walked(needs="obligations", left="reporting windows and superseded obligations"),
    19: Walked(needs="field access", left="a request, its gate and its check"),
    20: Walked(
        later=28,
        needs="obligations",
        left="obligation COM-5b shows AMERIPOL dissociated",
        clauses={
            "six of eight": f"20-hybrid-meeting {MEETING}20_quorum_in_a_hybrid_meeting_and_its_loss",
            "without INTERPOL's line": f"20-without-the-convenor {MEETING}20_without_the_convenors_line",
            "a footnote bound to the version": (
                "20-hybrid-meeting "
                "test_cycle_texts.test_scenario_20_dissociation_stands_as_a_footnote_of_the_adopted_version"
            ),
            "silence over all eight, the cycle pending until then": (
                f"20-hybrid-meeting {SILENCE}20_ad_referendum_over_all_eight_with_the_dissociations_made "
                "test_cycle_silence.test_scenario_20_unbroken_the_communique_is_adopted_at_the_expiry"
            ),
            "quorum lost, discussion goes on, a silence untouched": (
                f"20-quorum-lost {MEETING}20_quorum_in_a_hybrid_meeting_and_its_loss "
                "test_cycle_silence.test_quorum_lost_while_a_silence_runs_leaves_it_untouched"
            ),
        },
    ),
}
#: The example by which the format is explained; it plays at a date of its own.
EXAMPLE = "04-one-second-before"
FOLDER = policies_dir() / "scenarios"


def places(number: int) -> list[str]:
    """Return the files and tests of a scenario."""
    return [place for several in WALK[number].clauses.values() for place in several.split()]


def files(number: int) -> set[str]:
    """Return the names of a scenario's files."""
    return {place for place in places(number) if place[0].isdigit()}


@pytest.mark.parametrize("number", range(1, 21))
def test_every_scenario_is_held_by_files_and_by_tests_at_its_own_dates(number: int) -> None:
    """Each clause has both, where it can be told at all without what is not there yet."""
    walked = WALK[number]

    for clause, several in walked.clauses.items():
        assert any(not place[0].isdigit() for place in several.split()), clause
    for place in places(number):
        if place[0].isdigit():
            assert (FOLDER / f"{place}.yaml").is_file(), place
        else:
            module, _, test = place.partition(".")
            assert callable(getattr(import_module(f"tests.unit.{module}"), test)), place
    assert bool(walked.needs) == bool(walked.left)
    assert files(number) or walked.needs


def test_no_scenario_file_stands_outside_the_walk() -> None:
    """A file is named for its scenario, and holds a clause of it."""
    walked = {name for number in WALK for name in files(number)}

    assert {path.stem for path in FOLDER.glob("*.yaml")} == walked
    assert all(name.startswith(f"{number:02d}-") for number in WALK for name in files(number))


@pytest.mark.parametrize("number", [number for number in WALK if files(number)])
def test_files_play_on_the_same_weekdays_and_the_same_side_of_the_clock_changes(number: int) -> None:
    """So many years later, every instant falls on the weekday of the text, with the same offset in Lyon."""
    later = WALK[number].later

    for name in files(number) - {EXAMPLE}:
        found = set(INSTANT.findall((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))
        assert found
        for text in found:
            at = datetime.fromisoformat(text).astimezone(UTC)
            then = at.replace(year=at.year - later)
            assert at.weekday() == then.weekday(), (name, text)
            assert at.astimezone(LYON).utcoffset() == then.astimezone(LYON).utcoffset(), (name, text)
