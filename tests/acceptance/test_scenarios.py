"""The shipped scenario files come as they expect, each on an engine of its own under skipped time."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.policies.fault import PolicyError
from services.policies.folder import policies_dir
from services.rehearsal.playing import rehearse
from services.rehearsal.reading import read_scenario
from services.rehearsal.scenario import Scenario
from services.runtime.rehearsal import Playhouse

FILES = sorted((policies_dir() / "scenarios").glob("*.yaml"))


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[Playhouse]:
    """Give one PostgreSQL for all of them."""
    async with Playhouse(policies_dir(), reuses=True) as house:
        yield house


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
async def test_a_shipped_scenario_comes_as_it_expects(house: Playhouse, file: Path) -> None:
    """What domain.md section 8 says holds of the production engine, to the second."""
    scenario = read_scenario(file, policies_dir(), now=datetime.now(UTC))

    report = await rehearse(scenario, house.stage)

    assert [each for each in report.value["expectations"] if not each["ok"]] == []
    assert report.value["events"]


async def test_what_does_not_hold_is_found_out(house: Playhouse, tmp_path: Path) -> None:
    """Each of these lines is wrong by a little, and each is answered with what was found instead."""
    told = (policies_dir() / "scenarios" / "05-clocks-change.yaml").read_text(encoding="utf-8")
    file = tmp_path / "wrong.yaml"
    file.write_text(told.partition("expect:\n")[0] + WRONG, encoding="utf-8")
    scenario = read_scenario(file, policies_dir(), now=datetime.now(UTC))

    report = await rehearse(scenario, house.stage)

    first, *others = (each.line for each in scenario.expectations)
    found = {each["line"] - first: each["found"] for each in report.value["expectations"] if not each["ok"]}
    assert len(found) == 1 + len(others)
    assert found[0] == {"expires": "2043-03-30T14:00:00Z"}
    assert found[3]["electorate"][:2] == ["AFRIPOL", "AIMC"]
    assert "expires at  Wed 01 Apr 2043 00:00:00 Europe/Paris (2043-03-31 22:00:00 UTC)" in found[5]["says"]
    assert found[7] == {"what": "silence", "entity": "AFRIPOL", "count": 1}
    assert found[9] == {"status": "observer"}
    assert found[10] == {"skipped": []}


async def test_a_step_waits_for_what_comes_by_itself(house: Playhouse, tmp_path: Path) -> None:
    """Time runs on until the adoption has come; what is said an hour after it is late."""
    late = "  - {at: s1.adopted_at +PT1H, by: FRONTEX/head_of_delegation, do: object, with: {silence: s1}}\n"
    kept = "expect: [{silence: s1, state: adopted, adopted_at: 2043-03-05T08:00:00Z, late: [FRONTEX]}]\n"
    scenario = written(tmp_path, late + kept)

    report = await rehearse(scenario, house.stage)

    assert report.ok
    assert report.value["events"][-1]["at"] == "2043-03-05T09:00:00Z"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("s1.set_aside_at", "s1 is a silence and has no instant set_aside_at; known here: s1.opened, s1.expires"),
        ("s1.broken_at", "s1.broken_at never came: by 2043-03-05T08:00:00Z there is no such instant"),
    ],
)
async def test_a_step_that_would_wait_for_ever_is_named(house: Playhouse, tmp_path: Path, at: str, said: str) -> None:
    """With its line, once nothing more happens by itself."""
    with pytest.raises(PolicyError, match=re.escape(said)) as caught:
        await rehearse(written(tmp_path, DELIVER.format(at=at)), house.stage)

    assert caught.value.line == 11


async def test_sixty_years_are_not_for_ever(house: Playhouse, tmp_path: Path) -> None:
    """They pass in a moment."""
    report = await rehearse(written(tmp_path, DELIVER.format(at="s1.expires +P21900D")), house.stage)

    assert report.ok


def written(folder: Path, more: str) -> Scenario:
    """Write the silence that passes, with more steps in the place of what is expected of it."""
    told = (policies_dir() / "scenarios" / "03-silence-passes.yaml").read_text(encoding="utf-8")
    file = folder / "wrong.yaml"
    file.write_text(told.partition("until:")[0] + more, encoding="utf-8")
    return read_scenario(file, policies_dir(), now=datetime.now(UTC))


DELIVER = "  - {{at: {at}, by: system, do: deliver, with: {{to: AIMC}}}}\n"
WRONG = """\
expect:
  - {silence: s1, expires: 2043-03-30T14:00:01Z, when: 2043-03-27T14:00:00Z}
  - {silence: s1, waived: false}
  - {silence: s2, waived: true}
  - {silence: s1, electorate: [INTERPOL, AFRIPOL, AIMC, AMERIPOL, ASEANAPOL, EUROPOL, FRONTEX]}
  - {silence: s1, supersedes: s2}
  - {notice: silence_opened, to: INTERPOL, says: ["Mon 30 Mar 2043 15:00:00 Europe/Paris"]}
  - {notice: silence_opened, to: INTERPOL, role: chair}
  - {wait: s1, what: silence, entity: AFRIPOL, count: 0, when: 2043-03-28T14:00:00Z}
  - {deadline: s1, label: silence_expiry, entity: AIMC, would_be: 2043-03-31T14:00:00Z}
  - {rights: UNODC, status: member}
  - {body: dialogue, skipped: [2043-06-08T07:00:00Z]}
  - {deadline: s1, label: silence_expiry, entity: AIMC, says: [holiday]}
  - {deadline: s1, label: no_such_label, due: 2043-03-30T14:00:00Z}
"""
