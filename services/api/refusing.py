"""Which refusals an operation may answer with, read off the deciders themselves: no list is kept beside the rules."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

from services.domain.catalogue import DECIDERS
from services.domain.message import Command, Refusal, command_kind

OURS = "services."
#: What whoever reads may be answered.
OF_READINGS = frozenset(
    {
        "NotAuthenticated",
        "NotPermitted",
        "NotFound",
        "Malformed",
        "DatabaseAway",
        "RegisterMissing",
        "Unexpected",
    }
)
#: What whoever sends a command may be answered before anything decides it.
OF_COMMANDS = OF_READINGS | {"DatabaseOlder", "KeyUsedOtherwise", "TooLarge", "UnknownCommand"}

#: What only the first command of a stream, which nobody outside sends, or one that no rule is for can meet.
OF_FOUNDING = frozenset({"UnknownCommand", "AlreadyFounded", "AlreadyProposed"})


def refusals_of(address: str) -> frozenset[str]:
    """Return the names of the refusals by which a command, ``noun/kind``, may be answered once it is taken in."""
    noun, _, kind = address.partition("/")
    decider = DECIDERS[noun]
    command = next(each for each in decider.commands if command_kind(each) == kind)
    rules: Mapping[type[Command], Callable[..., Any]] = vars(sys.modules[decider.decide.__module__])["RULES"]
    seen: set[object] = set()
    reached = {*_dispatching(decider.decide, command, seen), *_reached(rules[command], seen)}
    return frozenset(each.__name__ for each in reached) - OF_FOUNDING


def _dispatching(decide: Callable[..., Any], command: type[Command], seen: set[object]) -> Iterator[type[Refusal]]:
    """Give the refusals that a decider names before it turns to a rule, what it asks for other commands apart."""
    for found in _named(decide):
        if isinstance(found, type):
            yield found
        elif {command.__name__, "Command", "Any"} & _taken(found):
            yield from _reached(found, seen)


def _reached(function: Callable[..., Any], seen: set[object]) -> Iterator[type[Refusal]]:
    """Give the refusals that a function names, or one that it calls."""
    if function in seen:
        return
    seen.add(function)
    for found in _named(function):
        if isinstance(found, type):
            yield found
        else:
            yield from _reached(found, seen)


def _named(function: Callable[..., Any]) -> Iterator[type[Refusal] | FunctionType]:
    """Give the refusals and the functions of ours that a function names."""
    if not isinstance(function, FunctionType):
        return
    for name in _names(function.__code__):
        found = function.__globals__.get(name)
        if (isinstance(found, type) and issubclass(found, Refusal) and found is not Refusal) or (
            isinstance(found, FunctionType) and found.__module__.startswith(OURS)
        ):
            yield found


def _taken(function: FunctionType) -> frozenset[str]:
    """Return the names of the types of command that a function takes."""
    spelt = str(function.__annotations__.get("command", "Any"))
    return frozenset(part.rpartition(".")[2] for part in spelt.split(" | "))


def _names(code: CodeType) -> Iterator[str]:
    """Give the names that a piece of code uses, those of what is written within it included."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
