"""Tells every statement as a step of the trace under way: its text with the places of its values, never the values."""

from __future__ import annotations

import re
from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext

from services.telemetry.span import Span, SpanKind, Spans
from services.telemetry.trace import current_trace

_UNDER_WAY: Final = "dialogue.spans"
_LITERAL: Final = re.compile(r"'(?:[^']|'')*'")
_TABLE: Final = re.compile(r'\b(?:from|into|update|table)\s+"?(\w+)', re.IGNORECASE)
_CHANGE: Final = re.compile(r'\b(insert\s+into|update|delete\s+from)\s+"?(\w+)', re.IGNORECASE)
LONGEST: Final = 1_000


def tell_statements(engine: Engine, spans: Spans) -> None:
    """Tell the statements of an engine from now on; those that belong to no trace are told nobody."""

    def begin(connection: Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        trace = current_trace()
        if trace is not None:
            facts = {"db.system.name": "postgresql", "db.query.text": text_of(statement)}
            _stack(connection).append(spans.begin(name_of(statement), SpanKind.CLIENT, trace, facts=facts))

    def end(connection: Connection, *_more: Any) -> None:
        if stack := _stack(connection):
            stack.pop().end()

    def fail(context: ExceptionContext) -> None:
        if context.connection is not None and (stack := _stack(context.connection)):
            stack.pop().end(type(context.original_exception).__name__)

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    event.listen(engine, "handle_error", fail)


def name_of(statement: str) -> str:
    """Return what a statement does and to what, in two words; of several parts, what the first that writes does."""
    verb = statement.split(None, 1)[0].upper() if statement.strip() else "SQL"
    if verb == "WITH" and (first := _CHANGE.search(statement)):
        return f"{first[1].split()[0].upper()} {first[2]}"
    table = _TABLE.search(statement)
    return f"{verb} {table[1]}" if table else verb


def text_of(statement: str) -> str:
    """Return a statement's text without anything that might be a value."""
    return _LITERAL.sub("'?'", " ".join(statement.split()))[:LONGEST]


def _stack(connection: Connection) -> list[Span]:
    stack: list[Span] = connection.info.setdefault(_UNDER_WAY, [])
    return stack
