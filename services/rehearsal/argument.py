"""Checks what a step says in ``with``: words its command takes, in their form, naming what there is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any, Final, Protocol

from services.commands.arguments import Argument
from services.commands.fill import DAY, read_duration_within, read_instant_within
from services.commands.prepare import read_period
from services.policies.form import shown
from services.policies.strict_yaml import Place
from services.rehearsal.anchor import INSTANT_OR_DAY, Anchor, From, is_instant, read_anchor
from services.rehearsal.expectation import Named
from services.rehearsal.vocabulary import COMMON, ENTITIES, MAY_BE_LEFT_OUT, REFERENCES, SYSTEM_NOUN, Word

#: What is sent for a plain word, for several, and for the version of an event: there an alias may stand.
SEVERAL: Final = "[…]"
PLAIN: Final = frozenset({"", SEVERAL, "number"})
#: What is sent for a date, and for a working calendar: by its name, or written out.
DATE: Final = "date"
CALENDAR: Final = "name@version|calendar"
#: Words inside a list of mappings that name what a step made.
NESTED: Final = frozenset({"item", "papers"})


class Checks(Protocol):
    """What checking needs of whoever reads the file."""

    named: Named

    def fault(self, place: Place, problem: str, remedy: str) -> None:
        """Note a fault."""

    def check_anchor(self, place: Place, anchor: Anchor) -> None:
        """Check an instant counted from what a step made."""

    def check_alias(self, place: Place, alias: object, noun: str) -> None:
        """Check the name of what a step made."""


def check_arguments(checks: Checks, place: Place, word: Word, given: Mapping[str, Any]) -> None:
    """Check all that a step gives its command."""
    for name, value in given.items():
        if name not in word.taken:
            near = get_close_matches(name, word.taken, n=1)
            known = ", ".join(sorted(word.taken - set(COMMON)))
            remedy = f"did you mean {near[0]}?" if near else f"it takes {known}" if known else "it takes nothing"
            checks.fault((*place, name), f"{word.name} does not take this", remedy)
        elif name in word.targets and word.argument(name) is None:
            _check_target(checks, (*place, name), word, value)
        elif name not in COMMON or word.argument(name) is not None:
            _check_value(checks, (*place, name), name, word.argument(name), value)
    spelt = {argument.name for argument in word.arguments if any(word.argument(n) is argument for n in given)}
    for name in sorted(word.needed - spelt):
        checks.fault(place, f"{word.name} needs {name}", f"add {name}: {_what(word, name)}")
    if word.targets and word.noun not in MAY_BE_LEFT_OUT and not set(word.targets) & set(given):
        checks.fault(place, f"{word.name} needs {word.targets[0]}", f"add {word.targets[0]}: and what a step made")
    if word.noun == SYSTEM_NOUN:
        _check_span(checks, place, given.get("for"))
    else:
        _check_paper(checks, place, word, given)


def _check_span(checks: Checks, place: Place, span: object) -> None:
    """Check that what is away is away for a while; whether it is a length at all is told elsewhere."""
    if isinstance(span, str) and _wrong_length(span) is None and read_duration_within(span) <= timedelta(0):
        checks.fault((*place, "for"), f"found {shown(span)}", "should be longer than nothing")


def _what(word: Word, name: str) -> str:
    argument = word.argument(name)
    return (argument.what if argument else "") or "a word"


def _check_target(checks: Checks, place: Place, word: Word, value: object) -> None:
    if word.noun == "body":
        if not isinstance(value, str) or value not in checks.named.bodies:
            checks.fault(
                place, f"there is no body {shown(value)}", f"name one of {', '.join(sorted(checks.named.bodies))}"
            )
    elif word.noun != "cycle" or not _is_cycle(checks, value):
        checks.check_alias(place, value, word.noun)


def _is_cycle(checks: Checks, value: object) -> bool:
    """Tell whether a cycle is named by its number, or body and number."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value > 0
    body, slash, number = str(value).partition("/")
    return bool(slash) and body in checks.named.bodies and number.isdecimal()


