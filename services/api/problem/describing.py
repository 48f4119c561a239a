"""What an operation documents of its problems: by status, the kinds there may be, each with an example."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, get_args, get_type_hints

from services.api.plausible import INSTANT, NAMED
from services.api.problem.catalogue import KINDS, type_of
from services.domain.message import Refusal

MEDIA_TYPE = "application/problem+json"
SCHEMA = {"$ref": "#/components/schemas/Problem"}
#: Problems that any request at all may meet, whatever is asked.
ANYWHERE = frozenset({"AddressTooLong", "DatabaseAway", "HeadersTooLarge", "TooManyRequests", "Unexpected"})
#: With these Retry-After says when to ask again.
TO_COME_AGAIN = frozenset({"DatabaseAway", "DatabaseOlder", "RegisterMissing", "TooManyRequests"})
RETRY = {"Retry-After": {"description": "Seconds after which to ask again.", "schema": {"type": "string"}}}
PLAIN: Mapping[Any, Any] = {str: "a word", int: 1, bool: False, datetime: INSTANT, timedelta: "1 day, 0:00:00"}


def describe(names: Iterable[str]) -> dict[int | str, dict[str, Any]]:
    """Return the responses of an operation that may meet these problems."""
    by_status: dict[int, list[str]] = {}
    for name in sorted({*names, *ANYWHERE}):
        by_status.setdefault(int(KINDS[name].status), []).append(name)
    return {status: _response(told) for status, told in sorted(by_status.items())}


def _response(names: list[str]) -> dict[str, Any]:
    titles = dict.fromkeys(KINDS[name].titles["en"] for name in names)
    examples = {name: {"$ref": f"#/components/examples/{name}"} for name in names}
    headers = RETRY if TO_COME_AGAIN & set(names) else {}
    return {
        "description": ", ".join(titles),
        "content": {MEDIA_TYPE: {"schema": SCHEMA, "examples": examples}},
        **({"headers": headers} if headers else {}),
    }


def problem_examples() -> dict[str, Any]:
    """Return an example of every kind of problem, by its name."""
    refusals = _refusals()
    return {name: {"summary": each.titles["en"], "value": _told(name, refusals)} for name, each in KINDS.items()}


def _told(name: str, refusals: Mapping[str, type[Refusal]]) -> dict[str, Any]:
    each, refusal = KINDS[name], refusals.get(name)
    sentence, facts = (f"{each.meanings['en']} {each.remedies['en']}", {})
    if refusal is not None:
        hints = get_type_hints(refusal)
        facts = {field.name: _fact(field.name, hints[field.name]) for field in fields(refusal)}
        spoken = {name: ", ".join(fact) if isinstance(fact, list) else fact for name, fact in facts.items()}
        sentence = " ".join((refusal.__doc__ or "").split()).format_map(spoken)
    standard = {
        "type": type_of(name),
        "title": each.titles["en"],
        "status": int(each.status),
        "detail": sentence,
        "instance": NAMED["instance"],
        "refusal": name,
        "trace_id": NAMED["trace_id"],
    }
    return {**facts, **standard}


def _fact(name: str, hint: Any) -> Any:
    inner = [each for each in get_args(hint) if each not in {type(None), Ellipsis}]
    if getattr(hint, "__origin__", None) is tuple:
        return [_fact(name, inner[0])]
    if inner:
        return _fact(name, inner[0])
    return NAMED.get(name, PLAIN[str]) if hint is str else PLAIN.get(hint, NAMED.get(name, PLAIN[str]))


def _refusals() -> dict[str, type[Refusal]]:
    """Return the refusals of the domain by name; one that several nouns have looks alike."""

    def below(base: type[Refusal]) -> Iterable[type[Refusal]]:
        for each in base.__subclasses__():
            yield each
            yield from below(each)

    return {each.__name__: each for each in sorted(below(Refusal), key=lambda each: each.__module__)}
