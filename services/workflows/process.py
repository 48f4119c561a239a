"""
The machine every aggregate runs on: decide at once, record with one activity, then do what follows.

Handlers decide synchronously, so they never interleave and need no lock. A decision is in the history, as the input of
the activity that records it, before the ledger has it. A due instant is decided on condition that no act received
before it is still undecided; the record refuses otherwise and hands those acts over.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from services.domain.message import (
        ENGINE,
        CommandRefused,
        Context,
        Due,
        Event,
        Interval,
        TimePassed,
    )
    from services.wire.message import Malformed, UnknownKind, decode_command, event_kind, from_json, to_json
    from services.workflows import messages as wire
    from services.workflows.follower import Follower, Queued
    from services.workflows.patience import RETRY
    from services.workflows.reading import context_of, facts_of, governing_digest, told_envelope
    from services.workflows.timekeeper import Timekeeper

STREAM_CLOSED = "StreamClosed"
UNDECODABLE = "Undecodable"
RECORD = "record"
#: A worker that dies while it records is waited for no longer than this; one statement is bounded well below it.
RECORD_TIMEOUT = timedelta(seconds=10)
#: A run hands over to a new one when its history is this long.
HAND_OVER_EVENTS = 4_000
#: How many outcomes a run hands to the next, so that a command sent again is answered again.
REMEMBERED = 300


class Process:
    """One aggregate's run: its decider, its state, its outbox, its next instant."""

    def __init__(self, decider: Any, start: wire.Start) -> None:
        self._decider = decider
        self.stream = start.stream
        carried = start.carried
        self._version = carried.version if carried else 0
        self.state = from_json(decider.state, carried.state) if carried and carried.state else None
        self._outcomes: dict[str, wire.Outcome] = dict(carried.decided) if carried else {}
        self._decided_at: dict[str, int] = dict.fromkeys(self._outcomes, self._version)
        self._recorded = self._version
        self._outbox: list[wire.Entry] = []
        self._unsettled: list[wire.Outcome] = []
        self._held: list[wire.Envelope] = []
        self._queued: list[Queued] = []
        self._follower = Follower(start.stream, carried, accept=self._accept)
        self._judging = False

    # ---- the story

    async def run(self) -> None:
        """Serve until the aggregate closes or hands over to a new run."""
        timer = asyncio.create_task(Timekeeper(self._next_wake).keep())
        errands = asyncio.create_task(self._follower.run_errands())
        post = asyncio.create_task(self._follower.post())
        await self._record()
        self._follower.end()
        timer.cancel()
        await workflow.wait([errands, post])
        if not self._is_closed():
            workflow.continue_as_new(wire.Start(stream=self.stream, carried=self._carry()))

    async def command(self, envelope: wire.Envelope) -> wire.Outcome:
        """
        Decide a command, and answer when it is recorded and what it starts has been started.

        Raises:
            ApplicationError: of type ``StreamClosed`` when the aggregate has closed, ``Undecodable`` when the envelope
                is none of its commands; neither leaves a trace on the stream.
        """
        if envelope.command_id not in self._outcomes:
            self._check(envelope)
        self._accept(envelope)
        await workflow.wait_condition(lambda: self._is_answered(envelope.command_id))
        return self._outcomes[envelope.command_id]

    def tell(self, told: wire.Told) -> None:
        """Decide what another aggregate says; a closed one no longer listens."""
        envelope = told_envelope(told)
        try:
            self._check(envelope)
        except ApplicationError as error:
            workflow.logger.warning("%s is left alone: %s", told.reference, error)
            return
        self._accept(envelope)

    def describe(self) -> dict[str, Any]:
        """Return version, next due instant and state, for a person looking."""
        due = self._due()
        return {
            "stream": self.stream,
            "version": self._version,
            "due": {"at": due.at.isoformat(), "label": due.label} if due else None,
            "state": None if self.state is None else to_json(self.state),
        }

    def pulse(self, now: datetime) -> wire.Pulse:
        """Tell whether anything is decided and not recorded, or to be done, and the next instant there is more."""
        is_behind = bool(self._outbox) or self._recorded != self._version
        is_waiting = bool(self._held) or self._is_time(now) or self._follower.is_busy(now)
        is_busy = is_behind or self._judging or is_waiting
        wake = self._next_wake()
        return wire.Pulse(is_busy=is_busy, wakes_at=wake[0] if wake else None)

    def post_again(self) -> None:
        """Try undelivered letters again at once, as when a mail server is back."""
        self._follower.post_again()

    # ---- deciding

    def _check(self, envelope: wire.Envelope) -> None:
        if self._is_closed():
            raise ApplicationError(f"{self.stream} has closed", type=STREAM_CLOSED, non_retryable=True)
        try:
            decode_command(self._decider.commands, envelope.kind, envelope.command)
            context_of(envelope)
        except (Malformed, UnknownKind) as error:
            raise ApplicationError(str(error), type=UNDECODABLE, non_retryable=True) from error

    def _accept(self, envelope: wire.Envelope) -> None:
        if envelope.command_id in self._outcomes or any(h.command_id == envelope.command_id for h in self._held):
            return
        due = self._due()
        if self._judging or (due is not None and envelope.at >= due.at):
            # its instant lies beyond one that has to be decided first
            self._held.append(envelope)
            self._held.sort(key=lambda e: (e.at, e.received_at))
            return
        self._decide(envelope)
        self._release()

    def _release(self) -> None:
        """Decide what was held back for an instant that no longer comes first."""
        if self._judging:
            return
        held, self._held = self._held, []
        for envelope in held:
            self._accept(envelope)

    def _decide(self, envelope: wire.Envelope) -> None:
        context = context_of(envelope)
        command = decode_command(self._decider.commands, envelope.kind, envelope.command)
        events = self._decider.decide(self.state, command, context)
        happened = [self._adopt(event, envelope.command_id, envelope.access, envelope.rule) for event in events]
        refused = next((e for e in events if isinstance(e, CommandRefused)), None)
        outcome = wire.Outcome(
            command_id=envelope.command_id,
            events=tuple(happened),
            refusal={"reason": refused.reason, "sentence": refused.sentence, "facts": dict(refused.facts)}
            if refused
            else None,
        )
        self._outcomes[envelope.command_id] = outcome
        self._decided_at[envelope.command_id] = self._version
        self._unsettled.append(outcome)

    def _adopt(self, event: Event, command_id: str, access: str = "", rule: str = "") -> wire.Happened:
        self._version += 1
        entry = self._entry(event, self._version, command_id, access, rule)
        self._outbox.append(entry)
        return self._take_over(event, entry)

    def _entry(self, event: Event, version: int, command_id: str, access: str = "", rule: str = "") -> wire.Entry:
        data = to_json(event)
        policies = {name: value for name, value in (("access", access), ("rule", rule)) if value}
        if digest := governing_digest(self.state, event.at):
            policies["procedure"] = digest
        return wire.Entry(
            version=version,
            kind=event_kind(event),
            at=event.at,
            actor=data.pop("actor"),
            command_id=command_id,
            policies=policies,
            data={name: value for name, value in data.items() if name != "at"},
        )

    def _take_over(self, event: Event, entry: wire.Entry) -> wire.Happened:
        self.state = self._decider.evolve(self.state, event)
        if self.state is not None:
            effects = self._decider.effects(self.state, event)
            self._queued += [(entry.version, event.at, effect) for effect in effects]
            self._follower.expect(entry.version, effects)
        return wire.Happened(version=entry.version, kind=entry.kind, facts=facts_of(entry.data))

    def _is_answered(self, command_id: str) -> bool:
        version = self._decided_at.get(command_id)
        return version is not None and self._recorded >= version and self._follower.has_started(version)

    # ---- recording

    async def _record(self) -> None:
        while True:
            await workflow.wait_condition(self._has_work)
            if self._outbox:
                await self._record_batch()
            elif self._is_time(workflow.now()):
                await self._judge()
            else:
                return

    def _has_work(self) -> bool:
        return bool(self._outbox) or self._is_time(workflow.now()) or self._is_done()

    def _is_done(self) -> bool:
        return self._is_idle() and (self._is_closed() or self._should_hand_over())

    async def _record_batch(self) -> None:
        entries, outcomes, queued = self._outbox, self._unsettled, self._queued
        self._outbox, self._unsettled, self._queued = [], [], []
        batch = wire.Batch(stream=self.stream, entries=tuple(entries), outcomes=tuple(outcomes))
        await self._execute_record(batch, ", ".join(e.kind for e in entries[:3]))
        self._recorded = entries[-1].version
        self._follower.line_up(queued)

    async def _execute_record(self, batch: wire.Batch, what: str) -> wire.Recorded:
        recorded: wire.Recorded = await workflow.execute_activity(
            RECORD,
            batch,
            result_type=wire.Recorded,
            start_to_close_timeout=RECORD_TIMEOUT,
            retry_policy=RETRY,
            summary=f"{batch.entries[0].version}: {what}"[:200],
        )
        return recorded

    # ---- time

    def _due(self) -> Due | None:
        return None if self.state is None else self._decider.due(self.state)

    def _is_time(self, now: datetime) -> bool:
        due = self._due()
        return due is not None and now >= due.at

    async def _judge(self) -> None:
        """Decide a due instant, once every act received before it has been decided."""
        self._judging = True
        due = self._due()
        processed_at = workflow.now()
        deaf: tuple[wire.Span, ...] = ()
        while due is not None and due == self._due():
            if self._outbox:
                await self._record_batch()
                continue
            recorded = await self._try_due(due, processed_at, deaf)
            if recorded.recorded:
                break
            for act in recorded.acts:
                if act.command_id not in self._outcomes:
                    self._decide(act)
            deaf = recorded.deaf
        self._judging = False
        self._release()

    async def _try_due(self, due: Due, processed_at: datetime, deaf: tuple[wire.Span, ...]) -> wire.Recorded:
        command = TimePassed(
            label=due.label,
            due_at=due.at,
            processed_at=processed_at,
            deaf=tuple(Interval(start=s.start, end=s.end) for s in deaf),
        )
        command_id = f"{self.stream}@{self._version}:{due.label}"
        context = Context(at=due.at, actor=ENGINE, command_id=command_id, recorded_at=processed_at)
        events = self._decider.decide(self.state, command, context)
        entries = [
            self._entry(event, self._version + ordinal, command_id) for ordinal, event in enumerate(events, start=1)
        ]
        since = self._decider.deaf_since(self.state)
        provided = wire.Provided(before=due.at, deaf_since=since, deaf=deaf)
        batch = wire.Batch(stream=self.stream, entries=tuple(entries), provided=provided)
        recorded = await self._execute_record(batch, f"{due.label} due {due.at:%Y-%m-%d %H:%M:%SZ}")
        if recorded.recorded:
            for event, entry in zip(events, entries, strict=True):
                self._take_over(event, entry)
            self._version = self._recorded = entries[-1].version
            queued, self._queued = self._queued, []
            self._follower.line_up(queued)
        return recorded

    def _next_wake(self) -> tuple[datetime, str] | None:
        due = self._due()
        wakes = [(due.at, due.label)] if due else []
        return min(wakes + self._follower.wakes(), default=None)

    # ---- ending

    def _is_closed(self) -> bool:
        if self.state is None:
            # its first command was refused: there is nothing to live for
            return self._version > 0
        return bool(self._decider.is_closed(self.state))

    def _is_idle(self) -> bool:
        is_busy = self._judging or self._held or self._follower.is_busy(workflow.now())
        return not is_busy and self._recorded == self._version and workflow.all_handlers_finished()

    def _should_hand_over(self) -> bool:
        info = workflow.info()
        return info.is_continue_as_new_suggested() or info.get_current_history_length() >= HAND_OVER_EVENTS

    def _carry(self) -> wire.Carried:
        remembered = list(self._outcomes.items())[-REMEMBERED:]
        return wire.Carried(
            state=None if self.state is None else to_json(self.state),
            version=self._version,
            decided=dict(remembered),
            letters=tuple(self._follower.letters),
        )