def _check_value(checks: Checks, place: Place, name: str, argument: Argument | None, value: Any) -> None:
    what = argument.what if argument else ""
    if name in REFERENCES and what in PLAIN and not (what == "number" and isinstance(value, int)):
        _check_references(checks, place, REFERENCES[name], value)
    elif name in ENTITIES and what in PLAIN:
        _check_entities(checks, place, value, takes_several=what == SEVERAL)
    elif is_instant(what, value):
        _check_instant(checks, place, value)
    elif what != INSTANT_OR_DAY and (rule := wrong_form(what, value)):
        checks.fault(place, f"found {shown(value)}", rule)


def _check_entities(checks: Checks, place: Place, value: Any, *, takes_several: bool) -> None:
    if isinstance(value, list) is not takes_several:
        rule = "should be a list of codes, like [AIMC, SCO]" if takes_several else "should be the code of one entity"
        checks.fault(place, f"found {shown(value)}", rule)
        return
    for code in value if takes_several else [value]:
        if not isinstance(code, str) or code not in checks.named.entities:
            checks.fault(place, f"there is no entity {shown(code)}", "name the code of one, like EUROPOL")


def _check_references(checks: Checks, place: Place, noun: str, value: Any) -> None:
    for index, each in enumerate(value if isinstance(value, list) else [value]):
        inner = (*place, index) if isinstance(value, list) else place
        if not isinstance(each, Mapping):
            checks.check_alias(inner, each, noun)
            continue
        for name in NESTED & each.keys():
            _check_references(checks, (*inner, name), REFERENCES[name], each[name])


def _check_instant(checks: Checks, place: Place, value: Any) -> None:
    try:
        anchor = read_anchor(value)
        if not isinstance(anchor, From):
            read_instant_within(value)
    except ValueError as error:
        checks.fault(place, f"found {shown(value)}", str(error))
        return
    checks.check_anchor(place, anchor)


def wrong_form(what: str, value: Any) -> str | None:
    """Say what should stand for an argument if a value may not; what only the engine can tell is left to it."""
    if what == "duration":
        return _wrong_length(value)
    if what[:1] in _SHAPES:
        kind, rule = _SHAPES[what[:1]]
        return None if isinstance(value, kind) else rule
    if what in _KINDS:
        kind, rule = _KINDS[what]
        return None if type(value) is kind else rule
    if what == DATE:
        return None if _is_date(value) else "should be a date, like 2040-03-06"
    if what == CALENDAR:
        return None if isinstance(value, str | dict) else "should be a calendar like AMERIPOL@1, or one written out"
    choices = what.split("|")
    return None if value in choices else f"should be one of {', '.join(choices)}"


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and DAY.fullmatch(value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _wrong_length(value: object) -> str | None:
    """Say what is wrong with a duration, or a period of common working days."""
    try:
        if isinstance(value, str) and value.endswith("cwd"):
            read_period(value)
        else:
            read_duration_within(value)
    except ValueError as error:
        return str(error)
    return None


_SHAPES: Final[Mapping[str, tuple[type, str]]] = {"[": (list, "should be a list"), "{": (dict, "should be a mapping")}
_KINDS: Final[Mapping[str, tuple[type, str]]] = {
    "": (str, "should be a word"),
    "text": (str, "should be a text"),
    "name@version": (str, "should be a name and a version, like wg-sc@1"),
    "number": (int, "should be a whole number"),
    "true|false": (bool, "should be true or false"),
}


def _check_paper(checks: Checks, place: Place, word: Word, given: Mapping[str, Any]) -> None:
    """Check what says that an act is on a paper, and that a rule is waived."""
    if not isinstance(given.get("waive", ""), str):
        checks.fault((*place, "waive"), f"found {shown(given['waive'])}", "should be the reason of the waiver")
    own = {argument.name for argument in word.arguments}
    about = {name for name in ("on_behalf_of", "received_at", "evidence") if name in given and name not in own}
    if not about:
        return
    for name in ("on_behalf_of", "received_at", "evidence"):
        if name not in given:
            checks.fault(place, f"a paper act needs {name}", f"add {name}, beside {', '.join(sorted(about))}")
    if "received_at" in given:
        _check_instant(checks, (*place, "received_at"), given["received_at"])
    if "on_behalf_of" in given:
        _check_entities(checks, (*place, "on_behalf_of"), given["on_behalf_of"], takes_several=False)
