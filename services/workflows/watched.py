"""
Watches workflows and activities from outside: traces go with every update, signal and activity; meters count.

Nothing here decides, and a history written without it replays with it, and the other way round: headers are no part of
what a replay compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from temporalio import workflow
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    HandleSignalInput,
    HandleUpdateInput,
    Interceptor,
    StartActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

with workflow.unsafe.imports_passed_through():
    from services.telemetry.span import Span, SpanKind, Spans, step
    from services.telemetry.telemetry import Telemetry
    from services.telemetry.trace import Trace
    from services.workflows import messages as wire
    from services.workflows.carriage import noun_in, own_trace, traces_in, with_traces
    from services.workflows.measured import Measured

BEGIN_SPAN = "dialogue_begin_span"
#: How many causes a run remembers for what follows from them.
REMEMBERED = 1_000


class Watched(Interceptor):
    """Given to a worker."""

    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        """Watch what a worker does."""
        return _Doing(next, self._telemetry)

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: A002
    ) -> type[WorkflowInboundInterceptor]:
        """Watch what workflows decide."""
        input.unsafe_extern_functions[BEGIN_SPAN] = _beginner(self._telemetry.spans)
        return _Deciding


class _Doing(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, telemetry: Telemetry) -> None:  # noqa: A002
        super().__init__(next)
        self._spans = telemetry.spans
        self._measured = Measured(telemetry.meters)

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        traces = traces_in(input.headers)
        name = getattr(input.fn, "__name__", "activity")
        with step(self._spans, name, parent=next(iter(traces), None), links=traces[1:]):
            return await self._measured.run(name, input.args[0], lambda: self.next.execute_activity(input))


class _Deciding(WorkflowInboundInterceptor):
    """Keeps, for each command of a run, the trace it came in, so that what follows from it goes under the same."""

    def __init__(self, next: WorkflowInboundInterceptor) -> None:  # noqa: A002
        super().__init__(next)
        self._traces: dict[str, Trace] = {}

    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_Following(outbound, self._traces))

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:  # noqa: A002
        trace = next(iter(traces_in(input.headers)), None)
        if trace is not None:
            _remember(self._traces, input.id, trace)
        if trace is None or workflow.unsafe.is_replaying():
            return await super().handle_update_handler(input)
        span: Span = workflow.extern_functions()[BEGIN_SPAN](f"decide {noun_in(workflow.info().workflow_id)}", trace)
        try:
            return await super().handle_update_handler(input)
        finally:
            span.end()

    async def handle_signal(self, input: HandleSignalInput) -> None:  # noqa: A002
        trace = next(iter(traces_in(input.headers)), None)
        if trace is not None:
            for each in input.args:
                if isinstance(each, wire.Told):
                    _remember(self._traces, each.reference, trace)
        await super().handle_signal(input)


class _Following(WorkflowOutboundInterceptor):
    """Puts the traces of what caused it on every activity."""

    def __init__(self, next: WorkflowOutboundInterceptor, traces: dict[str, Trace]) -> None:  # noqa: A002
        super().__init__(next)
        self._traces = traces
        self._causes: dict[int, Trace] = {}

    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:  # noqa: A002
        given = input.args[0] if input.args else None
        input.headers = with_traces(input.headers, dict.fromkeys(self._of(given)))
        return super().start_activity(input)

    def _of(self, given: Any) -> Iterable[Trace]:
        if isinstance(given, wire.Batch):
            for entry in given.entries:
                trace = self._traces.get(entry.command_id) or own_trace(entry.command_id)
                _remember(self._causes, entry.version, trace)
                yield trace
        elif isinstance(given, wire.Errands):
            yield from self._caused_by(errand.cause for errand in given.errands)
        elif isinstance(given, wire.Post):
            yield from self._caused_by(letter.cause for letter in given.letters)

    def _caused_by(self, causes: Iterable[int]) -> Iterable[Trace]:
        for cause in causes:
            if trace := self._causes.get(cause):
                yield trace


def _beginner(spans: Spans) -> Callable[[str, Trace], Span]:
    def begin(name: str, parent: Trace) -> Span:
        return spans.begin(name, SpanKind.INTERNAL, parent)

    return begin


def _remember(kept: dict[Any, Trace], key: Any, trace: Trace) -> None:
    if len(kept) >= REMEMBERED:
        del kept[next(iter(kept))]
    kept[key] = trace
