"""Puts the trace of the work under way on every update and signal that a client sends."""

from __future__ import annotations

from typing import Any

from temporalio.client import (
    Interceptor,
    OutboundInterceptor,
    SignalWorkflowInput,
    StartWorkflowUpdateInput,
    StartWorkflowUpdateWithStartInput,
    WorkflowUpdateHandle,
)

from services.telemetry.span import SpanKind, Spans, step
from services.workflows.carriage import noun_in, with_traces


class Sender(Interceptor):
    """Given to a client."""

    def __init__(self, spans: Spans) -> None:
        self._spans = spans

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002 - the SDK's name
        """Watch what a client sends."""
        return _Sending(next, self._spans)


class _Sending(OutboundInterceptor):
    def __init__(self, next: OutboundInterceptor, spans: Spans) -> None:  # noqa: A002
        super().__init__(next)
        self._spans = spans

    async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> WorkflowUpdateHandle[Any]:  # noqa: A002
        with step(self._spans, f"update {noun_in(input.id)}", kind=SpanKind.CLIENT) as span:
            input.headers = with_traces(input.headers, (span.trace,))
            return await super().start_workflow_update(input)

    async def start_update_with_start_workflow(
        self,
        input: StartWorkflowUpdateWithStartInput,  # noqa: A002
    ) -> WorkflowUpdateHandle[Any]:
        started = input.start_workflow_input
        with step(self._spans, f"start {noun_in(started.id)}", kind=SpanKind.CLIENT) as span:
            update = input.update_workflow_input
            update.headers = with_traces(update.headers, (span.trace,))
            return await super().start_update_with_start_workflow(input)

    async def signal_workflow(self, input: SignalWorkflowInput) -> None:  # noqa: A002
        with step(self._spans, f"tell {noun_in(input.id)}", kind=SpanKind.CLIENT) as span:
            input.headers = with_traces(input.headers, (span.trace,))
            await super().signal_workflow(input)
