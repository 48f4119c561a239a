"""The shape of what a decider takes in and gives out: commands, events, refusals, effects, dues and waits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Generic, TypeVar

type_name = re.compile(r"(?<!^)(?=[A-Z])")


def command_kind(command: type[Command]) -> str:
    """Name a command as people write it: ``OpenSilence`` is ``open_silence``."""
    return type_name.sub("_", command.__name__).lower()


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """
    Who acts: a person, by opaque id, under one dated appointment to a seat.

    The engine itself acts as ``ENGINE``; persons' names are register content and stand nowhere else.
    """

    person: str
    entity: str
    role: str
    appointment: str
    delegation: str | None = None
    body: str | None = None


ENGINE = Actor(person="engine", entity="engine", role="engine", appointment="engine")


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """
    A reference to a text or file in the vault; the words themselves are never in a command or an event.

    ``address`` is the SHA-256 of the ciphertext, ``commitment`` the SHA-256 of salt and text. ``digest``, the plain
    SHA-256 of the text, is shown only for texts put to silence or published.
    """

    address: str
    commitment: str
    size: int
    media_type: str = "text/plain; charset=utf-8"
    digest: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OnBehalf:
    """An entity for which the coordinator records a paper act, with the paper's own instant (domain.md OB-1)."""

    entity: str
    received_at: datetime
    evidence: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """
    What a decision may know besides state and command.

    ``at`` is the act's instant: ``received_at`` for a command (of the paper, when on behalf), its own instant for a
    deadline. ``recorded_at`` is when the database took the command in. All UTC. ``edition`` is that of what the command
    edits, as its sender read it; empty where nobody said.
    """

    at: datetime
    actor: Actor
    command_id: str
    recorded_at: datetime
    on_behalf: OnBehalf | None = None
    waiver: Content | None = None
    edition: str = ""

    @property
    def entity(self) -> str:
        """Return the entity whose act this is."""
        return self.on_behalf.entity if self.on_behalf else self.actor.entity


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """Something somebody wants done; named in the imperative."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that happened at ``at`` (UTC) by ``actor``; named in the past tense."""

    at: datetime
    actor: Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Base of the named refusals: one class each, its docstring the sentence people read, its fields the facts."""

    @property
    def sentence(self) -> str:
        """Return the refusal's sentence with its facts filled in."""
        text = " ".join((type(self).__doc__ or "").split())
        return text.format_map({f.name: spoken(getattr(self, f.name)) for f in fields(self)})

    @property
    def facts(self) -> dict[str, Any]:
        """Return the facts as plain values."""
        return {f.name: plain(getattr(self, f.name)) for f in fields(self)}


def spoken(value: Any) -> str:
    """Say a fact in a sentence: lists with commas, instants in UTC, what is missing as a dash."""
    if isinstance(value, tuple | list):
        return ", ".join(spoken(item) for item in value) or "nobody"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    return "-" if value is None else str(plain(value))


