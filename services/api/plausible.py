"""Examples for the published contract: what a schema describes, with words as they might really be sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

INSTANT = "2040-03-06T08:00:00Z"
LOCAL = "2040-03-06T09:00:00+01:00"
DAY = "2040-03-06"
REFERENCE = "#/components/schemas/"
#: What only few requests carry; their form is documented, and an example is plainer without them.
RARE = frozenset({"on_behalf", "waive"})
#: By the name of a field, what might stand there.
NAMED: Mapping[str, Any] = {
    "action": "a-5d41402abc4b2a76",
    "address": "desk@afripol.example",
    "appointment": "ap-7d793037a0760186",
    "appointments": "ap-7d793037a0760186",
    "at": INSTANT,
    "audience": "members_and_observers",
    "base": 1,
    "base_version": 1,
    "because": "silence expires",
    "bodies": "wg-sc",
    "body": "dialogue",
    "broken_by": "FRONTEX",
    "by": "FRONTEX",
    "change": "amended",
    "channel": "smtp",
    "code": "AFRIPOL",
    "command": "object",
    "command_id": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "comment": "We agree, and thank the chair.",
    "cycle": 9,
    "delegation": "SCO_SECRETARIAT",
    "detail": "The procedure is adopted; nothing can be objected to any more.",
    "digest": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "entities": "AFRIPOL",
    "entity": "AFRIPOL",
    "evidence": "Note verbale 12/2040, kept in the convenor's registry",
    "field": "period",
    "freq": "YEARLY",
    "held_by": "head_of_delegation",
    "id": "t-2b00042f7481c7b0",
    "instance": "/v1/procedures/s-1f2e3d4c5b6a7988/objections",
    "item": "i-0cc175b9c0f1b6a8",
    "items": "i-0cc175b9c0f1b6a8",
    "key": "k-8277e0910d750195",
    "kind": "ordinary",
    "label": "contributions",
    "lead": "EUROPOL",
    "local_start": "09:00",
    "method": "POST",
    "mode": "hybrid",
    "name": "Amina Benali",
    "names": {"en": "African Union Mechanism for Police Cooperation"},
    "note": "The list of contact points has been sent.",
    "number": 9,
    "others": "wg-fa",
    "owner": "EUROPOL",
    "paragraph": "5b",
    "paragraphs": {"1": "The members have met in Lyon.", "5b": "They agree to connect by I-24/7."},
    "path": "/v1/procedures/s-1f2e3d4c5b6a7988/objections",
    "person": "p-45c48cce2e2d7fbd",
    "place": "Lyon",
    "policy_digest": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    "presence": "in_person",
    "procedure": "s-1f2e3d4c5b6a7988",
    "purpose": "decision",
    "reason": "Paragraph 5b needs another word.",
    "reckoned_in": "Europe/Paris",
    "reconciler": "dialogue",
    "refusal": "SilenceNotOpen",
    "remedy": "write it like PT72H",
    "reports_to": "dialogue",
    "role": "head_of_delegation",
    "rrule": "FREQ=YEARLY;BYMONTH=10;BYDAY=2WE",
    "rule": "should be a duration",
    "scopes": "act",
    "seat": "AFRIPOL",
    "sentence": "The procedure is adopted; nothing can be objected to any more.",
    "series": "sr-6512bd43d9caa6e0",
    "session": "P2D",
    "state": "opened",
    "statement": "We stand apart from this paragraph.",
    "status": "member",
    "stream": "cycle/dialogue/9",
    "subject": "Joint communiqué of the 9th edition",
    "text": "The members have met in Lyon.",
    "text_new": "They agree to connect by I-24/7, the preferred solution.",
    "title": "Joint communiqué of the 9th edition",
    "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "version": 2,
    "what": "silence",
    "which": "s-1f2e3d4c5b6a7988",
    "who": "AFRIPOL as focal_point",
    "why": "rule chair-only",
    "zone": "Europe/Paris",
}
#: By model and field, where a field's name says something else than elsewhere.
OF_MODEL: Mapping[tuple[str, str], Any] = {
    ("CycleTableText", "kind"): "joint_communique",
    ("PersonEnrolPerson", "name"): "Amina Benali",
    ("CalendarChangeCalendar", "calendar"): "AFRIPOL@2",
    ("CommandRead", "kind"): "object",
    ("CommandRead", "stream"): "silence/s-1f2e3d4c5b6a7988",
    ("CommandRead", "links"): {"self": "/v1/commands/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    ("EventRead", "kind"): "silence_broken",
    ("EventRead", "facts"): {"entity": "FRONTEX"},
}


def example_of(schema: Mapping[str, Any], defined: Mapping[str, Any], name: str = "", model: str = "") -> Any:
    """Return an example of what a schema describes; ``name`` is the field it stands in, of a model."""
    if "$ref" in schema:
        of = str(schema["$ref"]).removeprefix(REFERENCE)
        return example_of(defined[of], defined, name, of)
    if (model, name) in OF_MODEL:
        return OF_MODEL[model, name]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return example_of(schema[choice][0], defined, name, model)
    return _said(schema, name) or _made(schema, defined, name, model)


def _said(schema: Mapping[str, Any], name: str) -> Any:
    """Return what a schema itself, or the name of its field, gives for an example; nothing if neither does."""
    if "const" in schema:
        return schema["const"]
    if schema.get("format") in {"date-time", "date"}:
        is_local = name.endswith("_local")
        return DAY if schema["format"] == "date" else LOCAL if is_local else INSTANT
    told = [*schema.get("enum", ()), *schema.get("examples", ())]
    if told:
        return told[0]
    known = NAMED.get(name)
    return known if KINDS_OF.get(str(schema.get("type"))) is type(known) else None


def _made(schema: Mapping[str, Any], defined: Mapping[str, Any], name: str, model: str) -> Any:
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return _object(schema, defined, name, model)
    if kind == "array":
        each = schema.get("prefixItems") or [schema["items"]]
        return [example_of(of, defined, name, model) for of in each]
    return {"integer": max(1, int(schema.get("minimum", 1))), "boolean": False, "null": None}.get(str(kind), "A word")


def _object(schema: Mapping[str, Any], defined: Mapping[str, Any], name: str, model: str) -> dict[str, Any]:
    if "properties" in schema:
        own = schema.get("title", model)
        named = {each: of for each, of in schema["properties"].items() if each not in RARE}
        return {each: example_of(of, defined, each, str(own)) for each, of in named.items()}
    values = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
    of = next((each for each in values if isinstance(each, Mapping)), None)
    return {"1": example_of(of, defined, name, model)} if of else {}


#: The type of Python that a JSON type is, for what is looked up by name.
KINDS_OF: Mapping[str, type] = {"string": str, "integer": int, "object": dict}
