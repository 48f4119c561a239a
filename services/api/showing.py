"""
How answers show instants and texts: every instant in UTC and in the viewer's zone, every reference as its words.

Read models are validated straight from domain values; what only the answer knows (zone, opened texts) is the context.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    model_serializer,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from services.domain.message import Content
from services.wire.moment import read_instant, write_duration, write_instant

T = TypeVar("T")
LOCAL = "_local"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z")


@dataclass(frozen=True, slots=True)
class Showing:
    """
    For whom an answer is: the zone instants are shown in, and the texts opened for it by address.

    While ``texts`` is ``None`` nothing is shown yet: the references an answer needs gather in ``wanted``.
    """

    zone: ZoneInfo
    texts: Mapping[str, bytes | None] | None = None
    wanted: list[Content] = field(default_factory=list)


def _told_in_zone(value: Any, info: ValidationInfo) -> Any:
    return value.astimezone(_showing(info).zone) if isinstance(value, datetime) else value


def worded(value: Any, info: ValidationInfo) -> Any:
    """Return a text for its reference: its words, nothing once it is erased; anything else as it is."""
    if not isinstance(value, Content):
        return value
    showing = _showing(info)
    if showing.texts is None:
        showing.wanted.append(value)
        return ""
    data = showing.texts[value.address]
    return None if data is None else data.decode()


def _own_zone(_value: Any, info: ValidationInfo) -> Any:
    return _showing(info).zone.key


def _spelt(value: Any) -> Any:
    return write_duration(value) if isinstance(value, timedelta) else value


def _showing(info: ValidationInfo) -> Showing:
    if not isinstance(info.context, Showing):
        raise TypeError("an answer is made for somebody: validate it with a Showing as context")
    return info.context


def with_local(facts: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """Return plain facts with, beside each instant among them, the same instant in a zone."""
    told: dict[str, Any] = {}
    for name, fact in facts.items():
        told[name] = fact
        if isinstance(fact, str) and _INSTANT.fullmatch(fact):
            told[name + LOCAL] = read_instant(fact).astimezone(zone).isoformat()
    return told


def _facts_in_zone(value: Any, info: ValidationInfo) -> Any:
    return with_local(value, _showing(info).zone) if isinstance(value, Mapping) else value


def parts_of(value: Any, **more: Any) -> dict[str, Any]:
    """Return the fields of a domain value by name, and more beside or instead of them."""
    return {each.name: getattr(value, each.name) for each in fields(value)} | more


Facts = Annotated[
    dict[str, Any],
    BeforeValidator(_facts_in_zone),
    Field(description="Plain values by name; beside each instant, as `…_local`, the same in the viewer's zone."),
]
Instant = Annotated[datetime, BeforeValidator(_told_in_zone)]
Words = Annotated[
    str | None, BeforeValidator(worded), Field(description="A text; `null` if there is none, or once it is erased.")
]
Duration = Annotated[str, BeforeValidator(_spelt), Field(description="An ISO 8601 duration.", examples=["PT72H"])]
Zone = Annotated[
    str,
    BeforeValidator(_own_zone),
    Field(default="", validate_default=True, description="The viewer's own zone, in which `…_local` instants are."),
]


class Read(BaseModel):
    """Part of an answer; each of its instants stands there twice, in UTC and, as ``…_local``, in the viewer's zone."""

    model_config = ConfigDict(from_attributes=True, frozen=True, json_schema_serialization_defaults_required=True)

    @model_serializer(mode="wrap")
    def _with_local_instants(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = {}
        instants = instants_of(type(self))
        for name, value in handler(self).items():
            if name not in instants:
                told[name] = value
                continue
            at: datetime | None = getattr(self, name)
            told[name] = write_instant(at) if at else None
            told[name + LOCAL] = at.isoformat() if at else None
        return told

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Describe the fields as they are told; the serializer would hide them."""
        plain: Any = {key: part for key, part in core_schema.items() if key != "serialization"}
        schema = handler.resolve_ref_schema(handler(plain))
        properties: dict[str, Any] = {}
        instants = instants_of(cls)
        for name, described in schema.get("properties", {}).items():
            properties[name] = described
            if name in instants:
                properties[name + LOCAL] = {**described, "title": described.get("title", name) + " Local"}
        required = [each for name in schema.get("required", []) for each in _told_names(name, instants)]
        return {**schema, "properties": properties, **({"required": required} if required else {})}


def instants_of(kind: type[BaseModel]) -> frozenset[str]:
    """Return the fields of a model that hold instants."""
    return frozenset(name for name, info in kind.model_fields.items() if _is_instant(info.annotation))


def _is_instant(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        return _is_instant(get_args(annotation)[0])
    return annotation is datetime or any(_is_instant(each) for each in get_args(annotation) if each is not annotation)


def _told_names(name: str, instants: frozenset[str]) -> tuple[str, ...]:
    return (name, name + LOCAL) if name in instants else (name,)


class Answer(Read):
    """A whole answer."""

    zone: Zone


class Page(Answer, Generic[T]):
    """Some of a list; `next` is the cursor of the rest, `null` at its end."""

    items: tuple[T, ...]
    next: str | None = None
