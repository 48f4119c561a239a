"""What became of a command, as the API tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


@dataclass(frozen=True, kw_only=True, slots=True)
class HappenedEvent:
    """One event the command gave: its version on the stream, its kind and its plain facts."""

    version: int
    kind: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandResult:
    """
    A decided command: what happened because of it, on which stream, and when it was taken in (UTC).

    ``issued_key`` is a key just issued, told this once.
    """

    command_id: str
    kind: str
    status: str
    received_at: datetime
    stream: str
    events: tuple[HappenedEvent, ...]
    issued_key: str | None = None

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """Read a result from the API's JSON."""
        return cls(
            command_id=data["command_id"],
            kind=data["kind"],
            status=data["status"],
            received_at=datetime.fromisoformat(data["received_at"]),
            stream=data.get("stream", ""),
            events=tuple(
                HappenedEvent(version=event["version"], kind=event["kind"], facts=event["facts"])
                for event in data.get("events") or ()
            ),
            issued_key=data.get("key"),
        )

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of what happened, in order."""
        return tuple(event.kind for event in self.events)

    def fact(self, name: str) -> Any:
        """
        Return a fact of the first event that has it.

        Raises:
            KeyError: none has.
        """
        for event in self.events:
            if name in event.facts:
                return event.facts[name]
        raise KeyError(name)
