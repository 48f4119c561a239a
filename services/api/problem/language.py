"""In which language a title is told: the first that the caller asked for among those there are (RFC 9110 12.5.4)."""

from __future__ import annotations

import re

from services.api.problem.kind import LANGUAGES

_WEIGHT = r"(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?"
_RANGE = re.compile(r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9]{1,8})*\s*" + _WEIGHT)
#: How many ranges of a header are looked at.
MOST = 20


def language_of(accepted: str | None) -> str:
    """Return the language of an answer by its ``Accept-Language``; English unless another is preferred."""
    weighed: dict[str, float] = {}
    for each in (accepted or "").split(",")[:MOST]:
        found = _RANGE.fullmatch(each)
        if found:
            weighed.setdefault(found[1].lower(), float(found[2] or 1))
    rest = weighed.get("*", 0.0)
    return max(LANGUAGES, key=lambda language: weighed.get(language, rest))
