"""The commands there are, with their arguments as people send them, and the states of nouns: from the code."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from services.commands.outside import Outside, outside_of
from services.domain.catalogue import DECIDERS
from services.domain.message import Command, Content, command_kind
from services.domain.procedure import Period
from services.domain.working_calendar import WorkingCalendar

WORDS: Mapping[Any, str] = {
    str: "",
    bool: "true|false",
    int: "number",
    datetime: "instant",
    timedelta: "duration",
    Period: "duration",
    WorkingCalendar: "name@version|calendar",
    date: "date",
    Content: "text",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Argument:
    """One argument: its name, what is sent for it (empty: a plain word), and whether it may be left out."""

    name: str
    what: str
    is_free: bool

    def __str__(self) -> str:
        name = self.name + ("?" if self.is_free else "")
        return f"{name}: {self.what}" if self.what else name


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandOverview:
    """One command: its kind, its arguments as people send them, and its purpose in one sentence."""

    kind: str
    arguments: tuple[Argument, ...]
    purpose: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NounOverview:
    """What can be asked of a noun, and the states it can be in; none for what has no states."""

    noun: str
    states: tuple[str, ...]
    commands: tuple[CommandOverview, ...]


def nouns() -> tuple[str, ...]:
    """Return the nouns in the order of the catalogue."""
    return tuple(DECIDERS)


def overview_of(noun: str) -> NounOverview:
    """Return the overview of a noun; what only the engine says is not in it."""
    decider = DECIDERS[noun]
    taken = (command for command in decider.commands if command not in decider.internal)
    return NounOverview(
        noun=noun,
        states=_states_of(decider.state),
        commands=tuple(_overview(noun, command) for command in sorted(taken, key=command_kind)),
    )


def _overview(noun: str, command: type[Command]) -> CommandOverview:
    kind = command_kind(command)
    outside = outside_of(noun, kind)
    hints = get_type_hints(command)
    arguments = (
        _argument(field, hints[field.name], outside)
        for field in dataclasses.fields(command)
        if field.name not in outside.completed
    )
    purpose = " ".join((command.__doc__ or "").split("\n\n")[0].split())
    return CommandOverview(kind=kind, arguments=tuple(arguments), purpose=purpose)


def _argument(field: dataclasses.Field[Any], hint: Any, outside: Outside) -> Argument:
    is_free = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
    if _without_none(hint) != hint or field.name in outside.optional:
        is_free = True
    what = _what(_without_none(hint))
    if field.name in outside.referenced:
        what = "name@version"
    elif field.name in outside.dated:
        what = "instant|date"
    return Argument(name=outside.word_of(field.name), what=what, is_free=is_free)


def _what(hint: Any) -> str:
    if hint in WORDS:
        return WORDS[hint]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return "|".join(hint)
    origin, inner = get_origin(hint), get_args(hint)
    if origin is tuple:
        return f"[{_what(_without_none(inner[0])) or '…'}]"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"{{id: {_what(inner[1]) or 'value'}}}"
    if dataclasses.is_dataclass(hint):
        return _parts(hint)
    return str(hint)


def _parts(kind: Any) -> str:
    hints = get_type_hints(kind)
    parts = (_argument(field, hints[field.name], Outside()) for field in dataclasses.fields(kind))
    return "{" + ", ".join(map(str, parts)) + "}"


def _without_none(hint: Any) -> Any:
    if get_origin(hint) not in {Union, types.UnionType}:
        return hint
    return next(part for part in get_args(hint) if part is not type(None))


def _states_of(state: type[Any]) -> tuple[str, ...]:
    kind = get_type_hints(state).get("state")
    return tuple(kind) if isinstance(kind, type) and issubclass(kind, StrEnum) else ()
