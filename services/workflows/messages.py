"""
Wire types of the workflows: what goes over updates, signals, activities and continue-as-new.

Fields are append-only with defaults once released; saved histories guard that.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.domain.field import added

UPDATE = "command"
TELL = "tell"
STATE = "state"
POST_AGAIN = "post_again"


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """
    A command on its way to its aggregate.

    ``at`` is the act's instant, ``received_at`` the intake clock's. ``rule`` and ``access`` name the access decision.
    ``signature`` is the API's Ed25519 signature over the rest, so that an update put in past it is found. ``edition``
    is that of what the command edits, as its sender read it.
    """

    command_id: str
    kind: str
    command: dict[str, Any]
    actor: dict[str, Any]
    at: datetime
    received_at: datetime
    body_digest: str = ""
    rule: str = ""
    access: str = ""
    on_behalf: dict[str, Any] | None = None
    waiver: dict[str, Any] | None = None
    signature: str = ""
    edition: str = added("")


@dataclass(frozen=True, kw_only=True, slots=True)
class Happened:
    """One event a command gave: its version on the stream, its kind, and its plain facts (no content)."""

    version: int
    kind: str
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What became of a command: its events, and the refusal if it was one."""

    command_id: str
    events: tuple[Happened, ...]
    refusal: dict[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """A command from another aggregate; ``reference`` names the event it follows from."""

    reference: str
    kind: str
    command: dict[str, Any]
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A notice to be delivered: its cause (a version of the stream), its addressees, and when to try next."""

    cause: int
    notice: str
    to: tuple[dict[str, Any], ...]
    facts: dict[str, Any]
    at: datetime
    attempt: int = 0
    not_before: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """A start or a word to another aggregate because of event ``cause``; idempotent by the reference told."""

    stream: str
    cause: int
    starts: bool
    told: Told


@dataclass(frozen=True, kw_only=True, slots=True)
class Carried:
    """What a run hands to the next: the state, how far it is, what it has decided lately, what is left to do."""

    state: dict[str, Any] | None
    version: int
    decided: dict[str, Outcome]
    letters: tuple[Letter, ...] = ()
    errands: tuple[Errand, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """How an aggregate starts: its stream, and what an earlier run, or a rebuild from the ledger, hands over."""

    stream: str
    carried: Carried | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A ledger entry on its way to the record."""

    version: int
    kind: str
    at: datetime
    actor: dict[str, Any]
    command_id: str
    policies: dict[str, str]
    data: dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A half-open span of UTC instants."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Provided:
    """What a conditional record holds true of acts and deaf time before an instant."""

    before: datetime
    deaf_since: datetime | None = None
    deaf: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """What one activity records."""

    stream: str
    entries: tuple[Entry, ...]
    outcomes: tuple[Outcome, ...] = ()
    provided: Provided | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What the record says: done, or what has to be decided first."""

    recorded: bool
    acts: tuple[Envelope, ...] = ()
    deaf: tuple[Span, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Errands:
    """What follows from recorded events, carried out by one activity in this order."""

    errands: tuple[Errand, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """Letters of one stream to deliver now."""

    stream: str
    letters: tuple[Letter, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """What became of one letter, addressee by addressee."""

    cause: int
    notice: str
    deliveries: tuple[dict[str, Any], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PostResult:
    """What became of the letters."""

    posted: tuple[Posted, ...] = field(default=())


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulse:
    """Whether an aggregate has anything under way, and the next instant at which it has something to do by itself."""

    is_busy: bool
    wakes_at: datetime | None
