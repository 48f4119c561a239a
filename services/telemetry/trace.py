"""The trace that work belongs to: one id from the request through the workflow to the statement, as W3C writes it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

HEADER = "traceparent"
_FORM = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_NOBODY = frozenset({"0" * 32, "0" * 16})


@dataclass(frozen=True, slots=True)
class Trace:
    """Where work stands in a trace; ``span_id`` is the step that whatever follows belongs to."""

    trace_id: str
    span_id: str
    is_sampled: bool = False

    def header(self) -> str:
        """Return it as the header ``traceparent`` carries it."""
        return f"00-{self.trace_id}-{self.span_id}-{'01' if self.is_sampled else '00'}"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)
_notes: ContextVar[dict[str, str] | None] = ContextVar("notes", default=None)


def begin_trace() -> Trace:
    """Return a trace that belongs to no other."""
    return Trace(secrets.token_hex(16), secrets.token_hex(8))


def read_trace(header: str | None) -> Trace | None:
    """Return the trace that a header names, or ``None`` if it names none."""
    found = _FORM.fullmatch(header or "")
    if found is None or not _NOBODY.isdisjoint(found.groups()):
        return None
    return Trace(found[1], found[2], bool(int(found[3], 16) & 1))


def current_trace() -> Trace | None:
    """Return the trace of the work under way, if it has one."""
    return _current.get()


def current_trace_id() -> str | None:
    """Return the id by which an operator finds the work under way in logs and traces."""
    trace = _current.get()
    return trace.trace_id if trace else None


@contextmanager
def within_trace(trace: Trace | None) -> Iterator[None]:
    """Do work within a trace."""
    token = _current.set(trace)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def taking_notes() -> Iterator[dict[str, str]]:
    """Give the notes that whoever does the work of this block leaves for its log line."""
    notes: dict[str, str] = {}
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)


def note(**facts: str) -> None:
    """Leave ids and outcomes for the log line of the work under way; never content."""
    notes = _notes.get()
    if notes is not None:
        notes.update(facts)
