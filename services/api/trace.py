"""The trace of a request: one name under which its answer, its log lines and its spans are found together."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Final
from uuid import uuid4

from services.telemetry.trace import HEADER, Trace, current_trace_id, read_trace

_TAKEN: Final = "dialogue.trace"
Scope = MutableMapping[str, Any]


def trace_of(scope: Scope) -> str:
    """Return the name of the trace that a request belongs to, or of one made for it, once."""
    if _TAKEN not in scope:
        named = named_trace(scope)
        scope[_TAKEN] = current_trace_id() or (named.trace_id if named else uuid4().hex)
    return str(scope[_TAKEN])


def named_trace(scope: Scope) -> Trace | None:
    """Return the trace that a request came with (W3C ``traceparent``)."""
    found = [value for name, value in scope.get("headers", ()) if name == HEADER.encode()]
    return read_trace(found[0].decode("latin-1")) if len(found) == 1 else None
