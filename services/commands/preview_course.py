"""
The course of things ahead: what aggregates would decide, one because of another, and what letters that would send.

The deciders decide as ever, on states that are read and never written. Letters are taken to arrive wherever somebody
holds the addressed role, and nobody is taken to act.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.domain.catalogue import UnknownStream, decider_of
from services.domain.message import (
    ENGINE,
    CommandRefused,
    Context,
    Due,
    Effect,
    Event,
    Interval,
    Notify,
    StartProcess,
    Tell,
    TimePassed,
)
from services.domain.notice import AccountForNotice, Delivery
from services.wire.message import Malformed, UnknownKind, decode_command, event_kind, from_json, snake_case, to_json
from services.workflows.following import errand_of, letter_of
from services.workflows.messages import Envelope, Errand, Happened, Letter
from services.workflows.reading import context_of, facts_of, told_envelope

#: The channel by which letters that are only foreseen are taken to arrive.
FORESEEN = "foreseen"
#: How many decisions one look ahead follows; what is not reached by then is not foreseen.
MOST_DECISIONS = 400


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A stream as it is, or would be: its state after ``version`` entries."""

    state: Any
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Mailing:
    """
    A letter that would go at ``letter.at`` from a stream; ``because`` is the due instant's label, if one causes it.

    ``state`` is the stream's, as it goes.
    """

    stream: str
    letter: Letter
    because: str
    state: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Answered:
    """What a command would give: its events, and the refusal if it would be one."""

    events: tuple[Happened, ...]
    refusal: dict[str, Any] | None


#: Reads a stream as it stands; ``None`` for one without entries.
Load = Callable[[str], Awaitable[Standing | None]]
#: Tells whether a letter to an addressee would find anybody at an instant.
Reaches = Callable[[dict[str, Any], datetime], Awaitable[bool]]
#: Tells the deaf time between two instants, as far as it is known.
Deaf = Callable[[datetime, datetime], Awaitable[tuple[Interval, ...]]]


