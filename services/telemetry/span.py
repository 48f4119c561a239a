"""Spans: the steps of a trace, told to a collector if there is one; without one nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Protocol

from services.telemetry.trace import Trace, begin_trace, current_trace, within_trace

Facts = Mapping[str, str | int | bool]


class SpanKind(StrEnum):
    """Which side of a conversation a step is."""

    SERVER = "server"
    CLIENT = "client"
    INTERNAL = "internal"


class Span(Protocol):
    """A step that has begun."""

    @property
    def trace(self) -> Trace:
        """Return the trace as what follows from this step sees it."""

    def end(self, failure: str | None = None, *, facts: Facts | None = None) -> None:
        """End the step; ``failure`` is the name of what went wrong, never its words."""


class Spans(Protocol):
    """Where steps are told to."""

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

    def close(self) -> None:
        """Tell what has not been told yet; nothing is told afterwards."""


class Unseen:
    """A step nobody collects: it hands its parent on, so that ids still hold together."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    @property
    def trace(self) -> Trace:
        """Return its parent's trace, or one of its own."""
        return self._trace

    def end(self, failure: str | None = None, *, facts: Facts | None = None) -> None:
        """Tell nobody."""


class NoSpans:
    """Tells nobody."""

    def begin(
        self,
        name: str,  # noqa: ARG002 - nobody is told
        kind: SpanKind,  # noqa: ARG002
        parent: Trace | None,
        *,
        links: Sequence[Trace] = (),  # noqa: ARG002
        facts: Facts | None = None,  # noqa: ARG002
    ) -> Span:
        """Begin a step that is not told."""
        return Unseen(parent or begin_trace())

    def close(self) -> None:
        """Tell nobody."""


@contextmanager
def step(
    spans: Spans,
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: Trace | None = None,
    links: Sequence[Trace] = (),
    facts: Facts | None = None,
) -> Iterator[Span]:
    """Do work as one step of a trace: ``parent``'s, or the one under way."""
    span = spans.begin(name, kind, parent or current_trace(), links=links, facts=facts)
    try:
        with within_trace(span.trace):
            yield span
    except BaseException as error:
        span.end(type(error).__name__)
        raise
    else:
        span.end()
