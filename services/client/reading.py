"""From the API's JSON to the client's types: instants aware, lists as tuples, what is not known left out."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from services.client.refusal import Unreadable

T = TypeVar("T")
Reader = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    wire_name: str
    is_needed: bool
    reader: Reader


def read_as(kind: type[T], data: Any) -> T:
    """
    Return JSON as a dataclass of the client; members it does not know are left out.

    Raises:
        Unreadable: a member is missing, or is something else than it has to be.
    """
    if not isinstance(data, Mapping):
        raise Unreadable(kind.__name__)
    values = {}
    for each in _fields_of(kind):  # type: ignore[arg-type]
        if each.wire_name in data:
            values[each.name] = _read(kind, each, data[each.wire_name])
        elif each.is_needed:
            raise Unreadable(f"{kind.__name__}.{each.name}")
    return kind(**values)


def _read(kind: type[Any], each: _Field, value: Any) -> Any:
    try:
        return each.reader(value)
    except (TypeError, ValueError, AttributeError) as error:
        raise Unreadable(f"{kind.__name__}.{each.name}") from error


@cache
def _fields_of(kind: type[Any]) -> tuple[_Field, ...]:
    hints = get_type_hints(kind)
    return tuple(
        _Field(
            each.name,
            each.metadata.get("wire_name", each.name),
            each.default is MISSING and each.default_factory is MISSING,
            _reader_of(hints[each.name]),
        )
        for each in fields(kind)
    )


def _reader_of(hint: Any) -> Reader:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _or_none(_reader_of(next(each for each in inner if each is not type(None))))
    if origin is tuple:
        return _several(_reader_of(inner[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _named(inner[0], _reader_of(inner[1]))
    if hint in MOMENTS:
        return MOMENTS[hint]
    if is_dataclass(hint):
        return lambda value: read_as(hint, value)  # type: ignore[arg-type]
    return _as_it_is


def _or_none(reader: Reader) -> Reader:
    return lambda value: None if value is None else reader(value)


def _several(reader: Reader) -> Reader:
    return lambda values: tuple(reader(value) for value in values)


def _named(key: Reader, reader: Reader) -> Reader:
    return lambda values: {key(name): reader(value) for name, value in values.items()}


def _aware(value: str) -> datetime:
    at = datetime.fromisoformat(value)
    if at.tzinfo is None:
        raise ValueError("an instant without its offset")
    return at


def _as_it_is(value: Any) -> Any:
    return value


MOMENTS: Mapping[Any, Reader] = {datetime: _aware, date: date.fromisoformat}
