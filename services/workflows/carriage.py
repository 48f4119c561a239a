"""Carries traces over Temporal, in headers of updates, signals and activities; they change no command of a workflow."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256

from temporalio.api.common.v1 import Payload

from services.telemetry.trace import HEADER, Trace, read_trace

#: Further traces of a batch in which several commands came together.
LINKS = "dialogue-links"
#: What is done for many callers at once belongs to the first and names so many others.
MOST_LINKS = 8
Headers = Mapping[str, Payload]


def with_traces(headers: Headers, traces: Iterable[Trace]) -> dict[str, Payload]:
    """Return headers that carry traces, the first as the one that what follows belongs to."""
    told = [trace.header() for trace in traces]
    carried = dict(headers)
    if told:
        carried[HEADER] = _payload(told[0])
    if told[1:]:
        carried[LINKS] = _payload(",".join(told[1 : MOST_LINKS + 1]))
    return carried


def traces_in(headers: Headers) -> tuple[Trace, ...]:
    """Return the traces that headers carry."""
    told = [_word(headers.get(HEADER)), *_word(headers.get(LINKS)).split(",")]
    return tuple(trace for each in told if (trace := read_trace(each)))


def own_trace(command_id: str) -> Trace:
    """Return the trace of what nobody asked for, such as a due instant: always the same one."""
    digest = sha256(b"trace of " + command_id.encode()).hexdigest()
    return Trace(digest[:32], digest[32:48], is_sampled=True)


def noun_in(stream: str) -> str:
    """Return the noun of a stream's name, for the name of a step."""
    return stream.partition("/")[0]


def _payload(word: str) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(word).encode())


def _word(payload: Payload | None) -> str:
    if payload is None:
        return ""
    try:
        word = json.loads(payload.data)
    except ValueError:
        return ""
    return word if isinstance(word, str) else ""