def plain(value: Any) -> Any:
    """Turn a fact into a JSON value; instants as RFC 3339 in UTC with ``Z``."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Content):
        return asdict(value)
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandRefused(Event):
    """A command was refused, with a named reason and its facts; the record keeps refusals as it keeps decisions."""

    command: str
    reason: str
    sentence: str
    facts: Mapping[str, Any]


def refuse(command: Command, refusal: Refusal, context: Context) -> tuple[Event, ...]:
    """Answer a command with its refusal."""
    return (
        CommandRefused(
            at=context.at,
            actor=context.actor,
            command=command_kind(type(command)),
            reason=type(refusal).__name__,
            sentence=refusal.sentence,
            facts=refusal.facts,
        ),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class NotPermitted(Refusal):
    """{who} may not {what}: {why}."""

    who: str
    what: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownCommand(Refusal):
    """There is no such command for {noun}; see `dialogue policies commands` for the list."""

    noun: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotFound(Refusal):
    """There is no {what} {which} here."""

    what: str
    which: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WrongState(Refusal):
    """This needs the {noun} to be {needed}; it is {state}."""

    noun: str
    state: str
    needed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BadArgument(Refusal):
    """{field}: {rule}; {remedy}."""

    field: str
    rule: str
    remedy: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A half-open span [start, end) of UTC instants (domain.md DD-5)."""

    start: datetime
    end: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """The next instant at which an aggregate has something to decide by itself."""

    at: datetime
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TimePassed(Command):
    """
    A due instant has come and every act received before it has been decided.

    ``processed_at`` is when the engine came to it; ``deaf`` lists the spans since ``deaf_since`` of the state in which
    no command could be taken in.
    """

    label: str
    due_at: datetime
    processed_at: datetime
    deaf: tuple[Interval, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressee:
    """Who is told: an entity through the holder of a role, or one person of it (reminders to an owner)."""

    entity: str
    role: str = "head_of_delegation"
    body: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """What follows from a recorded event; each kind is idempotent by that event's reference."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StartProcess(Effect):
    """Start the aggregate of ``stream`` and give it its first command."""

    stream: str
    command: Command


@dataclass(frozen=True, kw_only=True, slots=True)
class Tell(Effect):
    """Tell another aggregate; it decides and answers by its own event. A closed or unknown one is left alone."""

    stream: str
    command: Command


#: A fact that differs from entity to entity is a mapping of this one name to a fact for each; a reader sees its own.
OWN = "own"


@dataclass(frozen=True, kw_only=True, slots=True)
class Notify(Effect):
    """Tell people: ``notice`` names the letter (``silence_opened``); facts are plain values, texts stay references."""

    notice: str
    to: tuple[Addressee, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """
    An open wait: what for, from whom, since when, until when (``None``: no end).

    ``about`` is the id of the one thing it is about among several of its stream, as a text of a cycle.
    """

    what: str
    entity: str
    role: str
    since: datetime
    until: datetime | None = None
    about: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """
    A stored instant a debtor has to meet, with its kind, label and the zone it was reckoned in (domain.md 5.1).

    ``would_be_at`` is where the calendars as known now would put it, if elsewhere (DD-7).
    """

    label: str
    entity: str
    due_at: datetime
    kind: str
    zone: str
    reason: str = ""
    met_at: datetime | None = None
    would_be_at: datetime | None = None
    would_be_reason: str = ""


S = TypeVar("S")


@dataclass(frozen=True, kw_only=True)
class Decider(Generic[S]):
    """
    One noun's pure functions, as every reader uses them: the workflow, the record, the auditor, the rehearsal.

    ``decide`` answers every command in every state with at least one event. ``evolve`` never fails on an event that
    ``decide`` gave. ``due`` is the next instant to decide at; a closed aggregate has none.
    """

    noun: str
    state: type[S]
    commands: tuple[type[Command], ...]
    events: tuple[type[Event], ...]
    decide: Callable[[S | None, Command, Context], tuple[Event, ...]]
    evolve: Callable[[S | None, Event], S | None]
    effects: Callable[[S, Event], tuple[Effect, ...]]
    due: Callable[[S], Due | None]
    waits: Callable[[S], tuple[Wait, ...]]
    deadlines: Callable[[S], tuple[Deadline, ...]]
    is_closed: Callable[[S], bool]
    deaf_since: Callable[[S], datetime | None] = lambda _state: None
    #: commands only the engine or another aggregate gives; never taken in from the outside
    internal: tuple[type[Command], ...] = ()


def made_id(prefix: str, context: Context, ordinal: int = 0) -> str:
    """Make the opaque, deterministic id of what a command creates; ``ordinal`` tells several apart."""
    return id_made_by(prefix, context.command_id, ordinal)


def id_made_by(prefix: str, command_id: str, ordinal: int = 0) -> str:
    """Return the id of what a command creates, known from the command's own."""
    tail = f"{ordinal:02d}" if ordinal else ""
    return f"{prefix}-{sha256(command_id.encode()).hexdigest()[:16]}{tail}"
