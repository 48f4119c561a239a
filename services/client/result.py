"""What became of a command, as the API tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class HappenedEvent:
    """One event the command gave: its version on the stream, its kind and its plain facts."""

    version: int
    kind: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """
    What one keeps of what was submitted.

    ``digest`` is the SHA-256 of what was sent, ``at`` when it was taken in (UTC), ``version`` where the decision stands
    in its stream, ``position`` where in the whole record; that comes a moment later.
    """

    digest: str
    at: datetime
    stream: str
    version: int | None
    position: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandResult:
    """
    A decided command: what happened because of it, on which stream, and when it was taken in (UTC).

    ``links`` are addresses of what it acted on and made, by name; ``issued_key`` is a key just issued, told this once.
    """

    command_id: str
    kind: str
    status: str
    received_at: datetime
    stream: str = ""
    events: tuple[HappenedEvent, ...] = ()
    receipt: Receipt
    links: Mapping[str, str] = field(default_factory=dict)
    issued_key: str | None = field(default=None, metadata={"wire_name": "key"})

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Why a command was refused: the name of the reason, a sentence for people, and its plain facts."""

    refusal: str
    sentence: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandRecord(CommandResult):
    """A command of one's own as it stands in the record: decided, refused, or taken in and still to be decided."""

    decided_at: datetime | None
    refusal: Refusal | None
