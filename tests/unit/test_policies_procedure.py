"""Procedures as files: what the shipped ones say, and the sentence for each kind of fault."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from services.domain.procedure import Debtor, Period, PeriodKind, Procedure, Rounding, Step
from services.policies.fault import PolicyError
from services.policies.folder import policies_dir
from services.policies.procedure import load_procedure
from services.policies.strict_yaml import read_yaml
from services.wire.canonical import digest
from services.wire.message import from_json, to_json

NAMES = ("high-level-dialogue@1", "wg-sc@1", "wg-fa@1", "exercise@1")


def shipped(reference: str) -> str:
    """Return the text of a shipped procedure."""
    return (policies_dir() / "procedures" / f"{reference}.yaml").read_text(encoding="utf-8")


def load(folder: Path, text: str, reference: str = "high-level-dialogue@1") -> Procedure:
    """Write a procedure into a folder of policies and load it."""
    path = folder / "procedures" / f"{reference}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_procedure(folder, reference)


def refusal(folder: Path, old: str, new: str) -> PolicyError:
    """Return the fault of the Dialogue's procedure with one piece of text changed."""
    text = shipped("high-level-dialogue@1")
    assert text.count(old) == 1
    with pytest.raises(PolicyError) as caught:
        load(folder, text.replace(old, new))
    return caught.value


@pytest.mark.parametrize("reference", NAMES)
def test_a_shipped_procedure_is_named_and_digested_by_its_content(reference: str) -> None:
    """The digest is that of the canonical content, so a comment does not change it; the value survives JSON."""
    procedure = load_procedure(policies_dir(), reference)

    assert procedure.reference == reference
    assert procedure.digest == digest(read_yaml(policies_dir() / "procedures" / f"{reference}.yaml").value)
    assert from_json(Procedure, to_json(procedure)) == procedure


def test_the_dialogue_has_the_parameters_of_the_domain() -> None:
    """Lead times of domain.md 5.1, silence parameters of 5.2, ladder of LD-1."""
    procedure = load_procedure(policies_dir(), "high-level-dialogue@1")

    leads = {step.label: -step.offset.days for step in procedure.steps}
    assert leads == {
        "convening": 120, "provisional_agenda": 90, "annotated_agenda": 30, "credentials": 21, "contributions": 14
    }  # fmt: skip
    assert procedure.steps[0] == Step(
        label="convening",
        offset=Period(kind=PeriodKind.CALENDAR_DAYS, days=-120),
        debtor=Debtor.CONVENOR,
        rounding=Rounding.EARLIER,
    )
    assert procedure.silence.period == Period(kind=PeriodKind.ELAPSED, elapsed=timedelta(hours=72))
    assert procedure.silence.deaf_floor == timedelta(hours=4)
    assert procedure.silence.redraft_period is None
    assert procedure.written.period == Period(kind=PeriodKind.COMMON_WORKING_DAYS, days=10)
    assert [period.days for period in procedure.actions.remind] == [-10, -2]
    assert [(rung.offset.days, rung.to) for rung in procedure.actions.ladder] == [
        (1, "focal_point"), (3, "alternate"), (5, "head_of_delegation"), (10, "chair"), (20, "heads_of_entity")
    ]  # fmt: skip


@pytest.mark.parametrize("reference", ["wg-sc@1", "wg-fa@1"])
def test_working_groups_have_shorter_lead_times_and_no_annotated_agenda(reference: str) -> None:
    """Lead times of domain.md 5.1."""
    steps = load_procedure(policies_dir(), reference).steps

    assert {step.label: -step.offset.days for step in steps} == {
        "convening": 42, "provisional_agenda": 28, "contributions": 10, "credentials": 7
    }  # fmt: skip


def test_the_exercise_counts_no_days() -> None:
    """Elapsed seconds only, rounded nowhere, so that it runs at any hour of any day."""
    procedure = load_procedure(policies_dir(), "exercise@1")
    periods = [
        *(step.offset for step in procedure.steps),
        procedure.silence.period,
        procedure.written.period,
        *procedure.actions.remind,
        *(rung.offset for rung in procedure.actions.ladder),
    ]

    assert {period.kind for period in periods} == {PeriodKind.ELAPSED}
    assert all(abs(period.elapsed) <= timedelta(seconds=30) for period in periods)
    assert {step.rounding for step in procedure.steps} == {Rounding.NONE}
    assert procedure.silence.min_common_working_days == 0


def test_what_the_format_leaves_out_has_the_defaults_of_the_domain(tmp_path: Path) -> None:
    """Four parameters of silence may be left out (domain.md 5.2)."""
    text = shipped("high-level-dialogue@1")
    for line in ("deaf_floor: PT4H", "more_time: PT24H", "correction_stop: PT24H", "reopen_minimum: PT24H"):
        text = text.replace(f"  {line}\n", "")

    assert load(tmp_path, text).silence == load_procedure(policies_dir(), "high-level-dialogue@1").silence


