"""
Spans for a collector, by OpenTelemetry's SDK; loaded only where a collector is named, since it takes memory.

Where to send them, how many and under which name is read by the SDK itself from its own OTEL_ variables.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from threading import Thread

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, Status, StatusCode, TraceFlags, set_span_in_context
from opentelemetry.trace import Span as AnySpan
from opentelemetry.trace import SpanKind as SdkKind

from services.telemetry.span import Facts, Span, SpanKind
from services.telemetry.trace import Trace

KINDS = {SpanKind.SERVER: SdkKind.SERVER, SpanKind.CLIENT: SdkKind.CLIENT, SpanKind.INTERNAL: SdkKind.INTERNAL}
#: A collector that is away holds up the end of a process no longer than this.
CLOSING_SECONDS = 1.5


class OtelSpan:
    """A step told to the collector when it ends."""

    def __init__(self, span: AnySpan) -> None:
        self._span = span

    @property
    def trace(self) -> Trace:
        """Return the trace as what follows from this step sees it."""
        context = self._span.get_span_context()
        return Trace(f"{context.trace_id:032x}", f"{context.span_id:016x}", context.trace_flags.sampled)

    def end(self, failure: str | None = None, *, facts: Facts | None = None) -> None:
        """End the step."""
        for name, fact in (facts or {}).items():
            self._span.set_attribute(name, fact)
        if failure is not None:
            self._span.set_attribute("error.type", failure)
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()


class OtelSpans:
    """Tells steps to a collector."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("dialogue")

    def begin(
        self,
        name: str,
        kind: SpanKind,
        parent: Trace | None,
        *,
        links: Sequence[Trace] = (),
        facts: Facts | None = None,
    ) -> Span:
        """Begin a step under ``parent``, or one that begins a trace."""
        span = self._tracer.start_span(
            name,
            context=set_span_in_context(NonRecordingSpan(_context(parent)), Context()) if parent else Context(),
            kind=KINDS[kind],
            links=[Link(_context(link)) for link in links],
            attributes=dict(facts or {}),
            record_exception=False,
            set_status_on_exception=False,
        )
        return OtelSpan(span)

    def close(self) -> None:
        """Send what has not been sent, if the collector answers."""
        closing = Thread(target=self._provider.shutdown, daemon=True)
        closing.start()
        closing.join(CLOSING_SECONDS)


def spans_of(service: str, release: str, *, processor: SpanProcessor | None = None) -> OtelSpans:
    """Return spans of a process under a name, sent over HTTP to the collector that OTEL_ variables name."""
    if processor is None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        processor = BatchSpanProcessor(OTLPSpanExporter())
    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": service}
    provider = TracerProvider(resource=Resource.create({**named, "service.version": release}), shutdown_on_exit=False)
    provider.add_span_processor(processor)
    return OtelSpans(provider)


def _context(trace: Trace) -> SpanContext:
    flags = TraceFlags(TraceFlags.SAMPLED if trace.is_sampled else TraceFlags.DEFAULT)
    return SpanContext(int(trace.trace_id, 16), int(trace.span_id, 16), is_remote=True, trace_flags=flags)
