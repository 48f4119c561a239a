"""
Feels the pulse of every aggregate after each of its workflow tasks, in the worker that carries the task out.

So nobody has to be asked, which would cost a task each time, and of an aggregate that has closed its whole history.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol, cast

from temporalio import client, workflow
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner

from services.workflows.messages import Pulse

SIGNAL = "signal_workflow"
START = "initialize_workflow"


class Aggregate(Protocol):
    """What every workflow of the engine tells of itself."""

    def pulse(self, now: datetime) -> Pulse:
        """Tell whether anything is under way at an instant, and when the aggregate wakes by itself."""
        ...


class Holder(Protocol):
    """What the SDK's own running workflow tells: which object it runs, none before its first task."""

    def workflow_instance(self) -> Aggregate | None:
        """Return the object."""
        ...


class Pulses(client.Interceptor):
    """
    The pulse of every aggregate as of its last task; a word to one counts until a task has heard it.

    The client that speaks to the aggregates is intercepted by it, and their worker runs them by ``runner``.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._felt: dict[str, Pulse] = {}
        self._said: Counter[tuple[str, str]] = Counter()
        self._heard: Counter[tuple[str, str]] = Counter()
        self.restless: set[str] = set()
        self.changed = asyncio.Event()

    @property
    def runner(self) -> WorkflowRunner:
        """Return what runs workflows and feels their pulse."""
        return _Feeling(self)

    def intercept_client(self, next: client.OutboundInterceptor) -> client.OutboundInterceptor:  # noqa: A002 - the SDK's
        """Stand between the client and the server."""
        return _Saying(next, self)

    def of(self, stream: str) -> Pulse:
        """Return an aggregate's pulse; one to which something was said that it has not heard is busy."""
        felt = self._felt.get(stream, Pulse(is_busy=False, wakes_at=None))
        is_behind = any(self._heard[stream, what] < self._said[stream, what] for what in (SIGNAL, START))
        return Pulse(is_busy=felt.is_busy or is_behind, wakes_at=felt.wakes_at)

    @property
    def first_wake(self) -> datetime | None:
        """Return the next instant at which an aggregate has something to do by itself."""
        return min((pulse.wakes_at for pulse in self._felt.values() if pulse.wakes_at), default=None)

    def wake(self, at: datetime) -> None:
        """Look after those that wake by an instant that has come."""
        self.restless |= {s for s, pulse in list(self._felt.items()) if pulse.wakes_at and pulse.wakes_at <= at}

    def said(self, stream: str, what: str) -> None:
        """Take note that something was said to an aggregate."""
        self._said[stream, what] += 1
        self.restless.add(stream)

    def felt(self, stream: str, pulse: Pulse, heard: Iterable[str]) -> None:
        """Take note of a pulse after a task, and of what the task heard; called from the worker's threads."""
        self._loop.call_soon_threadsafe(self._note, stream, pulse, tuple(heard))

    def _note(self, stream: str, pulse: Pulse, heard: tuple[str, ...]) -> None:
        self._felt[stream] = pulse
        self._heard.update((stream, what) for what in heard)
        self.restless.add(stream)
        self.changed.set()


class _Saying(client.OutboundInterceptor):
    """Counts what is said without waiting for an answer; an update is answered after it was heard."""

    def __init__(self, next_: client.OutboundInterceptor, pulses: Pulses) -> None:
        super().__init__(next_)
        self._pulses = pulses

    async def start_workflow(self, input: client.StartWorkflowInput) -> client.WorkflowHandle[Any, Any]:  # noqa: A002 - the SDK's own
        started = await super().start_workflow(input)
        self._pulses.said(input.id, START)
        return started

    async def signal_workflow(self, input: client.SignalWorkflowInput) -> None:  # noqa: A002 - the SDK's own name
        await super().signal_workflow(input)
        self._pulses.said(input.id, SIGNAL)


class _Feeling(WorkflowRunner):
    """Runs workflows as the engine's own worker does, and feels their pulse after each task."""

    def __init__(self, pulses: Pulses) -> None:
        self._runs, self._pulses = UnsandboxedWorkflowRunner(), pulses

    def prepare_workflow(self, defn: Any) -> None:
        """Make ready to run a workflow."""
        self._runs.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        """Begin to run a workflow."""
        return _Felt(self._runs.create_instance(det), self._pulses)


class _Felt(WorkflowInstance):
    """One running workflow."""

    def __init__(self, runs: WorkflowInstance, pulses: Pulses) -> None:
        self._runs, self._pulses = runs, pulses

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        """Carry out a task, in one of the worker's threads."""
        done = self._runs.activate(act)
        aggregate = cast(Holder, self._runs).workflow_instance()
        if aggregate is not None and not any(job.HasField("remove_from_cache") for job in act.jobs):
            pulse = aggregate.pulse(act.timestamp.ToDatetime(UTC))
            goes_on = any(
                command.HasField("continue_as_new_workflow_execution") for command in done.successful.commands
            )
            heard = () if act.is_replaying else tuple(str(job.WhichOneof("variant")) for job in act.jobs)
            self._pulses.felt(self.get_info().workflow_id, replace(pulse, is_busy=pulse.is_busy or goes_on), heard)
        return done

    def get_info(self) -> workflow.Info:
        """Return what is known of the run."""
        return self._runs.get_info()

    def get_serialization_context(self, command_info: Any) -> Any:
        """Return the context in which a payload is written."""
        return self._runs.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        """Return the context in which a large payload is kept elsewhere."""
        return self._runs.get_external_store_context(command_info)
