"""The form of policy files: strict pydantic models, and their faults told by file, line and key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Final, NoReturn, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_core import to_json as json_bytes

from services.policies.fault import PolicyError
from services.policies.strict_yaml import Document, Place

F = TypeVar("F", bound="Form")
_SHOWN: Final = 60
#: What should stand somewhere, where the reader's own words are those of programmers.
RULES: Final[Mapping[str, str]] = {
    "model_type": "should be a mapping of keys to values",
    "dict_type": "should be a mapping of keys to values",
    "tuple_type": "should be a list",
    "list_type": "should be a list",
    "string_type": "should be a text; in quotes, if it looks like something else",
    "bool_type": "should be true or false",
    "int_type": "should be a whole number",
    "too_short": "should have at least {min_length} in it",
    "too_long": "should have at most {max_length} in it",
    "string_too_short": "should not be empty",
    "string_too_long": "should have at most {max_length} characters",
}


class Form(BaseModel):
    """A mapping of a policy file: only the keys it names, nothing coerced, never changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def wrong(problem: str, remedy: str) -> NoReturn:
    """Say, from a validator, what is wrong and what would be right."""
    raise PydanticCustomError("policy", "{problem}; {remedy}", {"problem": problem, "remedy": remedy})


def parse_form(document: Document, form: type[F]) -> F:
    """
    Read a document as a form.

    Raises:
        PolicyError: the document does not have that form; it carries every fault found.
    """
    try:
        return form.model_validate_json(json_bytes(document.value), strict=True)
    except ValidationError as error:
        schema = form.model_json_schema()
        errors = [dict(each) for each in error.errors(include_url=False)]
        faults = [_fault(document, schema, each) for each in errors if not _is_echo(each, errors)]
        raise combined(faults) from error


def combined(faults: list[PolicyError]) -> PolicyError:
    """Return the first fault by line, carrying the others."""
    first, *rest = sorted(faults, key=lambda fault: fault.line)
    return PolicyError(
        file=first.file,
        line=first.line,
        key=first.key,
        problem=first.problem,
        remedy=first.remedy,
        others=(*first.others, *(each for fault in rest for each in fault.all)),
    )


def _fault(document: Document, schema: dict[str, Any], error: dict[str, Any]) -> PolicyError:
    place: Place = tuple(part for part in error["loc"] if part != "[key]")
    kind, context = error["type"], error.get("ctx", {})
    if kind == "policy":
        return document.error(place, context["problem"], context["remedy"])
    if kind == "extra_forbidden":
        known = list(_part(schema, place[:-1]).get("properties", {}))
        return document.error(place, "this key is not known", nearest(str(place[-1]), known))
    if kind == "missing":
        meaning = _part(schema, place).get("description")
        return document.error(place, "this key is missing", f"add it: {meaning}" if meaning else "add it")
    if kind in RULES:
        return document.error(place, f"found {shown(error['input'])}", RULES[kind].format_map(context))
    rule = str(error["msg"]).removeprefix("Input ")
    return document.error(place, f"found {shown(error['input'])}", rule[:1].lower() + rule[1:])


def _is_echo(error: Mapping[str, Any], errors: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a list is only thought too short because what stands in it is wrong."""
    place = error["loc"]
    return error["type"] == "too_short" and any(
        other["loc"][: len(place)] == place and len(other["loc"]) > len(place) for other in errors
    )


def shown(value: Any) -> str:
    """Show a value of a file within a sentence, as JSON, cut short."""
    text = json_bytes(value).decode()
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def nearest(word: str, known: Sequence[str]) -> str:
    """Name the known word that comes nearest to another, or all of them."""
    near = get_close_matches(word, known, n=1)
    return f"did you mean {near[0]}?" if near else f"known here: {', '.join(known)}"


def _part(schema: dict[str, Any], place: Place) -> dict[str, Any]:
    """Return the part of a JSON Schema that describes a place."""
    part = _resolved(schema, schema)
    for step in place:
        by_pattern: dict[str, Any] = next(iter(part.get("patternProperties", {}).values()), {})
        by_name = part.get("properties", {}).get(step) or part.get("additionalProperties") or by_pattern
        inner = part.get("items", {}) if isinstance(step, int) else by_name
        part = _resolved(schema, inner if isinstance(inner, dict) else {})
    return part


def _resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    for option in part.get("anyOf", ()):
        part = {**part, **option} if "$ref" in option else part
    reference = part.get("$ref")
    return {**schema["$defs"][reference.rsplit("/", 1)[-1]], **part} if reference else part
