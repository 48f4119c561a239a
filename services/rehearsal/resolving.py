"""
Turns what a scenario says in names of its own into what the engine takes: streams, ids, instants.

A rehearsal and whoever acts the same file both use it; what is known of a thing is asked of ``Facts``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from services.commands.fill import EARLIEST, LATEST
from services.policies.fault import PolicyError
from services.rehearsal.anchor import After, Anchor, At, From, is_instant, read_anchor
from services.rehearsal.scenario import Scenario, Step
from services.rehearsal.vocabulary import INSTANTS, MAKES, REFERENCES, SPELT, Word
from services.wire.moment import write_instant


class NotYet(PolicyError):
    """An instant that a step is counted from is not there, or not there yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """
    What a step made, or acted upon: its noun, its id, the stream it lives in.

    ``version`` is that of the first event of the command in its stream, by which a correction names it.
    """

    noun: str
    id: str
    stream: str
    version: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class CycleSeen:
    """A cycle of a body that is neither closed nor cancelled."""

    number: int
    is_live: bool


class Facts(Protocol):
    """What is known of what the steps made, in a rehearsal or on a live system."""

    async def instant(self, thing: Thing, field: str) -> datetime | None:
        """Return an instant of a thing (``INSTANTS``), as it is now; ``None`` if it has none."""
        ...

    async def cycles(self, body: str) -> tuple[CycleSeen, ...]:
        """Return a body's cycles that are neither closed nor cancelled, by number."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressed:
    """A step as the engine takes it; ``on_behalf`` holds ``entity``, ``received_at`` and ``evidence`` of a paper."""

    stream: str
    kind: str
    arguments: Mapping[str, Any]
    on_behalf: Mapping[str, Any] | None = None
    waive: str | None = None


@dataclass
class Resolver:
    """Resolves the steps of one scenario, in their order."""

    scenario: Scenario
    facts: Facts
    things: dict[str, Thing] = field(default_factory=dict)

    async def instant(self, anchor: Anchor, *, after: datetime, line: int) -> datetime:
        """
        Return the instant (UTC) that is meant, as things stand; ``after`` is the instant of the step before.

        Raises:
            NotYet: what it is counted from has no such instant, as things stand.
            PolicyError: nothing was made by that name, or it lies too far off to be meant.
        """
        if isinstance(anchor, At):
            return anchor.instant
        if isinstance(anchor, After):
            return self._shifted(after, anchor, line)
        thing = self.thing(anchor.alias, line)
        known = await self.facts.instant(thing, anchor.field)
        if known is None:
            problem = f"{anchor.alias}.{anchor.field} has not come"
            remedy = "wait for it, or name an instant that comes"
            raise NotYet(file=self.scenario.file, line=line, key="", problem=problem, remedy=remedy)
        return self._shifted(known, anchor, line)

    def _shifted(self, known: datetime, anchor: After | From, line: int) -> datetime:
        try:
            at = known + anchor.by
        except OverflowError:
            at = LATEST
        if not EARLIEST <= at < LATEST:
            problem = f"{anchor} lies outside the years {EARLIEST.year} to {LATEST.year - 1}"
            raise self.error(line, problem, "name an instant within them")
        return at

    async def address(self, step: Step, *, at: datetime) -> Addressed:
        """
        Return a step as the engine takes it; ``at`` is the step's own instant.

        Raises:
            PolicyError: it is not known where it goes.
        """
        given = dict(step.arguments)
        target = next((given.pop(name) for name in step.word.targets if name in given and _is_target(step, name)), None)
        stream = await self._stream(step, target)
        spelt = SPELT.get((step.word.noun, step.word.kind), {})
        arguments = {
            spelt.get(name, name): await self._value(step, step.word, name, value, at) for name, value in given.items()
        }
        return Addressed(
            stream=stream,
            kind=step.word.kind,
            arguments=arguments,
            on_behalf=await self._on_behalf(step, at),
            waive=step.waive,
        )

    def made(self, step: Step, addressed: Addressed, events: Iterable[tuple[int, str, Mapping[str, Any]]]) -> None:
        """Keep what a step made under the name it has for it; ``events`` are version, kind and facts of each event."""
        if step.alias is not None:
            self.things[step.alias] = _made(step, addressed, list(events))

    def thing(self, alias: str, line: int) -> Thing:
        """
        Return what an alias stands for.

        Raises:
            PolicyError: the step that should have made it was refused.
        """
        found = self.things.get(alias)
        if found is None:
            raise self.error(line, f"nothing was made by the name {alias}", "correct the step that should make it")
        return found

    def error(self, line: int, problem: str, remedy: str) -> PolicyError:
        """Make the fault of a line of the scenario."""
        return PolicyError(file=self.scenario.file, line=line, key="", problem=problem, remedy=remedy)

    async def _stream(self, step: Step, target: Any) -> str:
        noun = step.word.noun
        if noun == "register":
            return "register"
        if noun == "body":
            return f"body/{target or self._only_body(step)}"
        if noun != "cycle":
            return self.thing(str(target), step.line).stream
        if target is None and isinstance(text := step.arguments.get("text"), str) and text in self.things:
            return self.things[text].stream
        return await self._cycle(step, target)

    def _only_body(self, step: Step) -> str:
        if len(self.scenario.bodies) > 1:
            raise self.error(step.line, "there are several bodies", f"add body: {self.scenario.bodies[0]}, or another")
        return self.scenario.bodies[0]

    async def _cycle(self, step: Step, target: Any) -> str:
        if isinstance(target, str) and target in self.things:
            return self.things[target].stream
        if isinstance(target, str) and "/" in target:
            return f"cycle/{target}"
        body = self._only_body(step)
        if target is not None:
            return f"cycle/{body}/{target}"
        seen = await self.facts.cycles(body)
        meant = [cycle for cycle in seen if cycle.is_live] or list(seen)
        if len(meant) != 1:
            many = ", ".join(str(cycle.number) for cycle in meant) or "none"
            raise self.error(step.line, f"it is not plain which cycle is meant: there are {many}", "add cycle: NUMBER")
        return f"cycle/{body}/{meant[0].number}"

    async def _value(self, step: Step, word: Word, name: str, value: Any, at: datetime) -> Any:
        argument = word.argument(name)
        if argument is not None and is_instant(argument.what, value):
            return write_instant(await self.instant(read_anchor(value), after=at, line=step.line))
        if name in REFERENCES and argument is not None and argument.what not in ("text", "name@version"):
            return self._referred(name, value)
        return value

    def _referred(self, name: str, value: Any) -> Any:
        """Put ids in the place of names, in lists and mappings too."""
        if isinstance(value, list):
            return [self._referred(name, each) for each in value]
        if isinstance(value, Mapping):
            return {key: self._referred(key, each) if key in REFERENCES else each for key, each in value.items()}
        thing = self.things.get(value) if isinstance(value, str) else None
        if thing is None:
            return value
        return thing.version if REFERENCES[name] == "event" else thing.id

    async def _on_behalf(self, step: Step, at: datetime) -> dict[str, Any] | None:
        if step.paper is None:
            return None
        received_at = await self.instant(step.paper.received_at, after=at, line=step.line)
        return {
            "entity": step.paper.entity,
            "received_at": write_instant(received_at),
            "evidence": step.paper.evidence,
        }


def _is_target(step: Step, name: str) -> bool:
    return step.word.argument(name) is None


def _made(step: Step, addressed: Addressed, events: list[tuple[int, str, Mapping[str, Any]]]) -> Thing:
    noun, fact = MAKES.get(step.word.kind, (step.word.noun, ""))
    version = events[0][0] if events else 0
    id_ = next((str(facts[fact]) for _, _, facts in events if fact and fact in facts), None)
    if id_ is None:
        own = addressed.stream.partition("/")[2]
        return Thing(noun=step.word.noun, id=own, stream=addressed.stream, version=version)
    stream = addressed.stream
    if noun == "cycle":
        stream = f"cycle/{addressed.stream.partition('/')[2]}/{id_}"
    elif noun in INSTANTS:
        stream = f"{noun}/{id_}"
    return Thing(noun=noun, id=id_, stream=stream, version=version)
