"""Turns what people send into the JSON form of a command: texts go to the vault, and references take their place."""

from __future__ import annotations

import re
import types
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any, Union, get_args, get_origin, get_type_hints

from services.domain.message import Command, Content
from services.policies.zone import load_zone
from services.wire.message import Fault, Malformed, to_json
from services.wire.moment import read_duration, read_instant, write_duration, write_instant

Seal = Callable[[str, str], Content]

#: The longest text each field takes, in characters; other texts take ``LONGEST``.
LONGEST_OF = {"title": 300, "subject": 300, "name": 200, "address": 320, "label": 100, "place": 500}
LONGEST = 50_000
LONGEST_WORD = 1_000
ALLOWED_CONTROLS = frozenset("\n\t")
#: Instants, lengths of time and numbers beyond these are slips, and would overflow where they are added up.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
LONGEST_TIME = timedelta(days=3660)
LARGEST = 2**31 - 1
#: What turns the direction of what follows (Unicode UAX 9), what does so whatever the letters are, and what ends it.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
OVERRIDES = frozenset("\u202d\u202e")
ENDING = frozenset("\u202c\u2069")
BREAKING = frozenset("\n\t\u2028\u2029\u0085")
DAY = re.compile(r"\d{4}-\d\d-\d\d")


def fill(command: type[Command], arguments: Mapping[str, Any], seal: Seal) -> dict[str, Any]:
    """
    Return the JSON form of a command from arguments in which texts are plain strings.

    Raises:
        Malformed: a text is not a string, is empty or too long, or holds characters nobody can see.
    """
    hints = _hints_of(command)
    return {
        name: _fill(hints[name], value, name, seal) if name in hints else value for name, value in arguments.items()
    }


def _hints_of(kind: Any) -> dict[str, Any]:
    return _read_hints(kind)


@lru_cache(maxsize=256)
def _read_hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _fill(hint: Any, value: Any, path: str, seal: Seal) -> Any:
    if hint is Content:
        return to_json(seal(path, _text(path, value)))
    if hint in BOUNDED and isinstance(value, str | int):
        _check(BOUNDED[hint], path, value)
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if value is None else _fill(next(i for i in inner if i is not type(None)), value, path, seal)
    if origin is tuple and isinstance(value, list | tuple):
        return [_fill(inner[0], item, f"{path}.{index}", seal) for index, item in enumerate(value)]
    if origin in (Mapping, dict) and isinstance(value, Mapping):
        return {key: _fill(inner[1], item, f"{path}.{key}", seal) for key, item in value.items()}
    if is_dataclass(hint) and isinstance(value, Mapping):
        hints = _hints_of(hint)
        known = {f.name for f in fields(hint)}
        return {
            name: _fill(hints[name], item, f"{path}.{name}", seal) if name in known else item
            for name, item in value.items()
        }
    return value


def read_instant_within(text: object) -> datetime:
    """
    Read an instant that somebody sends.

    Raises:
        ValueError: it is none, or lies too far off to be meant.
    """
    try:
        at = read_instant(text)
    except OverflowError:
        at = LATEST
    if not EARLIEST <= at < LATEST:
        raise ValueError(f"should lie between the years {EARLIEST.year} and {LATEST.year}")
    return at


def read_instant_or_day(text: object, zone: str) -> datetime:
    """
    Read an instant, or a date, which means 00:00 of that day in ``zone``.

    Raises:
        ValueError: it is neither, lies too far off to be meant, or the zone is unknown.
    """
    if not isinstance(text, str) or not DAY.fullmatch(text):
        return read_instant_within(text)
    there = load_zone(zone)
    try:
        day = datetime.fromisoformat(text).replace(tzinfo=there)
    except ValueError as error:
        raise ValueError(f"{text} is no day of any year") from error
    return read_instant_within(write_instant(day))


def read_duration_within(text: object) -> timedelta:
    """
    Read a length of time that somebody sends.

    Raises:
        ValueError: it is none, or is too long to be meant.
    """
    length = read_duration(text)
    if abs(length) > LONGEST_TIME:
        raise ValueError(f"should be at most {write_duration(LONGEST_TIME)}")
    return length


def _whole_number_within(value: object) -> None:
    if isinstance(value, int) and abs(value) > LARGEST:
        raise ValueError(f"should be a whole number of at most {LARGEST}")


def _word_within(value: object) -> None:
    if not isinstance(value, str):
        return
    if len(value) > LONGEST_WORD:
        raise ValueError(f"has {len(value)} characters; at most {LONGEST_WORD} are taken")
    if any(unicodedata.category(c) in {"Cc", "Cs"} for c in value):
        raise ValueError("holds a control character; remove it")


def _visible(text: object, *, is_one_line: bool) -> None:
    """Refuse what makes a text read otherwise than it is written; right-to-left words need none of it."""
    shown = str(text)
    turning = next((c for c in shown if c in TURNING), None)
    if turning is not None and (is_one_line or turning in OVERRIDES or not _is_balanced(shown)):
        raise ValueError(f"holds U+{ord(turning):04X}, which turns the direction of what follows; remove it")
    if is_one_line and any(c in BREAKING for c in shown):
        raise ValueError("holds a line break or a tab; write it in one line")


def _is_balanced(text: str) -> bool:
    """Tell whether every turn of direction ends in its own line, so that nothing after it is turned too."""
    depth = 0
    for char in text:
        depth += (char in TURNING - ENDING) - (char in ENDING)
        if depth < 0 or (char == "\n" and depth):
            return False
    return depth == 0


def _check(read: Callable[[object], object], path: str, value: object) -> None:
    try:
        read(value)
    except ValueError as error:
        raise Malformed("value", (Fault(field=path, rule=str(error)),)) from error


BOUNDED: Mapping[Any, Callable[[object], object]] = {
    datetime: read_instant_within,
    timedelta: read_duration_within,
    int: _whole_number_within,
    str: _word_within,
}


def _text(path: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Malformed("text", (Fault(field=path, rule="should be a text"),))
    text = unicodedata.normalize("NFC", value).strip()
    longest = LONGEST_OF.get(path.rsplit(".", 1)[-1], LONGEST)
    if not text:
        raise Malformed("text", (Fault(field=path, rule="is empty; say something or leave it out"),))
    if len(text) > longest:
        rule = f"has {len(text)} characters; at most {longest} are taken"
        raise Malformed("text", (Fault(field=path, rule=rule),))
    _check(partial(_visible, is_one_line=path.rsplit(".", 1)[-1] in LONGEST_OF), path, text)
    hidden = next((c for c in text if unicodedata.category(c) in {"Cc", "Cs"} and c not in ALLOWED_CONTROLS), None)
    if hidden is not None:
        rule = f"holds the control character U+{ord(hidden):04X}; remove it"
        raise Malformed("text", (Fault(field=path, rule=rule),))
    return text
