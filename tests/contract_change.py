"""What of a published contract another one breaks: for who sends, what was taken; for who reads, what was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Schema = Mapping[str, Any]


class Way(Enum):
    """Whether a schema describes what is sent to the API, which may take more, or what it tells."""

    SENT = "sent"
    TOLD = "told"


#: Bounds by their effect: sent, the first kind may only fall, the second only rise.
LOWER = ("minLength", "minimum", "minItems", "minProperties")
UPPER = ("maxLength", "maximum", "maxItems", "maxProperties")
CHOICES = ("anyOf", "oneOf")


def breaking(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return in sentences what callers of the one contract cannot rely on under the other."""
    return list(dict.fromkeys(_Comparison(before, after).paths()))


@dataclass
class _Comparison:
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    seen: set[tuple[str, str, Way]] = field(default_factory=set)

    def paths(self) -> Iterator[str]:
        for path, methods in self.before["paths"].items():
            for method, operation in methods.items():
                now = self.after["paths"].get(path, {}).get(method)
                if now is None:
                    yield f"{method.upper()} {path} is gone"
                else:
                    yield from self.operation(f"{method.upper()} {path}", operation, now)
        known = self.before["components"].get("examples", {})
        for name, example in known.items():
            now = self.after["components"].get("examples", {}).get(name)
            kind = example.get("value", {}).get("type") if isinstance(example.get("value"), dict) else None
            if kind and str(kind).startswith("/problems/") and now is None:
                yield f"the problem {kind} is gone"

    def operation(self, where: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
        for extension in ("operationId", "x-commands", "x-placed"):
            if extension in before and not _kept(before[extension], after.get(extension)):
                yield f"{where}: {extension} was {before[extension]}"
        yield from self.parameters(where, _named(before), _named(after))
        yield from self.body(where, before.get("requestBody"), after.get("requestBody"))
        for status, response in before["responses"].items():
            if status.startswith("2"):
                yield from self.answer(f"{where}: {status}", response, after["responses"].get(status))
        for status in after["responses"].keys() - before["responses"].keys():
            if status.startswith(("2", "3")):
                yield f"{where}: {status} is answered, which was not known"

    def parameters(self, where: str, before: Mapping[Any, Any], after: Mapping[Any, Any]) -> Iterator[str]:
        for key, parameter in before.items():
            if key not in after:
                yield f"{where}: the parameter {key[1]} is gone"
                continue
            if after[key].get("required") and not parameter.get("required"):
                yield f"{where}: the parameter {key[1]} has to be sent"
            yield from self.schema(f"{where}: {key[1]}", parameter["schema"], after[key]["schema"], Way.SENT)
        for key in after.keys() - before.keys():
            if after[key].get("required"):
                yield f"{where}: the new parameter {key[1]} has to be sent"

    def body(self, where: str, before: Any, after: Any) -> Iterator[str]:
        if after and after.get("required") and not (before or {}).get("required"):
            yield f"{where}: a body has to be sent"
        if not before:
            return
        for media, content in before["content"].items():
            if not after or media not in after["content"]:
                yield f"{where}: {media} is not taken any more"
            else:
                yield from self.schema(where, content["schema"], after["content"][media]["schema"], Way.SENT)

    def answer(self, where: str, before: Mapping[str, Any], after: Any) -> Iterator[str]:
        if after is None:
            yield f"{where} is not answered any more"
            return
        for media, content in before.get("content", {}).items():
            if media not in after.get("content", {}):
                yield f"{where}: {media} is not told any more"
            elif "schema" in content:
                yield from self.schema(where, content["schema"], after["content"][media]["schema"], Way.TOLD)

    def schema(self, where: str, before: Schema, after: Schema, way: Way) -> Iterator[str]:
        if "$ref" in before and "$ref" in after:
            key = (str(before["$ref"]), str(after["$ref"]), way)
            if key in self.seen:
                return
            self.seen.add(key)
        before, after = _resolved(before, self.before), _resolved(after, self.after)
        choices = [(_choices(before), _choices(after))]
        for was, now in choices:
            if len(was) > 1 or len(now) > 1:
                yield from self.choice(where, was, now, way)
                return
        yield from self.plain(where, before, after, way)

    def choice(self, where: str, before: list[Schema], after: list[Schema], way: Way) -> Iterator[str]:
        was = {_kind(each, self.before): each for each in before}
        now = {_kind(each, self.after): each for each in after}
        gone = was.keys() - now.keys() if way is Way.SENT else now.keys() - was.keys()
        for kind in sorted(gone):
            yield f"{where} {'may not' if way is Way.SENT else 'may'} be {kind} now"
        if way is Way.TOLD:
            for kind in sorted(was.keys() - now.keys() - {"null"}):
                yield f"{where} is no {kind} any more"
        for kind in was.keys() & now.keys():
            yield from self.schema(where, was[kind], now[kind], way)

    def plain(self, where: str, before: Schema, after: Schema, way: Way) -> Iterator[str]:
        if before.get("type") != after.get("type") and "type" in (before if way is Way.TOLD else after):
            yield f"{where} is {after.get('type', 'anything')} and was {before.get('type', 'anything')}"
            return
        if before.get("format") != after.get("format"):
            yield f"{where} is of the format {after.get('format')} and was of {before.get('format')}"
        yield from _values(where, before, after)
        if way is Way.SENT:
            yield from _bounds(where, before, after)
        yield from self.fields(where, before, after, way)
        for part in ("items", "additionalProperties"):
            was, now = before.get(part), after.get(part)
            if isinstance(was, Mapping) and isinstance(now, Mapping):
                yield from self.schema(f"{where}[]", was, now, way)

    def fields(self, where: str, before: Schema, after: Schema, way: Way) -> Iterator[str]:
        was, now = before.get("properties", {}), after.get("properties", {})
        for name in was:
            if name not in now:
                yield f"{where}: the field {name} is gone"
            else:
                yield from self.schema(f"{where}.{name}", was[name], now[name], way)
        needed, need = set(before.get("required", ())), set(after.get("required", ()))
        if way is Way.SENT:
            for name in sorted(need - needed):
                yield f"{where}: the field {name} has to be sent"
        else:
            for name in sorted((needed - need) & now.keys()):
                yield f"{where}: the field {name} is not always told any more"


def _kept(before: Any, after: Any) -> bool:
    """Tell whether an extension still says what it said."""
    if isinstance(before, list):
        return set(before) <= set(after or ())
    return bool(before == after)


def _named(operation: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(each["in"], each["name"]): each for each in operation.get("parameters", ())}


def _resolved(schema: Schema, contract: Mapping[str, Any]) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Schema = contract["components"]["schemas"][str(schema["$ref"]).rsplit("/", 1)[1]]
    return found


def _choices(schema: Schema) -> list[Schema]:
    return next((list(schema[choice]) for choice in CHOICES if choice in schema), [schema])


def _kind(schema: Schema, contract: Mapping[str, Any]) -> str:
    """Return what a choice is called: its model, else its type and format."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    told = _resolved(schema, contract)
    return " ".join(str(told[part]) for part in ("type", "format") if part in told) or "anything"


def _values(where: str, before: Schema, after: Schema) -> Iterator[str]:
    """Say which values of a closed list are gone; to close one that was open is a change of another kind."""
    if "enum" in after and "enum" not in before:
        yield f"{where} is one of a closed list now"
    for value in sorted(set(before.get("enum", ())) - set(after.get("enum", before.get("enum", ())))):
        yield f"{where} may not be {value} any more"


def _bounds(where: str, before: Schema, after: Schema) -> Iterator[str]:
    if "pattern" in after and after["pattern"] != before.get("pattern"):
        yield f"{where} has to be of the form {after['pattern']}"
    for bound in LOWER:
        if after.get(bound, 0) > before.get(bound, 0):
            yield f"{where}: {bound} rises to {after[bound]}"
    for bound in UPPER:
        if bound in after and after[bound] < before.get(bound, float("inf")):
            yield f"{where}: {bound} falls to {after[bound]}"
