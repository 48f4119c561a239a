"""Open waits, as the API tells them, with the calls that end them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """
    A call of the API: ``command`` is its kind (empty for a reading), ``arguments`` are told as ``name?: what``.

    ``if_match`` is where the ETag is read that goes with it as If-Match, if one is asked for.
    """

    method: str
    path: str
    command: str
    arguments: tuple[str, ...]
    if_match: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """Who is waited for, for what, since when, until when (``None``: without end), and any call that ends it."""

    what: str
    entity: str
    role: str
    body: str
    stream: str
    since: datetime
    until: datetime | None
    ended_by: tuple[Call, ...]
