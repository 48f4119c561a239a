"""The shipped scenario files come as they expect, each on an engine of its own under skipped time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.policies.folder import policies_dir
from services.rehearsal.playing import rehearse
from services.rehearsal.reading import read_scenario
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
