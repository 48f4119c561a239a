"""
Lives through years of a body under a procedure, everybody behaving as told, on the production engine.

Whoever has something to do does it on a day that depends on its deadline; nothing here says what then follows.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from services.commands.submit import Answer, Submission
from services.domain.body.state import Body
from services.domain.cycle.attendance import at_the_table
from services.domain.cycle.state import Cycle
from services.domain.silence.state import SilenceProcedure
from services.rehearsal.behaviour import Behaviour
from services.rehearsal.performance import Performance
from services.wire.moment import write_instant

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
LATE: Final = timedelta(days=2)
ACTIONS: Final = 3
ACTION_TIME: Final = timedelta(days=28)
#: Silence is put off by a week this often when holidays leave it too few common working days.
TRIES: Final = 6
PARAGRAPHS: Final = {"1": "The session was held.", "2": "Its conclusions are agreed."}

Act = Callable[[], Awaitable[object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Something that was refused on the way: when, to whom, what, and why."""

    at: datetime
    by: str
    do: str
    reason: str
    sentence: str


@dataclass
class Years:
    """The years of one body: an agenda of acts, filled as cycles are proposed."""

    performance: Performance
    behaviour: Behaviour
    body: str
    until: datetime
    troubles: list[Trouble] = field(default_factory=list)
    cycles: dict[int, Cycle] = field(default_factory=dict)
    _agenda: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _ordinals: Any = field(default_factory=count)
    _planned: set[int] = field(default_factory=set)

    @property
    def now(self) -> datetime:
        """Return the present instant."""
        return self.performance.stage.clock.at

    async def live(self, schedule: dict[str, Any]) -> None:
        """Schedule the series and live through its cycles."""
        await self.do(self._coordinator, f"body/{self.body}", "schedule_series", **schedule)
        await self.performance.settle()
        await self._plan()
        while self._agenda and self._agenda[0][0] <= self.until:
            at = self._agenda[0][0]
            await self.performance.advance(max(at, self.now))
            acts = [heapq.heappop(self._agenda)[2] for _ in self._due(at)]
            await asyncio.gather(*(act() for act in acts))
            await self.performance.settle()
            await self._plan()
        await self.performance.advance(self.until)

    def _due(self, at: datetime) -> Iterable[object]:
        return [each for each in self._agenda if each[0] == at]

    # ---- what is done

    async def do(self, who: str, stream: str, kind: str, /, **arguments: Any) -> Answer:
        """Do something as somebody; keep it as trouble when it is refused."""
        waive = arguments.pop("waive", None)
        caller = await self.performance.people.caller(who)
        answer = await self.performance.stage.door.submit(
            caller, Submission(stream=stream, kind=kind, arguments=arguments, waive=waive)
        )
        if answer.refusal is not None:
            self.troubles.append(
                Trouble(
                    at=self.now, by=who, do=kind, reason=answer.refusal["reason"], sentence=answer.refusal["sentence"]
                )
            )
        return answer

    def at(self, when: datetime, act: Act) -> None:
        """Put an act on the agenda; what should have been done already is done now."""
        heapq.heappush(self._agenda, (max(when, self.now), next(self._ordinals), act))

    @property
    def _coordinator(self) -> str:
        return f"{self.performance.scenario.membership.convenor}/coordinator"

    def _chair(self, cycle: Cycle) -> str:
        return f"{cycle.chair_entity}/chair"

    # ---- a cycle

    async def _plan(self) -> None:
        """Plan the next cycle once it stands as proposed and may be convened."""
        body: Body = await self.performance.facts.state(f"body/{self.body}")
        for view in body.cycles:
            if view.is_clear and view.number not in self._planned and view.starts <= self.until:
                self._planned.add(view.number)
                cycle: Cycle = await self.performance.facts.state(f"cycle/{self.body}/{view.number}")
                self._plan_preparation(cycle)
                self._plan_session(cycle)

    def _plan_preparation(self, cycle: Cycle) -> None:
        stream, chair = cycle.stream, self._chair(cycle)
        convened = max(self._before(cycle, "convening", DAY), self.now)
        waive = {"waive": "Proposed late"} if any(step.is_short_notice for step in cycle.steps) else {}
        self.at(convened, lambda: self.do(self._coordinator, stream, "convene", mode="hybrid", place="Lyon", **waive))
        answers = min(convened + 7 * DAY, cycle.starts - 2 * DAY)
        for entity in at_the_table(cycle, cycle.starts):
            self._duty(cycle, entity, "respond", (answers, answers + LATE), answer="accepted")
        agenda = max(self._before(cycle, "provisional_agenda", 2 * DAY), convened + HOUR)
        self.at(agenda, lambda: self.do(chair, stream, "propose_item", title="Plans", purpose="decision"))
        self.at(agenda + DAY, lambda: self.do(chair, stream, "publish_agenda"))
        if cycle.has_annotated_agenda:
            annotated = max(self._before(cycle, "annotated_agenda", DAY), agenda + 2 * DAY)
            self.at(annotated, lambda: self._annotate(cycle))
        self._plan_papers(cycle, convened + 2 * HOUR)

    def _plan_papers(self, cycle: Cycle, not_before: datetime) -> None:
        for entity in at_the_table(cycle, cycle.starts):
            persons = self._delegates(cycle, entity)
            due = self._before(cycle, "credentials", 2 * DAY, entity=entity)
            self._duty(cycle, entity, "register_credentials", (max(due, not_before), due + 2 * LATE), persons=persons)
            due = self._before(cycle, "contributions", DAY, entity=entity)
            self._duty(
                cycle,
                entity,
                "contribute",
                (max(due, not_before), due + LATE + DAY),
                kind="written_contribution",
                text=f"What {entity} has done since.",
            )

    def _delegates(self, cycle: Cycle, entity: str) -> list[dict[str, str]]:
        """Return whom an entity sends: a head for each of its delegations, where it has several."""
        known = cycle.membership.entity(entity)
        codes = [delegation.code for delegation in known.delegations] if known else []
        several = [{"delegation": code} for code in codes] if len(codes) > 1 else [{}]
        return [{"person": f"Delegate of {entity}", "role": "head_of_delegation", **each} for each in several]

    def _duty(
        self, cycle: Cycle, entity: str, command: str, times: tuple[datetime, datetime], /, **arguments: Any
    ) -> None:
        """Let an entity do its duty in time, late, or not at all."""
        about = f"{cycle.number}/{command}"
        if self.behaviour.is_silent(entity, about):
            return
        in_time, late = times
        when = late if self.behaviour.is_late(entity, about) else in_time
        who = f"{entity}/head_of_delegation"
        self.at(min(when, cycle.starts - HOUR), lambda: self.do(who, cycle.stream, command, **arguments))

    def _before(self, cycle: Cycle, label: str, margin: timedelta, *, entity: str | None = None) -> datetime:
        """Return a while before a step is due, or before the session where the procedure knows no such step."""
        due = next((s.due_at for s in cycle.steps if s.label == label and entity in (None, s.entity)), cycle.starts)
        before = due - margin
        # an hour at which most are at work, so that those whose days end apart act together
        return before.replace(hour=8, minute=0, second=0) if margin >= DAY else before

    async def _annotate(self, cycle: Cycle) -> None:
        seen: Cycle = await self.performance.facts.state(cycle.stream)
        items = [{"item": item.id, "minutes": 60} for item in seen.items]
        await self.do(self._chair(cycle), cycle.stream, "annotate_agenda", items=items)

    # ---- a session and what follows from it

    def _plan_session(self, cycle: Cycle) -> None:
        stream, chair = cycle.stream, self._chair(cycle)
        self.at(cycle.starts, lambda: self.do(chair, stream, "open_session"))
        for entity in at_the_table(cycle, cycle.starts):
            presence = "absent" if self.behaviour.is_absent(entity, str(cycle.number)) else "in_person"
            self.at(cycle.starts + HOUR / 2, self._presence(stream, entity, presence))
        self.at(
            cycle.starts + HOUR,
            lambda: self.do(
                chair, stream, "table_text", title="Conclusions", kind="summary_of_conclusions", paragraphs=PARAGRAPHS
            ),
        )
        self.at(cycle.ends, lambda: self.do(chair, stream, "close_session"))
        self.at(_next_morning(cycle.ends), lambda: self._open_silence(cycle, TRIES))

    def _presence(self, stream: str, entity: str, presence: str) -> Act:
        return lambda: self.do(self._coordinator, stream, "record_presence", entity=entity, presence=presence)

    async def _open_silence(self, cycle: Cycle, tries: int) -> None:
        seen: Cycle = await self.performance.facts.state(cycle.stream)
        self.cycles[cycle.number] = seen
        if not seen.texts:
            return
        answer = await self.do(self._chair(cycle), cycle.stream, "open_silence", text=seen.texts[0].id)
        if answer.refusal is not None:
            if tries:
                self.at(_next_morning(self.now), lambda: self._open_silence(cycle, tries - 1))
            return
        procedure = next(e.facts["procedure"] for e in (answer.outcome.events if answer.outcome else ()))
        self.at(self.now + HOUR, lambda: self._react(cycle, f"silence/{procedure}"))

    async def _react(self, cycle: Cycle, stream: str) -> None:
        """Let those object who would, and look again when silence has ended."""
        silence: SilenceProcedure = await self.performance.facts.state(stream)
        objecting = [e for e in silence.electorate if self.behaviour.is_objecting(e, str(cycle.number))]
        for entity in objecting:
            who = f"{entity}/head_of_delegation"
            self.at(self.now + DAY, self._simple(who, stream, "object"))
            self.at(self.now + 3 * DAY, self._simple(who, stream, "lift_objection"))
        if objecting:
            reopened = _next_morning(self.now + 3 * DAY)
            self.at(reopened, lambda: self.do(self._chair(cycle), stream, "reopen_silence", period="PT72H"))
            self.at(reopened + HOUR, lambda: self._await_end(cycle, stream))
        else:
            await self._await_end(cycle, stream)

    def _simple(self, who: str, stream: str, kind: str) -> Act:
        return lambda: self.do(who, stream, kind)

    async def _await_end(self, cycle: Cycle, stream: str) -> None:
        silence: SilenceProcedure = await self.performance.facts.state(stream)
        if silence.is_running:
            self.at(silence.expires_at + HOUR, lambda: self._await_end(cycle, stream))
        else:
            await self._assign(cycle)

    async def _assign(self, cycle: Cycle) -> None:
        seen: Cycle = await self.performance.facts.state(cycle.stream)
        members = seen.membership.members_at(self.now)
        due = self.now.replace(minute=0, second=0, microsecond=0) + ACTION_TIME
        for ordinal in range(ACTIONS):
            owner = members[(cycle.number * ACTIONS + ordinal) % len(members)]
            answer = await self.do(
                self._coordinator, cycle.stream, "assign", owner=owner, title="Share the plan", due=write_instant(due)
            )
            facts = next(
                (e.facts for e in (answer.outcome.events if answer.outcome else ()) if "action" in e.facts), None
            )
            if facts is not None and not self.behaviour.is_silent(owner, f"{cycle.number}/action/{ordinal}"):
                self._finish(cycle, owner, f"action/{facts['action']}", due, ordinal)
        self.at(due + 10 * DAY, self._simple(self._coordinator, cycle.stream, "close_cycle"))

    def _finish(self, cycle: Cycle, owner: str, stream: str, due: datetime, ordinal: int) -> None:
        is_late = self.behaviour.is_late(owner, f"{cycle.number}/action/{ordinal}")
        done = due + LATE if is_late else due - 7 * DAY
        who, confirms = f"{owner}/head_of_delegation", self._confirming(cycle, owner)
        self.at(done, lambda: self.do(who, stream, "complete", evidence="The plan was shared."))
        self.at(done + DAY, self._simple(confirms, stream, "confirm"))

    def _confirming(self, cycle: Cycle, owner: str) -> str:
        other = next(e for e in cycle.membership.members_at(self.now) if e != owner)
        return f"{other}/head_of_delegation" if owner == cycle.chair_entity else self._chair(cycle)


def _next_morning(after: datetime) -> datetime:
    """Return 08:00 UTC of the next Monday: from there on three days hold two working days of nearly everybody."""
    day = (after + DAY).replace(hour=8, minute=0, second=0, microsecond=0)
    return day + timedelta(days=-day.weekday() % 7)
