"""What every route that only reads declares: the reading it decides on, and the problems it may answer."""

from __future__ import annotations

from typing import Any

from services.api.problem.describing import describe
from services.api.refusing import OF_READINGS

READS = "x-reads"
PROBLEMS = describe(OF_READINGS)


def reads(*actions: str, **extra: Any) -> dict[str, Any]:
    """Return the arguments of a route that decides on these actions of the access policy."""
    return {"openapi_extra": {READS: list(actions), **extra}, "responses": PROBLEMS}
