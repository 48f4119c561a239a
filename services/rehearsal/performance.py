"""
Plays a scenario: takes every step at its instant, lets time run between, and looks at what is expected.

Time moves only to the next known instant: of a step, of an expectation, of the end of an outage, or at which an
aggregate wakes by itself; and only when everything has come to rest.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from temporalio.service import RPCError

from services.commands.resource import SAID_IN_PROCEDURE
from services.commands.submit import Answer, Submission
from services.domain.cycle.state import Cycle
from services.policies.fault import PolicyError
from services.rehearsal.anchor import From
from services.rehearsal.fact import RecordFacts
from services.rehearsal.outage import Part
from services.rehearsal.people import People
from services.rehearsal.refused import Refused
from services.rehearsal.resolving import Addressed, NotYet, Resolver
from services.rehearsal.rest import NoRest
from services.rehearsal.scenario import Expectation, Scenario, Step
from services.rehearsal.stage import Stage
from services.rehearsal.verdict import Verdict, judge
from services.rehearsal.vocabulary import API_AWAY, DATABASE_AWAY
from services.storage import intake, listening, tables
from services.storage.intake import IntakeStatus
from services.storage.unit_of_work import DatabaseAway
from services.wire.message import from_json
from services.wire.moment import read_duration, write_instant
from services.workflows.messages import POST_AGAIN, Envelope, Outcome

LISTENER: Final = "rehearsal"
#: Parts without which nothing can be taken in.
DEAFENING: Final = frozenset({Part.API, Part.DATABASE})
FAR: Final = datetime.fromisoformat("2300-01-01T00:00:00+00:00")
#: More hops of time than any scenario needs; one that needs more turns in a circle.
MOST_HOPS: Final = 20_000
#: How long a step waits for an instant that what it is counted from does not have yet.
LONGEST_WAIT: Final = timedelta(days=366)

Progress = Callable[[datetime], None]


@dataclass
class Performance:
    """One run of a scenario on a stage."""

    scenario: Scenario
    stage: Stage
    progress: Progress = lambda _at: None
    refusals: list[Refused] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    _away: set[Part] = field(default_factory=set)
    _returns: list[tuple[datetime, Part]] = field(default_factory=list)
    _delivered_later: dict[str, Step] = field(default_factory=dict)
    _hops: int = 0
    _away_since: int = 1

    def __post_init__(self) -> None:
        self.facts = RecordFacts(self.stage.record)
        self.resolver = Resolver(scenario=self.scenario, facts=self.facts)
        self.people = People(stage=self.stage, membership=self.scenario.membership)
        self._serving = AsyncExitStack()
        self.stage.post.keeps = any("says" in each.fields for each in self.scenario.expectations)
        self._open = [each for each in self.scenario.expectations if each.when is not None]

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[None]:
        """Serve as long as the block lasts, everybody in their seats."""
        async with self._serving:
            await self.seat()
            yield

    async def play(self) -> None:
        """
        Play it from before its start to its end.

        Raises:
            PolicyError: a step can never be taken, or an instant never comes.
            NotSeated: somebody cannot have the seat that the scenario gives them.
        """
        async with self.playing():
            await self.advance(self.scenario.starts)
            for step in self.scenario.steps:
                await self._reach(step)
                if not await self._take(step):
                    break
            await self._end()

    async def seat(self) -> None:
        """Begin, and give everybody their seat."""
        await self._listen()
        await self._serving.enter_async_context(self.stage.serve())
        await self.stage.begin()
        await self.settle()
        await self.people.take_seats(self.scenario)
        await self.settle()

    async def _reach(self, step: Step) -> None:
        """Let time run to a step's instant, which may move while it runs, or come only then."""
        since = self.stage.clock.at
        while True:
            try:
                at = await self.resolver.instant(step.at, after=since, line=step.line)
            except NotYet:
                await self._wait_for(step, since)
                continue
            if at < self.stage.clock.at:
                now = write_instant(self.stage.clock.at)
                problem = f"{step.at} is {write_instant(at)}, and it is {now} by then"
                raise self.resolver.error(step.line, problem, "let the step come earlier, or at a later instant")
            if at == self.stage.clock.at:
                return
            await self._hop(at)

    async def _wait_for(self, step: Step, since: datetime) -> None:
        """
        Let time run to the next instant at which anything happens by itself.

        Raises:
            PolicyError: nothing does for a year, so that the step would wait for ever.
        """
        waited_until = since + LONGEST_WAIT
        nexts = [at for at, _ in self._returns] + ([wake] if (wake := self.stage.rest.first_wake) else [])
        to = min((at for at in nexts if at > self.stage.clock.at), default=waited_until)
        if to >= waited_until:
            problem = f"{step.at} never came: by {write_instant(self.stage.clock.at)} there is no such instant"
            raise self.resolver.error(step.line, problem, "name an instant that comes")
        await self._hop(to)

    async def _end(self) -> None:
        fixed = [at for each in self._open if (at := await self._instant_of(each)) is not None]
        until = max([self.stage.clock.at, *fixed, *([self.scenario.until] if self.scenario.until else [])])
        await self.advance(until)
        await self._look()
        for each in self._open:
            raise self.resolver.error(each.line, f"{each.when} never came", "name an instant that comes")
        for each in self.scenario.expectations:
            if each.when is None:
                await self._judge(each)

    # ---- time

    async def advance(self, to: datetime) -> None:
        """Let time run to an instant, living through whatever comes by itself."""
        while self.stage.clock.at < to:
            await self._hop(to)

    async def _hop(self, to: datetime) -> None:
        """Move on to the next instant at which there is anything, at most to ``to``; live it through."""
        await self._look()
        now = self.stage.clock.at
        known = [at for each in self._open if (at := await self._instant_of(each)) is not None]
        wake = self.stage.rest.first_wake
        nexts = [at for at in (*known, *(at for at, _ in self._returns), *([wake] if wake else [])) if at > now]
        await self._move(min([to, *nexts]))

    async def _move(self, to: datetime) -> None:
        self._hops += 1
        if self._hops > MOST_HOPS:
            problem = f"by {write_instant(self.stage.clock.at)} there have been {MOST_HOPS} instants, and no end"
            raise self.resolver.error(1, problem, "let it end earlier, or let less happen")
        await self._move_clock(to)
        self.stage.rest.expect(to)
        self.progress(to)
        for at, part in list(self._returns):
            if at <= to:
                self._returns.remove((at, part))
                await self._return(part)
        await self.settle()

    async def _move_clock(self, to: datetime) -> None:
        try:
            await self.stage.clock.move(to)
        except RPCError as error:
            if Part.TEMPORAL not in self._away:
                raise
            problem = f"something falls due before {write_instant(to)} while Temporal is away, and time stands still"
            remedy = "let it come back before then, or be away for some seconds only"
            raise self.resolver.error(self._away_since, problem, remedy) from error

    async def settle(self) -> None:
        """Wait until nothing is under way; while the engine is away nothing comes to rest."""
        if self._away & {Part.TEMPORAL, Part.DATABASE}:
            return
        try:
            await self.stage.rest.settle()
            while await self.stage.upkeep.once():
                await self.stage.rest.settle()
        except NoRest as error:
            problem = f"the engine does not come to rest at {write_instant(self.stage.clock.at)} ({error})"
            raise self.resolver.error(1, problem, "report this with the scenario") from error

    # ---- steps

    async def _take(self, step: Step) -> bool:
        """Take a step; tell whether it came as the scenario says."""
        if step.is_system:
            await self._do_system(step)
            await self.settle()
            return True
        addressed = await self._addressed(step)
        answer = await self._submit(step, addressed)
        is_right = answer is None or self._answered(step, addressed, answer)
        await self.settle()
        return is_right and (not self.verdicts or self.verdicts[-1].ok or self.verdicts[-1].line != step.line)

    async def _addressed(self, step: Step) -> Addressed:
        addressed = await self.resolver.address(step, at=self.stage.clock.at)
        text = addressed.arguments.get("text")
        if addressed.kind not in SAID_IN_PROCEDURE or not isinstance(text, str):
            return addressed
        cycle = await self.facts.state(addressed.stream)
        running = cycle.running(text) if isinstance(cycle, Cycle) else None
        if running is None:
            return addressed
        rest = {name: value for name, value in addressed.arguments.items() if name != "text"}
        return Addressed(
            stream=f"silence/{running.procedure}",
            kind=addressed.kind,
            arguments=rest,
            on_behalf=addressed.on_behalf,
            waive=addressed.waive,
        )

    async def _submit(self, step: Step, addressed: Addressed) -> Answer | None:
        if Part.API in self._away:
            self._refuse(step, API_AWAY, "Nobody takes anything in now.")
            return None
        submission = Submission(
            stream=addressed.stream,
            kind=addressed.kind,
            arguments=addressed.arguments,
            key=f"line-{step.line}",
            on_behalf=addressed.on_behalf,
            waive=addressed.waive,
        )
        caller = await self.people.caller(step.by)
        try:
            return await self.stage.door.submit(caller, submission)
        except DatabaseAway:
            self._refuse(step, DATABASE_AWAY, "Nothing was taken in.")
            return None

    def _answered(self, step: Step, addressed: Addressed, answer: Answer) -> bool:
        if answer.status is IntakeStatus.TAKEN:
            self._delivered_later[answer.command_id] = step
            return True
        if answer.refusal is not None:
            return self._refuse(step, answer.refusal["reason"], answer.refusal["sentence"])
        return self._made(step, addressed, answer.outcome)

    def _made(self, step: Step, addressed: Addressed, outcome: Outcome | None) -> bool:
        events = outcome.events if outcome else ()
        self.resolver.made(step, addressed, [(each.version, each.kind, each.facts) for each in events])
        if step.refused is not None:
            self.verdicts.append(Verdict(line=step.line, ok=False, found={"refused": None}))
        return step.refused is None

    def _refuse(self, step: Step, reason: str, sentence: str) -> bool:
        """Keep a refusal; tell whether it is the one that was expected."""
        self.refusals.append(
            Refused(
                line=step.line,
                at=self.stage.clock.at,
                by=step.by,
                do=step.word.name,
                reason=reason,
                sentence=sentence,
                expected=step.refused,
            )
        )
        if step.refused != reason:
            self.verdicts.append(Verdict(line=step.line, ok=False, found={"refused": reason, "because": sentence}))
        return step.refused == reason

    # ---- what only a rehearsal may do

    async def _do_system(self, step: Step) -> None:
        given = step.arguments
        does: dict[str, Callable[[], Awaitable[None]]] = {
            "fail_delivery": lambda: self._fail_delivery(given["to"]),
            "deliver": lambda: self._deliver(given["to"]),
            "outage": lambda: self._outage(step),
        }
        await does[step.word.kind]()

    async def _fail_delivery(self, to: str) -> None:
        self.stage.post.unreachable.add(to)

    async def _deliver(self, to: str) -> None:
        self.stage.post.unreachable.discard(to)
        notice = tables.notice.c
        async with self.stage.record.read() as connection:
            waiting = await connection.execute(
                select(notice.stream).where(notice.entity == to, notice.state != "delivered").distinct()
            )
            streams = sorted(waiting.scalars())
        for stream in streams:
            await self.stage.client.get_workflow_handle(stream).signal(POST_AGAIN)

    async def _outage(self, step: Step) -> None:
        part, line = Part(step.arguments["of"]), step.line
        until = self.stage.clock.at + read_duration(step.arguments["for"])
        self._away.add(part)
        self._away_since = line
        self._returns.append((until, part))
        if part is Part.TEMPORAL:
            self.stage.courier.is_away = True
            await self._serving.aclose()
            return
        self.stage.database.is_away = part is Part.DATABASE
        async with self.stage.record.work() as connection:
            await listening.deaf_from(connection, LISTENER, self.stage.clock.at)

    async def _listen(self) -> None:
        async with self.stage.record.work() as connection:
            await listening.listens_until(connection, LISTENER, FAR, since=self.stage.clock.at)

    async def _return(self, part: Part) -> None:
        if any(each is part for _, each in self._returns):
            return
        self._away.discard(part)
        if part is Part.DATABASE:
            self.stage.database.is_away = False
        if part is not Part.TEMPORAL:
            if not self._away & DEAFENING:
                await self._listen()
            return
        self.stage.courier.is_away = False
        await self._serving.enter_async_context(self.stage.serve())
        await self._deliver_taken()

    async def _deliver_taken(self) -> None:
        """Deliver, in their order, what was taken in while Temporal was away."""
        async with self.stage.record.work() as connection:
            rows = await intake.undelivered(connection, older_than=None, limit=1_000)
        for row in rows:
            async with self.stage.rest.urging():
                answer = await self.stage.door.deliver(row.stream, from_json(Envelope, dict(row.envelope)))
            step = self._delivered_later.pop(row.command_id, None)
            if step is not None:
                self._answered(step, Addressed(stream=row.stream, kind=row.kind, arguments={}), answer)

    # ---- what is expected

    async def _instant_of(self, expectation: Expectation) -> datetime | None:
        """Return when an expectation is looked at, if that is known yet."""
        when = expectation.when
        if when is None or (isinstance(when, From) and when.alias not in self.resolver.things):
            return None
        try:
            return await self.resolver.instant(when, after=self.stage.clock.at, line=expectation.line)
        except PolicyError:
            return None

    async def _look(self) -> None:
        """Look at what was expected of the instant that is over, or will be when time moves on."""
        for each in list(self._open):
            at = await self._instant_of(each)
            if at is not None and at <= self.stage.clock.at:
                self._open.remove(each)
                await self._judge(each)

    async def _judge(self, expectation: Expectation) -> None:
        self.verdicts.append(await judge(expectation, self.resolver, self.facts, self.stage))
