"""Steps of a scenario that were refused, as a rehearsal keeps and tells them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.wire.moment import write_instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A step that was refused: with which reason, and which was expected."""

    line: int
    at: datetime
    by: str
    do: str
    reason: str
    sentence: str
    expected: str | None


def plain_refusal(refused: Refused) -> dict[str, Any]:
    """Return a refusal as a JSON value."""
    return {
        "line": refused.line,
        "at": write_instant(refused.at),
        "by": refused.by,
        "do": refused.do,
        "reason": refused.reason,
        "sentence": refused.sentence,
        "expected": refused.expected,
    }
