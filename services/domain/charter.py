"""Charters: what a body of the Dialogue is founded with (domain.md 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyCharter:
    """
    One body: its names by language, the procedure it decides by (``name@version``) and the entity that chairs it.

    ``report_to`` is the body it reports to, if any; ``tasks`` are the tasks it was given, by id.
    """

    code: str
    names: Mapping[str, str]
    procedure: str
    chair_entity: str
    report_to: str | None = None
    tasks: Mapping[str, str] = field(default_factory=dict)
    source: str = ""
    confidence: str = "assumption"
