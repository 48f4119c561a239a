"""The trace of a request: one name under which its answer, its log lines and its spans are found together."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any, Final
from uuid import uuid4

_TRACEPARENT: Final = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_NOTHING: Final = "0" * 32
_TAKEN: Final = "dialogue.trace"


def trace_of(scope: MutableMapping[str, Any]) -> str:
    """Return the trace that a request came with (W3C ``traceparent``), else one made for it, once."""
    if _TAKEN not in scope:
        scope[_TAKEN] = _told(scope) or uuid4().hex
    return str(scope[_TAKEN])


def _told(scope: MutableMapping[str, Any]) -> str | None:
    for name, value in scope.get("headers", ()):
        if name == b"traceparent":
            found = _TRACEPARENT.fullmatch(value)
            told = found[1].decode() if found else _NOTHING
            return None if told == _NOTHING else told
    return None
