"""What a process is equipped with to be seen: its meters and its spans."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.telemetry.meters import Meters
from services.telemetry.span import NoSpans, Spans


@dataclass(frozen=True, kw_only=True)
class Telemetry:
    """The meters and spans of one process."""

    meters: Meters = field(default_factory=Meters)
    spans: Spans = field(default_factory=NoSpans)

    @property
    def is_traced(self) -> bool:
        """Tell whether anybody collects the steps of this process."""
        return not isinstance(self.spans, NoSpans)
