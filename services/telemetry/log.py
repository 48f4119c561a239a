"""
Log lines: a JSON object each when asked for, else words for a person.

The words of an error may quote what somebody sent, so that of an error its class and where it arose are told, and
nothing else; but for those whose words are written for the operator.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal

from services.telemetry.trace import current_trace_id

LogFormat = Literal["text", "json"]
FACTS = "facts"
#: What libraries say below this holds addresses, or what goes over the wire.
LIBRARIES = {
    "asyncio": logging.INFO,
    "httpcore": logging.INFO,
    "httpx": logging.WARNING,
    "opentelemetry": logging.WARNING,
    "temporalio": logging.INFO,
    "urllib3": logging.WARNING,
}
#: Frames of one error, the innermost last; what lies further out is the same every time.
FRAMES = 30
#: Of a chain of errors so many are told.
CAUSES = 5
_Excepted = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def log_to_stderr(level: str, form: LogFormat = "text") -> None:
    """Let the log of a process go to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    hush()


def hush() -> None:
    """Let libraries say no more than they may, whatever level is asked for."""
    for name, least in LIBRARIES.items():
        logging.getLogger(name).setLevel(least)


def told(**facts: object) -> dict[str, dict[str, object]]:
    """Return facts as ``extra`` of a log call; ids, names of kinds and numbers only."""
    return {FACTS: {name: fact for name, fact in facts.items() if fact is not None}}


class PlainLines(logging.Formatter):
    """A line a person reads: instant in UTC, level, logger, message, then facts as ``name=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the frames of an error below it."""
        facts = {**facts_of(record), **_trace()}
        told_facts = "".join(f" {name}={fact}" for name, fact in facts.items())
        line = f"{instant_of(record)} {record.levelname} {record.name}: {one_line(record)}{told_facts}"
        return "\n".join((line, *(f"  {each}" for each in _error_lines(record))))


class JsonLines(logging.Formatter):
    """A line a machine reads: one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": instant_of(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": one_line(record),
            **facts_of(record),
            **_trace(),
        }
        if error := list(_error_lines(record)):
            line["error"] = error
        return json.dumps(line, ensure_ascii=True, default=str)


def instant_of(record: logging.LogRecord) -> str:
    """Return when a line was written, in UTC to the millisecond."""
    at = datetime.fromtimestamp(record.created, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


def one_line(record: logging.LogRecord) -> str:
    """Return the message in one line, whatever was put into it."""
    return " ".join(record.getMessage().split())


def facts_of(record: logging.LogRecord) -> Mapping[str, object]:
    """Return the facts of a line."""
    facts = getattr(record, FACTS, None)
    return facts if isinstance(facts, Mapping) else {}


def _trace() -> dict[str, str]:
    trace_id = current_trace_id()
    return {"trace_id": trace_id} if trace_id else {}


def _error_lines(record: logging.LogRecord) -> Iterator[str]:
    excepted: _Excepted = record.exc_info if isinstance(record.exc_info, tuple) else (None, None, None)
    error: BaseException | None = excepted[1]
    for _ in range(CAUSES):
        if error is None:
            return
        name = f"{type(error).__module__}.{type(error).__qualname__}"
        yield f"{name}: {error}" if getattr(error, "is_for_operators", False) else name
        for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]:
            yield f"at {frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} in {frame.name}"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