@dataclass(kw_only=True)
class Course:
    """One look ahead, of so many decisions; streams are read once, when something first concerns them."""

    load: Load
    reaches: Reaches
    deaf: Deaf
    most_decisions: int = MOST_DECISIONS
    mailings: list[Mailing] = field(default_factory=list)
    _streams: dict[str, Standing | None] = field(default_factory=dict)
    _moved: dict[str, None] = field(default_factory=dict)
    _errands: deque[Errand] = field(default_factory=deque)
    _letters: deque[tuple[str, Letter]] = field(default_factory=deque)
    _decisions: int = 0
    _because: str = ""

    @property
    def moved(self) -> tuple[str, ...]:
        """Return the streams in which something has happened, in that order."""
        return tuple(self._moved)

    @property
    def is_exhausted(self) -> bool:
        """Tell whether as many decisions have been followed as one look ahead follows."""
        return self._decisions >= self.most_decisions

    async def give(self, stream: str, envelope: Envelope) -> Answered:
        """Let a command be decided, after whatever is due before it, and follow what follows from it."""
        await self._come_to(stream, envelope.at)
        answered = self._adopt(stream, self._decide(stream, envelope))
        await self._follow()
        return answered

    async def arrive(self, stream: str, letter: Letter) -> None:
        """Let a letter that is on its way arrive, and follow what follows from it."""
        await self._standing(stream)
        self._letters.append((stream, letter))
        await self._follow()

    async def run(self, streams: Iterable[str], *, until: datetime, most: int) -> None:
        """Let time pass for streams until an instant (excluded), or until there are ``most`` mailings in all."""
        watched = tuple(streams)
        while len(self.mailings) < most and not self.is_exhausted:
            ahead = {stream: due for stream in watched if (due := _due(stream, await self._standing(stream)))}
            if not ahead:
                return
            stream = min(ahead, key=lambda each: (ahead[each].at, each))
            if ahead[stream].at >= until:
                return
            await self._come_to(stream, ahead[stream].at)

    async def _standing(self, stream: str) -> Standing | None:
        if stream not in self._streams:
            self._streams[stream] = await self.load(stream)
        return self._streams[stream]

    async def _come_to(self, stream: str, at: datetime) -> None:
        """Let a stream decide what is due by an instant, and follow each before the next."""
        while (due := _due(stream, await self._standing(stream))) and due.at <= at and not self.is_exhausted:
            self._because = due.label
            await self._fire(stream, due)
            await self._follow()
        self._because = ""

    async def _fire(self, stream: str, due: Due) -> None:
        standing = self._streams[stream]
        if standing is None:
            return
        decider = decider_of(stream)
        since = decider.deaf_since(standing.state)
        deaf = await self.deaf(since, due.at) if since else ()
        named = f"{stream}@{standing.version}:{due.label}"
        context = Context(at=due.at, actor=ENGINE, command_id=named, recorded_at=due.at)
        command = TimePassed(label=due.label, due_at=due.at, processed_at=due.at, deaf=deaf)
        self._decisions += 1
        self._adopt(stream, decider.decide(standing.state, command, context))

    def _decide(self, stream: str, envelope: Envelope) -> tuple[Event, ...]:
        decider, standing = decider_of(stream), self._streams.get(stream)
        self._decisions += 1
        command = decode_command(decider.commands, envelope.kind, envelope.command)
        return decider.decide(standing.state if standing else None, command, context_of(envelope))

    def _adopt(self, stream: str, events: tuple[Event, ...]) -> Answered:
        happened = tuple(self._evolve(stream, event) for event in events)
        refused = next((event for event in events if isinstance(event, CommandRefused)), None)
        told = (
            {"reason": refused.reason, "sentence": refused.sentence, "facts": dict(refused.facts)} if refused else None
        )
        return Answered(events=happened, refusal=told)

    def _evolve(self, stream: str, event: Event) -> Happened:
        decider, standing = decider_of(stream), self._streams.get(stream)
        version = (standing.version if standing else 0) + 1
        state = decider.evolve(standing.state if standing else None, event)
        self._streams[stream] = Standing(state=state, version=version)
        if state is not None and not isinstance(event, CommandRefused):
            self._moved[stream] = None
            for effect in decider.effects(state, event):
                self._line_up(stream, version, event.at, effect)
        data = {name: value for name, value in to_json(event).items() if name not in {"at", "actor"}}
        return Happened(version=version, kind=event_kind(event), facts=facts_of(data))

    def _line_up(self, stream: str, version: int, at: datetime, effect: Effect) -> None:
        if isinstance(effect, StartProcess | Tell):
            self._errands.append(errand_of(stream, version, at, effect))
        elif isinstance(effect, Notify):
            letter = from_json(Letter, to_json(letter_of(version, at, effect)))
            standing = self._streams[stream]
            state = standing.state if standing else None
            self.mailings.append(Mailing(stream=stream, letter=letter, because=self._because, state=state))
            self._letters.append((stream, letter))

    async def _follow(self) -> None:
        """Carry word to others, and account for letters, until nothing is left to follow."""
        while not self.is_exhausted and (self._errands or self._letters):
            if self._errands:
                errand = self._errands.popleft()
                await self._tell(errand.stream, told_envelope(errand.told), starts=errand.starts)
            else:
                stream, letter = self._letters.popleft()
                await self._tell(stream, await self._account_of(stream, letter), starts=False)

    async def _tell(self, stream: str, envelope: Envelope, *, starts: bool) -> None:
        """Let an aggregate decide what it is told; one that has closed or is not there is left alone."""
        try:
            standing = await self._standing(stream)
            if not _listens(stream, standing, starts=starts):
                return
            while (due := _due(stream, self._streams[stream])) and due.at <= envelope.at and not self.is_exhausted:
                await self._fire(stream, due)
            self._adopt(stream, self._decide(stream, envelope))
        except (Malformed, UnknownKind, UnknownStream):
            return

    async def _account_of(self, stream: str, letter: Letter) -> Envelope:
        deliveries = tuple([await self._delivery(to, letter.at) for to in letter.to])
        report = AccountForNotice(notice=letter.notice, cause=letter.cause, deliveries=deliveries)
        return Envelope(
            command_id=f"{stream}@{letter.cause}:{letter.notice}#{letter.attempt}",
            kind=snake_case(AccountForNotice),
            command=to_json(report),
            actor=to_json(ENGINE),
            at=letter.at,
            received_at=letter.at,
        )

    async def _delivery(self, to: dict[str, Any], at: datetime) -> Delivery:
        arrives = await self.reaches(to, at)
        return Delivery(entity=to["entity"], role=to["role"], person=None, channel=FORESEEN, at=at, delivered=arrives)


def _due(stream: str, standing: Standing | None) -> Due | None:
    return None if standing is None or standing.state is None else decider_of(stream).due(standing.state)


def _listens(stream: str, standing: Standing | None, *, starts: bool) -> bool:
    if standing is None:
        return starts
    return standing.state is not None and not decider_of(stream).is_closed(standing.state)
