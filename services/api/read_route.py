"""What every route that only reads declares: the reading it decides on, and the problems it may answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from services.api.problems import describe

READS = "x-reads"
PROBLEMS = describe(
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


def reads(*actions: str, **extra: Any) -> dict[str, Any]:
    """Return the arguments of a route that decides on these actions of the access policy."""
    return {"openapi_extra": {READS: list(actions), **extra}, "responses": PROBLEMS}