def test_other_kinds_of_period_and_offset_are_read(tmp_path: Path) -> None:
    """Steps after the session, calendar days in a ladder, a redraft period of its own, dates added and skipped."""
    text = shipped("high-level-dialogue@1")
    for old, new in (
        ("before_session: P14D", "after_session: PT36H"),
        ("-2wd", "-2cd"),
        ("redraft_period: full", "redraft_period: {calendar_days: 2}"),
        ("skip: []", "skip: [2027-10-13]"),
    ):
        text = text.replace(old, new)

    procedure = load(tmp_path, text)

    assert procedure.steps[-1].offset == Period(kind=PeriodKind.ELAPSED, elapsed=timedelta(hours=36))
    assert procedure.actions.remind[1] == Period(kind=PeriodKind.CALENDAR_DAYS, days=-2)
    assert procedure.silence.redraft_period == Period(kind=PeriodKind.CALENDAR_DAYS, days=2)
    assert str(procedure.cadence.skip[0]) == "2027-10-13"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("debtor: convenor,", "debter: convenor,", "15: steps.convening.debtor: this key is missing; add it: Who"),
        ("quorum: {of", "quorums: {of", "this key is not known; did you mean quorum?"),
        ("extensions: 1", "extensions: '1'", '27: silence.extensions: found "1"; should be a whole number'),
        ("extensions: 1", "extensions: 99", "27: silence.extensions: found 99; should be less than or equal to 10"),
        ("Europe/Paris", "Europe/Lyon", "7: cadence.zone: 'Europe/Lyon' is not a zone of"),
        ('"09:00"', '"9 am"', "8: cadence.local_start: found '9 am'; should be a time of day, like 17:00"),
        ("session: P2D", "session: 2", "9: cadence.session: found 2; should be a duration in days, hours"),
        ("session: P2D", "session: -P2D", '9: cadence.session: found "-P2D"; should be longer than nothing'),
        ("skip: []", "skip: [2027-02-30]", '10: cadence.skip[0]: found "2027-02-30"; should be a date'),
        ("add: []", "add: [20270210]", "11: cadence.add[0]: found 20270210; should be a date"),
        (
            "P120D",
            "P1Y",
            'steps.convening.before_session: found "P1Y"; should be an offset, like -10wd, 5cwd, 2cd, P3D@',
        ),
        ("P120D", "P1DT2H", 'found "P1DT2H"; should be days or an elapsed time, not both: P2D or PT48H'),
        ("P120D", "-P120D", 'steps.convening.before_session: found "-P120D"; should be positive: it is after'),
        ("[-10wd, -2wd]", "[10wd]", 'actions.remind[0]: found "10wd"; should be negative: it is before'),
        ("to: alternate", "to: boss", "actions.ladder[1].to: found \"boss\"; should be 'focal_point', 'alternate'"),
        ("{elapsed: PT72H}", "{}", "a period is of exactly one kind; give one of elapsed, calendar"),
        ("{elapsed: PT72H}", "{elapsed: PT1H, working_days: 1}", "silence.period: a period is of exactly one kind"),
        ("{elapsed: PT72H}", "{elapsed: null}", "silence.period: a period is of exactly one kind"),
        ("before_session: P30D, ", "", "annotated_agenda: a step is either before or after the session;"),
        ("redraft_period: full", "redraft_period: null", "found null; should be full, or a period such as"),
        ("redraft_period: full", "redraft_period: {days: 3}", "silence.redraft_period.days: this key is not known;"),
        ("  convening:", "  convenning:", "steps.convenning: found \"convenning\"; should be 'convening',"),
        ("version: 1", "version: 2", "3: procedure: this is high-level-dialogue@2 in a file named"),
        ("BYMONTH=10;BYDAY=2WE", "BYMONTH=2;BYMONTHDAY=30", "6: cadence.rrule: FREQ=YEARLY;BYMONTH=2"),
        ("FREQ=YEARLY;", "FREQ=MONTHLY;INTERVAL=2;", "FREQ=MONTHLY;INTERVAL=2;BYMONTH=10;BYDAY=2WE gives"),
    ],
)
def test_a_fault_is_one_sentence_with_file_line_and_key(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """The sentence says where, what is wrong, and what would be right."""
    fault = refusal(tmp_path, old, new)

    told = "\n".join(str(each) for each in fault.all)
    assert sentence in told
    assert f"{tmp_path}/procedures/high-level-dialogue@1.yaml:" in told


def test_all_faults_of_a_file_are_told_at_once_in_the_order_of_its_lines(tmp_path: Path) -> None:
    """Nobody mends a file one run at a time."""
    text = shipped("high-level-dialogue@1").replace("max_rounds: 3", "max_rounds: 0").replace("P90D", "soon")

    with pytest.raises(PolicyError) as caught:
        load(tmp_path, text)

    keys = [fault.key for fault in caught.value.all]
    assert keys == ["steps.provisional_agenda.before_session", "silence.max_rounds"]


def test_a_procedure_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Whoever asks for another is told which file was looked for."""
    with pytest.raises(PolicyError, match=r"procedures/summit@1\.yaml:1: the file cannot be read"):
        load_procedure(tmp_path, "summit@1")
