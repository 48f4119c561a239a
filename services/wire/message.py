"""The JSON form of the domain's frozen dataclasses: commands, events, states, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import lru_cache
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter
from pydantic_core import SchemaSerializer, SchemaValidator, ValidationError, core_schema
from pydantic_core import to_json as json_bytes

from services.domain.field import ADDED
from services.domain.message import Command, Decider, Event, type_name
from services.wire.moment import read_duration, read_instant, write_duration, write_instant

T = TypeVar("T")
M = TypeVar("M", Command, Event)

_MOMENTS = {
    "datetime": core_schema.no_info_plain_validator_function(
        read_instant, serialization=core_schema.plain_serializer_function_ser_schema(write_instant, when_used="json")
    ),
    "timedelta": core_schema.no_info_plain_validator_function(
        read_duration, serialization=core_schema.plain_serializer_function_ser_schema(write_duration, when_used="json")
    ),
}
_RULES = {"missing": "is missing", "unexpected_keyword_argument": "is not a field known here"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """
    What is wrong at one place of a JSON value: the dotted ``field``, the ``rule`` it breaks, and what would be right.

    ``remedy`` is empty where the rule says it already.
    """

    field: str
    rule: str
    remedy: str = ""

    @property
    def sentence(self) -> str:
        """Return field, rule and remedy in one sentence, without its full stop."""
        return "; ".join(part for part in (f"{self.field}: {self.rule}", self.remedy) if part)


class Malformed(ValueError):
    """A JSON value does not have the form of the type it was read as; ``faults`` say where and why."""

    def __init__(self, name: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(f"{name}: " + "; ".join(fault.sentence for fault in faults))
        self.name = name
        self.faults = faults

    @property
    def sentence(self) -> str:
        """Return what is wrong in one sentence, for whoever sent it."""
        return "; ".join(fault.sentence for fault in self.faults) + "."


class UnknownKind(ValueError):
    """There is no command or event of this kind among those asked for."""


@dataclass(frozen=True, slots=True)
class _Codec:
    """The compiled reader and writer of one type."""

    validator: SchemaValidator
    serializer: SchemaSerializer


_CODECS: dict[type[Any], _Codec] = {}


def to_json(value: Any) -> Any:
    """
    Return the JSON form of a frozen dataclass: instants in UTC with ``Z``, ISO 8601 durations, enumerations by value.

    Raises:
        ValueError: an instant is naive, or a field holds a value of another type than it declares.
    """
    return _codec(type(value)).serializer.to_python(value, mode="json", warnings="error")


def to_json_text(value: Any) -> str:
    """
    Return the text of the JSON form of a frozen dataclass, as ``to_json`` gives it.

    Raises:
        ValueError: as for ``to_json``.
    """
    return _codec(type(value)).serializer.to_json(value, warnings="error").decode()


def from_json(kind: type[T], data: Any, *, forbid_unknown: bool = False) -> T:
    """
    Read a value of a type from its JSON form; nothing is coerced.

    A field the type does not know is ignored, unless ``forbid_unknown``; a missing one takes its default.

    Raises:
        Malformed: the JSON value does not have the form of the type.
    """
    try:
        text = json_bytes(data)
    except ValueError as error:
        raise Malformed(kind.__name__, (Fault(field="value", rule="holds text that is not Unicode"),)) from error
    return from_json_text(kind, text, forbid_unknown=forbid_unknown)


def from_json_text(kind: type[T], text: str | bytes, *, forbid_unknown: bool = False) -> T:
    """
    Read a value of a type from the text of its JSON form, as ``from_json`` does.

    Raises:
        Malformed: the text is not of that form.
    """
    unknown: Literal["forbid", "ignore"] = "forbid" if forbid_unknown else "ignore"
    try:
        read: T = _codec(kind).validator.validate_json(text, strict=True, extra=unknown)
    except ValidationError as error:
        raise Malformed(kind.__name__, tuple(_fault(dict(each)) for each in error.errors(include_url=False))) from error
    return read


def event_kind(event: Event | type[Event]) -> str:
    """Name an event as the record does: ``SilenceBroken`` is ``silence_broken``."""
    return snake_case(event if isinstance(event, type) else type(event))


def decode_command(types: Decider[Any] | Sequence[type[Command]], kind: str, data: Any) -> Command:
    """
    Read a command of a kind; a field it does not know is an error.

    Raises:
        UnknownKind: no command of that kind is among the types.
        Malformed: the data are not those of the command.
    """
    known = types.commands if isinstance(types, Decider) else types
    return from_json(_named(tuple(known), kind), data, forbid_unknown=True)


def decode_event(types: Decider[Any] | Sequence[type[Event]], kind: str, data: Any) -> Event:
    """
    Read a recorded event of a kind; fields added since take their defaults, fields dropped since are ignored.

    Raises:
        UnknownKind: no event of that kind is among the types.
        Malformed: the data are not those of the event.
    """
    known = types.events if isinstance(types, Decider) else types
    return from_json(_named(tuple(known), kind), data)


def _named(types: tuple[type[M], ...], kind: str) -> type[M]:
    known = _by_kind(types)
    if kind not in known:
        raise UnknownKind(f"there is no {kind}; there are {', '.join(sorted(known))}")
    found: type[M] = known[kind]
    return found


def snake_case(message: type[Any]) -> str:
    """Name a command or event as people write it."""
    return type_name.sub("_", message.__name__).lower()


def prepare_codecs(types: Iterable[type[Any]]) -> None:
    """Compile the readers and writers of types ahead of need: a workflow task has no time for it."""
    for each in types:
        _codec(each)


@lru_cache(maxsize=256)
def _by_kind(types: tuple[type[Any], ...]) -> dict[str, type[Any]]:
    return {snake_case(each): each for each in types}


def _codec(kind: type[Any]) -> _Codec:
    if kind not in _CODECS:
        schema = _adapted(TypeAdapter(kind).core_schema)
        _CODECS[kind] = _Codec(SchemaValidator(schema), SchemaSerializer(schema))
    return _CODECS[kind]


def _adapted(schema: Any) -> Any:
    """Put our own instants and durations wherever a schema has pydantic's, and leave out fields added later."""
    if isinstance(schema, dict):
        ours = _MOMENTS.get(schema.get("type", "")) if isinstance(schema.get("type"), str) else None
        if ours:
            return ours
        inner: dict[str, Any] = {key: _adapted(part) for key, part in schema.items()}
        if inner.get("type") == "dataclass":
            _leave_out_added(inner["cls"], inner["schema"])
        return inner
    if isinstance(schema, list):
        return [_adapted(part) for part in schema]
    return schema


def _leave_out_added(kind: type[Any], schema: dict[str, Any]) -> None:
    later = {f.name: f.default if f.default is not MISSING else {} for f in fields(kind) if f.metadata.get(ADDED)}
    for each in schema.get("fields", ()):
        if each["name"] in later:
            each["serialization_exclude_if"] = _holding(later[each["name"]])


def _holding(default: Any) -> Callable[[Any], bool]:
    return lambda value: value == default


def _fault(error: dict[str, Any]) -> Fault:
    field = ".".join(str(part) for part in error["loc"] if part != "[key]") or "value"
    rule = _RULES.get(error["type"]) or str(error["msg"]).removeprefix("Value error, ")
    return Fault(field=field, rule=rule[:1].lower() + rule[1:])
