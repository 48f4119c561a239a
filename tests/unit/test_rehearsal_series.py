"""Scenario files with the commands about series and cycles: dates or instants, actions by the names of their steps."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.policies.fault import PolicyError
from services.policies.folder import policies_dir
from services.rehearsal.reading import read_scenario
from services.rehearsal.scenario import Scenario

NOW = datetime(2030, 1, 1, tzinfo=UTC)
YEAR = """\
scenario: A year of two groups
starts: 2040-03-06T08:00:00Z
bodies: [wg-sc, wg-fa]
timeline:
  - {at: 2040-03-06T08:00:00Z, by: INTERPOL/coordinator, do: schedule_series, with: {body: wg-sc}, as: c1}
  - {at: +PT1H, by: INTERPOL/coordinator, do: amend_series, with: {body: wg-sc, from: 2041-01-01, local_start: "10:00"}}
  - {at: +PT1H, by: INTERPOL/coordinator, do: pause_series, with: {body: wg-sc, reason: Elections}}
  - {at: +PT1H, by: INTERPOL/coordinator, do: resume_series, with: {body: wg-sc}}
  - {at: +PT1H, by: INTERPOL/coordinator, do: postpone, with: {cycle: c1, starts: 2040-06-05T07:00:00Z, reason: Strike}}
  - {at: +PT1H, by: INTERPOL/coordinator, do: convert_to_virtual, with: {cycle: c1, reason: Strike}}
  - {at: +PT1H, by: INTERPOL/chair, do: report_to, with: {cycle: c1, title: Findings, text: What we found.}}
  - at: +PT1H
    by: INTERPOL/chair
    do: assign
    with: {cycle: c1, owner: EUROPOL, title: SC-6, due: 2040-12-18T16:00:00Z}
    as: a1
  - at: +PT1H
    by: INTERPOL/chair
    do: assign
    with: {cycle: c1, owner: EUROPOL, title: SC-6, due: 2041-02-26T16:00:00Z, joint: a1}
  - at: +PT1H
    by: INTERPOL/chair
    do: change_due
    with: {action: a1, due: 2041-02-26T16:00:00Z, reason: Decided, body: dialogue}
  - {at: +PT1H, by: INTERPOL/coordinator, do: cancel, with: {cycle: c1, reason: Strike}}
"""


def read(folder: Path, text: str) -> Scenario:
    """Write a scenario and read it over the shipped policies."""
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path, policies_dir(), now=NOW)


@pytest.mark.parametrize("since", ["2041-01-01", "2041-01-01T08:00:00Z"])
def test_a_year_is_read(tmp_path: Path, since: str) -> None:
    """A series is amended from a date or from an instant."""
    scenario = read(tmp_path, YEAR.replace("from: 2041-01-01,", f"from: {since},"))

    assert [step.word.kind for step in scenario.steps][1:4] == ["amend_series", "pause_series", "resume_series"]


@pytest.mark.parametrize(("old", "new"), [("from: 2041-01-01,", "from: soon,"), ("joint: a1", "joint: a9")])
def test_what_is_neither_date_nor_instant_nor_made_before_is_a_fault(tmp_path: Path, old: str, new: str) -> None:
    """Named before anything runs."""
    with pytest.raises(PolicyError):
        read(tmp_path, YEAR.replace(old, new))
