"""Scenario files: what a right one says, and the sentence for each kind of fault."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.policies.fault import PolicyError
from services.policies.folder import policies_dir
from services.policies.schema import published
from services.rehearsal.anchor import After, At, From, read_anchor
from services.rehearsal.form import ScenarioForm
from services.rehearsal.reading import read_scenario, scenario_faults
from services.rehearsal.scenario import Scenario

NOW = datetime(2030, 1, 1, tzinfo=UTC)
RIGHT = """\
scenario: Objection one second before silence ends
starts: 2040-03-06T08:00:00Z
timeline:
  - at: 2040-03-06T08:00:00Z
    by: INTERPOL/coordinator
    do: open_silence
    with: {subject: Communiqué, text: "…", period: PT72H}
    as: s1
  - at: s1.expires -PT1S
    by: FRONTEX/head_of_delegation
    do: object
    with: {silence: s1, reason: paragraph 5b}
  - at: +PT5H
    by: AIMC/head_of_delegation
    do: object
    with: {silence: s1}
    refused: SilenceNotOpen
expect:
  - {silence: s1, state: broken, broken_at: 2040-03-09T07:59:59Z, broken_by: FRONTEX}
  - {notice: silence_broken, to: AFRIPOL, count: 1}
"""


def read(folder: Path, text: str) -> Scenario:
    """Write a scenario and read it over the shipped policies."""
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path, policies_dir(), now=NOW)


def refusal(folder: Path, old: str, new: str) -> PolicyError:
    """Return the fault of the right scenario with one piece of text changed."""
    assert RIGHT.count(old) == 1
    with pytest.raises(PolicyError) as caught:
        read(folder, RIGHT.replace(old, new))
    return caught.value


def test_a_scenario_is_read_as_it_is_written(tmp_path: Path) -> None:
    """Steps know their command, their instant, and the line they stand on."""
    scenario = read(tmp_path, RIGHT)

    opened, objected, late = scenario.steps
    assert (opened.word.noun, opened.word.kind, opened.alias, opened.line) == ("body", "open_silence", "s1", 4)
    assert objected.at == From(alias="s1", field="expires", by=-timedelta(seconds=1))
    assert (late.at, late.refused) == (After(by=timedelta(hours=5)), "SilenceNotOpen")
    assert scenario.bodies == ("dialogue",)
    assert [each.object for each in scenario.expectations] == ["silence", "notice"]


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("2040-03-06T09:00:00+01:00", At(instant=datetime(2040, 3, 6, 8, tzinfo=UTC))),
        ("+P1DT2H", After(by=timedelta(days=1, hours=2))),
        ("s1.expires", From(alias="s1", field="expires")),
        ("s1.expires -PT1S", From(alias="s1", field="expires", by=timedelta(seconds=-1))),
        ("s1.expires + PT1S", From(alias="s1", field="expires", by=timedelta(seconds=1))),
    ],
)
def test_an_instant_is_written_in_three_ways(text: str, anchor: object) -> None:
    """As it is, after the step before, or from an instant of what a step made."""
    assert read_anchor(text) == anchor


@pytest.mark.parametrize("text", ["", "soon", "2040-03-06", "2040-03-06T08:00:00", "-PT5H", "+P1Y", "+P99999D", None])
def test_what_is_no_instant_is_refused(text: object) -> None:
    """Nothing is guessed, and nothing lies beyond sixty years."""
    with pytest.raises(ValueError, match="should be"):
        read_anchor(text)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("starts: 2040", "starts: 2020", (2, "starts", "has passed", "after 2030")),
        ("starts:", "start:", (2, "start", "not known", "did you mean starts?")),
        ("starts: 2040-03-06", "starts: 2040-03-07", (4, "timeline[0].at", "before the scenario starts", "2040-03-07")),
        (
            "do: open_silence",
            "do: open_silense",
            (6, "timeline[0].do", "no command open_silense", "mean open_silence?"),
        ),
        ("by: FRONTEX/", "by: FRONTEKS/", (10, "timeline[1].by", "no entity or delegation FRONTEKS", "FRONTEX")),
        ("FRONTEX/head_of_delegation", "FRONTEX/chair", (10, "timeline[1].by", "neither convenes nor", "INTERPOL")),
        ("FRONTEX/head_of_delegation", "FRONTEX/boss", (10, "timeline[1].by", "no role boss", "known here")),
        ("FRONTEX/head_of_delegation", "system", (10, "timeline[1].by", "not for system", "people do everything else")),
        ("at: s1.expires -PT1S", "at: s2.expires", (9, "timeline[1].at", "no step above makes s2", "s1")),
        ("at: s1.expires -PT1S", "at: s1.starts", (9, "timeline[1].at", "no instant starts", "s1.expires")),
        (
            "at: s1.expires -PT1S",
            "at: 2040-03-06T07:59:59Z",
            (9, "timeline[1].at", "is before", "2040-03-06T08:00:00Z"),
        ),
        ("{silence: s1, reason", "{silence: s9, reason", (12, "timeline[1].with.silence", "makes s9", "s1")),
        ("silence: s1, reason", "sillence: s1, reason", (12, "timeline[1].with.sillence", "not take", "silence?")),
        ("period: PT72H", "period: 72h", (7, "timeline[0].with.period", '"72h"', "duration")),
        ("subject: Communiqué, ", "", (7, "timeline[0].with.text", "makes …", "as: NAME")),
        ("as: s1", "as: S1", (8, "timeline[0].as", "S1", "small letters, like s1")),
        ("{silence: s1, state: broken", "{silence: s1, state: brokn", (19, "expect[0].state", "brokn", "broken")),
        ("{silence: s1, state: broken", "{silence: s1, stat: broken", (19, "expect[0].stat", "not known", "state?")),
        ("{silence: s1, state", "{silense: s1, state", (19, "expect[0]", "no object", "silence?")),
        ("broken_by: FRONTEX", "broken_by: FRONTEKS", (19, "expect[0].broken_by", "FRONTEKS", "code of an entity")),
        ("count: 1", "count: one", (20, "expect[1].count", '"one"', "whole number")),
        ("timeline:", "bodies: [dialog]\ntimeline:", (3, "bodies[0]", "no body dialog", "dialogue?")),
        ("timeline:", "procedure: {wg: wg-sc@1}\ntimeline:", (3, "procedure.wg", "no body wg", "body of the scenario")),
        (
            "timeline:",
            "procedure: {dialogue: x@1}\ntimeline:",
            (3, "procedure.dialogue", "no procedure x@1", "exercise@1"),
        ),
        ("timeline:", "until: 2040-03-06T07:00:00Z\ntimeline:", (3, "until", "before the last step", "2040-03-06T13")),
        ("timeline:", "membership: {people: {}}\ntimeline:", (3, "membership.people", "not known", "entities")),
    ],
)
def test_a_fault_names_line_key_and_remedy(
    tmp_path: Path, old: str, new: str, fault: tuple[int, str, str, str]
) -> None:
    """Whoever wrote it finds the place, what is wrong, and what would be right."""
    line, key, problem, remedy = fault

    found = next(each for each in refusal(tmp_path, old, new).all if each.key == key)

    assert (found.line, problem in found.problem, remedy in found.remedy) == (line, True, True), str(found)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    """A file is put right in one go."""
    with pytest.raises(PolicyError) as caught:
        read(tmp_path, RIGHT.replace("do: open_silence", "do: shut").replace("count: 1", "count: one"))

    assert {fault.line for fault in caught.value.all} >= {6, 9, 20}


@pytest.mark.parametrize(
    "missing", ["on_behalf_of: AIMC, ", "received_at: 2040-03-06T08:00:00Z, ", "evidence: letter, "]
)
def test_a_paper_act_says_for_whom_when_and_where_the_paper_is(tmp_path: Path, missing: str) -> None:
    """Two of the three are not enough (domain.md OB-1)."""
    paper = "{on_behalf_of: AIMC, received_at: 2040-03-06T08:00:00Z, evidence: letter, silence: s1}"
    right = RIGHT.replace("{silence: s1}", paper)
    assert read(tmp_path, right).steps[2].paper is not None

    with pytest.raises(PolicyError, match=f"a paper act needs {missing.split(':', maxsplit=1)[0]}"):
        read(tmp_path, right.replace(missing, ""))


def test_a_scenario_may_have_another_table(tmp_path: Path) -> None:
    """What it says of an entity stands in the place of what the edition says, and nothing else changes."""
    status = "{status: member, since: 2040-01-01, source: the scenario, confidence: assumption}"
    text = RIGHT.replace("timeline:", f"membership:\n  entities:\n    UNODC: {{statuses: [{status}]}}\ntimeline:")

    scenario = read(tmp_path, text)

    at = datetime(2040, 3, 6, tzinfo=UTC)
    assert "UNODC" in scenario.membership.members_at(at)
    assert len(scenario.membership.members_at(at)) == 9
    with pytest.raises(PolicyError, match=r"scenario.yaml:5: entities.UNODC.statuses"):
        read(tmp_path, text.replace("status: member", "status: boss"))


def test_a_file_that_never_ends_or_refers_to_itself_is_refused(tmp_path: Path) -> None:
    """Scenarios are strict YAML like every policy file."""
    for wrong in (RIGHT.replace("    by:", "\tby:", 1), RIGHT + "starts: 2040-03-06T08:00:00Z\n", "a: &a [*a, *a]\n"):
        with pytest.raises(PolicyError):
            read(tmp_path, wrong)


def test_the_shipped_scenarios_are_in_order() -> None:
    """``dialogue policies check`` reads them like every other policy file."""
    assert scenario_faults(policies_dir(), now=NOW) == []


def test_the_schema_of_scenarios_is_published() -> None:
    """Editors help with what the engine would refuse."""
    schema = published("scenario", ScenarioForm)

    assert schema["additionalProperties"] is False
    assert {"open_silence", "object", "outage"} <= set(schema["$defs"]["StepForm"]["properties"]["do"]["enum"])
