"""
Acts a scenario on a live system: every step whose instant has come, in order, each once however often it is run.

A step's idempotency key comes from the file's digest and the step's number; what was done before is found by it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.cli.acting.address import Addresses
from services.cli.acting.known import KnownByApi
from services.cli.acting.missing import missing_key
from services.cli.acting.past import Past
from services.cli.acting.progress import ENDING, Progress, StepProgress, StepState
from services.cli.acting.seats import Seat, Seats
from services.client.refusal import Refused
from services.client.result import CommandResult
from services.policies.fault import PolicyError
from services.rehearsal.anchor import After
from services.rehearsal.resolving import Addressed, NotYet, Resolver
from services.rehearsal.scenario import Scenario

#: How long to wait at most before looking again: an instant that is counted from another may have moved.
LOOK_EVERY = timedelta(seconds=30)
#: A scenario says what is to stand afterwards, whatever stood before.
WHATEVER_STANDS = "*"

Now = Callable[[], Awaitable[datetime]]
Told = Callable[[StepProgress], None]
Pause = Callable[[timedelta], Awaitable[None]]


@dataclass(kw_only=True)
class Actor:
    """
    Acts one scenario for some seats.

    ``digest`` is that of the file. ``told`` hears of each step when it is settled; ``pause`` waits, and is ``None``
    where an instant that has not come ends the run; ``look_every`` bounds one wait.
    """

    scenario: Scenario
    digest: str
    seats: Seats
    addresses: Addresses
    now: Now
    told: Told
    pause: Pause | None = None
    look_every: timedelta = LOOK_EVERY

    def __post_init__(self) -> None:
        self.names = Resolver(self.scenario, KnownByApi(self.seats.first.client))
        self.past = Past(self.digest)
        steps = [StepProgress(number=number, step=step) for number, step in enumerate(self.scenario.steps, start=1)]
        self.progress = Progress(steps=steps)

    async def act(self) -> Progress:
        """Carry out every step whose instant has come, in order, and say how far it has come."""
        has_ended = False
        for each in self.progress.steps:
            seat = await self._seat(each)
            if has_ended:
                continue
            if seat is not None:
                await self._settle(each, seat)
            self.told(each)
            has_ended = each.state in ENDING
        return self.progress

    async def look(self) -> Progress:
        """Say of every step what would be sent, by whom and when, as far as that can be known; send nothing."""
        for each in self.progress.steps:
            seat = await self._seat(each)
            each.sent = each.sent or dict(each.step.arguments)
            if seat is not None:
                await self._look_at(each, seat)
            self.told(each)
        return self.progress

    async def _seat(self, each: StepProgress) -> Seat | None:
        """Return who does a step here, ``None`` if nobody does; say why not, and when it is to be done."""
        seat = self.seats.of(each.step.by)
        try:
            await self._date(each)
        except PolicyError:
            each.at = None
        if each.step.is_system or each.step.refused:
            each.state = StepState.REHEARSAL_ONLY
            return None
        if seat is None:
            each.state = StepState.NOT_OURS
        return seat

    async def _settle(self, each: StepProgress, seat: Seat) -> None:
        """Do a step if its instant has come and it was not done before."""
        try:
            if await self._was_done(each, seat):
                return
            while not await self._has_come(each):
                is_known, each.state = each.state is StepState.NEXT, StepState.NEXT
                if self.pause is None:
                    return
                if not is_known:
                    self.told(each)
                ahead = each.at - await self.now() if each.at else self.look_every
                await self.pause(min(ahead, self.look_every))
            each.why = ""
            await self._send(each, seat)
        except NotYet as error:
            each.state, each.why = StepState.NEXT, _why(error)
        except ValueError as error:
            each.state, each.why = StepState.BLOCKED, self._why(each, error)
        except Refused as refused:
            each.state, each.why = StepState.REFUSED, f"{refused.reason}: {refused.sentence}"
            each.command_id = refused.command_id or each.command_id

    async def _look_at(self, each: StepProgress, seat: Seat) -> None:
        """Ask what would come of a step, if what it names is there."""
        try:
            if await self._was_done(each, seat):
                return
            addressed = await self._addressed(each, seat)
            if self.addresses.only_looks(addressed):
                key = self.past.key(each.number, 1)
                each.preview = await seat.client.preview(
                    each.path, each.sent, key=key, on_behalf=addressed.on_behalf, waive=addressed.waive
                )
        except ValueError as error:
            each.why = self._why(each, error)
        except Refused as refused:
            each.why = f"it would be refused now: {refused.reason}: {refused.sentence}"
        each.state = StepState.WOULD_BE_SENT

    def _why(self, each: StepProgress, error: ValueError) -> str:
        return missing_key(self.progress.steps, each, self.names.things) or _why(error)

    async def _date(self, each: StepProgress) -> None:
        """
        Find out when a step is to be done, as things stand; an instant after one that is not known is not known.

        Raises:
            PolicyError: it is counted from something that was not made.
        """
        each.at = None
        before = self.progress.steps[each.number - 2].at if each.number > 1 else self.scenario.starts
        if before is not None or not isinstance(each.step.at, After):
            after = before or self.scenario.starts
            each.at = await self.names.instant(each.step.at, after=after, line=each.step.line)

    async def _has_come(self, each: StepProgress) -> bool:
        try:
            await self._date(each)
        except NotYet as error:
            each.why = _why(error)
            return False
        if each.at is None:
            remedy = "give the keys of those who act before it with --as"
            raise self.names.error(each.step.line, "its instant is counted from one that is not known here", remedy)
        return each.at <= await self.now()

    async def _addressed(self, each: StepProgress, seat: Seat) -> Addressed:
        """Return a step as it is sent, its names resolved."""
        addressed = await self.names.address(each.step, at=each.at or self.scenario.starts)
        text = None
        if self.addresses.needs_text(addressed):
            text = await KnownByApi(seat.client).text_of(addressed.stream.partition("/")[2])
        request = self.addresses.request(addressed, text=text)
        each.path, each.sent = request.path, dict(request.arguments)
        return addressed

    async def _was_done(self, each: StepProgress, seat: Seat) -> bool:
        """Find what became of a step in an earlier run; one that is still to be decided keeps those after it."""
        addressed = await self._addressed(each, seat)
        found = await self.past.find(seat, each.number, addressed, each.path)
        if found.done is None:
            return False
        each.command_id, each.done_at = found.done.command_id, found.done.received_at
        if found.done.status == "taken":
            each.state, each.why = StepState.BLOCKED, "it is taken in and not decided yet"
            return True
        each.state = StepState.DONE_BEFORE
        self._keep(each, addressed, found.done)
        return True

    async def _send(self, each: StepProgress, seat: Seat) -> None:
        addressed = await self._addressed(each, seat)
        found = await self.past.find(seat, each.number, addressed, each.path)
        key = self.past.key(each.number, found.refusals + 1)
        result = await seat.client.command(
            each.path,
            each.sent,
            key=key,
            on_behalf=addressed.on_behalf,
            waive=addressed.waive,
            if_match=WHATEVER_STANDS,
        )
        each.state, each.done_at, each.command_id = StepState.DONE, result.received_at, result.command_id
        self._keep(each, addressed, result)

    def _keep(self, each: StepProgress, addressed: Addressed, result: CommandResult) -> None:
        """Keep what a step made under its name."""
        events = [(event.version, event.kind, event.facts) for event in result.events]
        self.names.made(each.step, addressed, events)
        thing = self.names.things.get(each.step.alias or "")
        each.made = thing.id if thing else None


def _why(error: ValueError) -> str:
    return f"{error.problem}; {error.remedy}" if isinstance(error, PolicyError) else str(error)
