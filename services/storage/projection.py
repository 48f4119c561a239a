"""Projections: rows that answer questions across streams, computed from states and never otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from services.domain.action.state import ActionItem
from services.domain.catalogue import decider_of
from services.domain.cycle.state import Cycle
from services.domain.register.state import Register
from services.domain.silence.state import SilenceProcedure
from services.storage import tables
from services.wire.message import to_json

Row = tuple[Table, dict[str, Any]]


def rows_of(stream: str, state: Any) -> Iterable[Row]:
    """Return every row a stream's state stands for."""
    if state is None:
        return
    decider = decider_of(stream)
    yield from _numbered(
        tables.deadline,
        ({"stream": stream, **{name: getattr(d, name) for name in _DEADLINE}} for d in decider.deadlines(state)),
        ("label", "entity"),
    )
    yield from _numbered(
        tables.wait,
        ({"stream": stream, **{name: getattr(w, name) for name in _WAIT}} for w in decider.waits(state)),
        ("what", "entity"),
    )
    yield from _OF_NOUN.get(decider.noun, _nothing)(stream, state)


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What differs between the rows of two states: those to write, and the keys of those that are gone."""

    written: Mapping[Table, list[dict[str, Any]]]
    gone: Mapping[Table, list[dict[str, Any]]]


def changes(before: Iterable[Row], after: Iterable[Row]) -> Changes:
    """Return what brings the tables from the rows of one state to those of the next."""
    old, new = _keyed(before), _keyed(after)
    written: dict[Table, list[dict[str, Any]]] = {}
    gone: dict[Table, list[dict[str, Any]]] = {}
    for table, key in old.keys() - new.keys():
        names = (column.name for column in table.primary_key.columns)
        gone.setdefault(table, []).append(dict(zip(names, key, strict=True)))
    for (table, key), values in new.items():
        if old.get((table, key)) != values:
            written.setdefault(table, []).append(values)
    return Changes(written=written, gone=gone)


def _keyed(rows: Iterable[Row]) -> dict[tuple[Table, tuple[Any, ...]], dict[str, Any]]:
    return {(table, tuple(values[c.name] for c in table.primary_key.columns)): values for table, values in rows}


def _numbered(table: Table, rows: Iterable[dict[str, Any]], by: tuple[str, ...]) -> Iterable[Row]:
    seen: Counter[tuple[Any, ...]] = Counter()
    for values in rows:
        key = tuple(values[name] for name in by)
        yield table, {**values, "ordinal": seen[key]}
        seen[key] += 1


def _nothing(_stream: str, _state: Any) -> Iterable[Row]:
    return ()


def _cycle(stream: str, state: Cycle) -> Iterable[Row]:
    yield (
        tables.cycle,
        {
            "stream": stream,
            "body": state.body,
            "number": state.number,
            "cycle_kind": state.kind,
            "state": state.state,
            "starts_at": state.starts,
            "ends_at": state.ends,
        },
    )
    for text in state.texts:
        yield (
            tables.meeting_text,
            {
                "id": text.id,
                "stream": stream,
                "state": text.state,
                "version": text.version,
                "procedure": text.procedure,
            },
        )


def _silence(stream: str, state: SilenceProcedure) -> Iterable[Row]:
    yield (
        tables.procedure,
        {
            "stream": stream,
            **{
                name: getattr(state, name)
                for name in (
                    "id",
                    "home",
                    "body",
                    "cycle",
                    "procedure_kind",
                    "state",
                    "text",
                    "opened_at",
                    "expires_at",
                )
            },
        },
    )


def _action(stream: str, state: ActionItem) -> Iterable[Row]:
    yield (
        tables.action_item,
        {
            "stream": stream,
            **{
                name: getattr(state, name)
                for name in ("id", "body", "cycle", "home", "owner", "state", "due_at", "is_overdue", "needs_new_owner")
            },
            "is_open": state.is_open,
        },
    )


def _register(_stream: str, state: Register) -> Iterable[Row]:
    for appointment in state.appointments.values():
        yield (
            tables.appointment,
            {
                "id": appointment.appointment,
                "entity": appointment.seat,
                **{
                    name: getattr(appointment, name)
                    for name in ("person", "delegation", "body", "role", "since", "until")
                },
            },
        )
    for person in state.persons.values():
        yield (
            tables.person,
            {
                "id": person.person,
                "entity": person.entity,
                "name": to_json(person.name),
                "address": to_json(person.address),
            },
        )
    for key in state.keys.values():
        yield (
            tables.api_key,
            {
                "id": key.key,
                "secret_digest": key.secret_digest,
                "appointment": key.appointment,
                "scopes": list(key.scopes),
                "issued_at": key.issued_at,
                "expires_at": key.expires,
                "revoked_at": key.revoked_at,
            },
        )


_DEADLINE = ("label", "entity", "due_at", "kind", "zone", "reason", "met_at", "would_be_at", "would_be_reason")
_WAIT = ("what", "entity", "role", "since", "until")
_OF_NOUN: Mapping[str, Callable[[str, Any], Iterable[Row]]] = {
    "cycle": _cycle,
    "silence": _silence,
    "action": _action,
    "register": _register,
}
