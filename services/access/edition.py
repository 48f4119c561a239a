"""One edition of the access policy: its files read, checked against their schema, digested; or a sentence why not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cedarpy

from services.wire.canonical import digest

SCHEMA = "schema.cedarschema"
ROLES = "roles.json"
STATEMENT = re.compile(r'^// (?P<sentence>.+)\n@id\("(?P<id>[a-z0-9-]+)"\)\n(?P<effect>permit|forbid) ', re.MULTILINE)
ACTION = re.compile(r'^action "(?P<name>\w+)"[^;]*?resource: \[(?P<resources>[^\]]*)\]', re.MULTILINE)


class PolicyRejected(ValueError):
    """The access policy cannot be used; ``file`` and ``sentence`` say where and why."""

    def __init__(self, file: str, sentence: str) -> None:
        super().__init__(f"{file}: {sentence}")
        self.file = file
        self.sentence = sentence


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One statement of the policy: its id, its effect, the file it stands in, and the sentence above it."""

    id: str
    effect: str
    file: str
    sentence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """
    A checked edition; ``digest`` is the SHA-256 over all its files, ``roles`` each role's Cedar entity as JSON.

    ``actions`` has, for every action, the kinds of resource it applies to.
    """

    digest: str
    rules: Mapping[str, Rule]
    actions: Mapping[str, frozenset[str]]
    roles: Mapping[str, str]
    schema: cedarpy.Schema
    policies: cedarpy.PolicySet


def read_edition(folder: Path) -> Edition:
    """
    Read and check the files of a folder: ``*.cedar``, ``schema.cedarschema``, ``roles.json``.

    Raises:
        PolicyRejected: a file is missing or wrong, a statement has no sentence or id, or two have the same id.
    """
    statements = {path.name: path.read_text("utf-8") for path in sorted(folder.glob("*.cedar"))}
    if not statements:
        raise PolicyRejected(str(folder), "there is no .cedar file here; without statements everything is denied")
    schema_text, roles_text = read(folder, SCHEMA), read(folder, ROLES)
    schema = parse_schema(schema_text)
    rules: dict[str, Rule] = {}
    for file, text in statements.items():
        check_statements(file, text, schema)
        for rule in rules_of(file, text):
            if rule.id in rules:
                raise PolicyRejected(file, f"{rule.id} is the id of a statement in {rules[rule.id].file} already")
            rules[rule.id] = rule
    return Edition(
        digest=digest({**statements, SCHEMA: schema_text, ROLES: roles_text}),
        rules=rules,
        actions={m["name"]: frozenset(m["resources"].split(", ")) for m in ACTION.finditer(str(schema))},
        roles=roles_of(roles_text, schema),
        schema=schema,
        policies=cedarpy.PolicySet.from_str("\n".join(statements.values())),
    )


def read(folder: Path, file: str) -> str:
    """Read one file of the edition."""
    try:
        return (folder / file).read_text("utf-8")
    except OSError as missing:
        raise PolicyRejected(file, f"cannot be read: {missing.strerror}") from missing


def parse_schema(text: str) -> cedarpy.Schema:
    """Parse the schema."""
    try:
        return cedarpy.Schema.from_str(text)
    except ValueError as wrong:
        raise PolicyRejected(SCHEMA, str(wrong)) from wrong


def check_statements(file: str, text: str, schema: cedarpy.Schema) -> None:
    """Check one file against the schema; an attribute, an action or a type that is not there is found here."""
    checked = cedarpy.validate_policies(text, schema)
    if checked.validation_passed:
        return
    names = checked.id_annotations_by_policy_id
    found = (f"{names.get(e.policy_id) or e.policy_id}: {e.error}".removeprefix(": ") for e in checked.errors)
    raise PolicyRejected(file, "; ".join(found))


def rules_of(file: str, text: str) -> Iterator[Rule]:
    """Give the statements of a file; each has a sentence in a comment and an ``@id`` right above it."""
    found = [Rule(id=m["id"], effect=m["effect"], file=file, sentence=m["sentence"]) for m in STATEMENT.finditer(text)]
    parsed = json.loads(cedarpy.policies_to_json_str(text))
    count = len(parsed["staticPolicies"]) + len(parsed["templates"])
    if len(found) != count:
        raise PolicyRejected(
            file, f"{count - len(found)} of {count} statements lack the comment line and the @id that stand above each"
        )
    yield from found


def roles_of(text: str, schema: cedarpy.Schema) -> Mapping[str, str]:
    """Return each role's Cedar entity, by name, as JSON."""
    try:
        cedarpy.Entities.from_json_str(text, schema)
    except ValueError as wrong:
        raise PolicyRejected(ROLES, f"is no list of Cedar entities of the schema's type Role: {wrong}") from wrong
    return {entity["uid"]["id"]: json.dumps(entity) for entity in json.loads(text)}
