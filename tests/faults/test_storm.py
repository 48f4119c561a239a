"""Whatever is killed while twelve entities send, nothing promised is lost, done twice, or decided unjustly."""

from __future__ import annotations

import secrets
from pathlib import Path

from tests.faults.storm import storm


async def test_a_short_storm_breaks_no_promise(tmp_path: Path) -> None:
    """A few kills; ``make faults`` runs a long one. The seed is in what a failure prints."""
    report = await storm(tmp_path, kills=6, seed=secrets.randbelow(10**6))
    assert not report.found, str(report)
    assert report.figures["answered 2xx"] > 0
