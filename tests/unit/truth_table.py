"""The truth table of the access policy as values: rows, the circumstances they speak of, and all there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from services.access.request import AccessRequest, Principal, Resource, ResourceKind

ACCESS = Path(__file__).parents[2] / "policies" / "access"
ROLES = ("head_of_entity", "head_of_delegation", "alternate", "focal_point", "coordinator", "chair", "auditor")
STATUSES = ("member", "observer", "guest", "former", "none")
SCOPES = frozenset({"read", "act", "administer", "feed"})
OWN, OTHER, CONVENOR = "FRONTEX", "AIMC", "INTERPOL"
RELATIONS: Mapping[ResourceKind, tuple[str, ...]] = {
    ResourceKind.REGISTER: ("own", "self", "other"),
    ResourceKind.BODY: ("own", "other"),
    ResourceKind.CYCLE: ("named", "other"),
    ResourceKind.ITEM: ("own", "named", "other"),
    ResourceKind.TEXT: ("own", "named", "other"),
    ResourceKind.PROCEDURE: ("other",),
    ResourceKind.ACTION_ITEM: ("own", "supporting", "convenor", "other"),
    ResourceKind.NOTICE: ("own", "other"),
    ResourceKind.COMMAND_RECORD: ("own", "other"),
    ResourceKind.ACCOUNT: ("own", "other"),
}
BODIES = {"all": "*", "same": "dialogue", "other": "wg-fa"}
#: appointment and key, varied one at a time: a limit that holds alone holds with others
REACHES = (
    *(("all", lacking) for lacking in ("nothing", "read", "act", "administer", "feed")),
    ("same", "nothing"),
    ("other", "nothing"),
)


@dataclass(frozen=True, kw_only=True)
class Circumstance:
    """One question in the table's own words."""

    role: str
    status: str
    action: str
    kind: ResourceKind
    relation: str
    audience: str
    body: str
    key_lacks: str

    @property
    def request(self) -> AccessRequest:
        """Return the question as the engine asks it."""
        entity = "" if self.role == "auditor" else OWN
        principal = Principal(
            person="p-1",
            entity=entity,
            role=self.role,
            status=self.status,
            body=BODIES[self.body],
            scopes=SCOPES - {self.key_lacks},
            appointment="ap-1",
        )
        return AccessRequest(principal=principal, action=self.action, resource=self._resource(entity))

    def _resource(self, entity: str) -> Resource:
        is_persons = self.kind in {ResourceKind.COMMAND_RECORD, ResourceKind.ACCOUNT}
        own = "p-1" if is_persons else entity
        # its own action is the hardest one to keep it from confirming: its entity convenes and has the chair as well
        leading = own if self.relation == "own" else CONVENOR
        return Resource(
            kind=self.kind,
            id="r-1",
            body="dialogue",
            owner={"own": own, "self": own, "convenor": CONVENOR}.get(self.relation, OTHER),
            appointment="ap-1" if self.relation == "self" else "ap-2",
            audience=self.audience,
            named=frozenset({OTHER, *([entity] if self.relation == "named" else [])}),
            supporting=frozenset({CONVENOR, *([entity] if self.relation == "supporting" else [])}),
            chair_entity=leading,
            convenor=leading,
        )


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: whom and what it speaks of, and the rule it rests on."""

    rule: str
    source: str
    roles: frozenset[str]
    statuses: frozenset[str]
    actions: frozenset[str]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def speaks_of(self, asked: Circumstance) -> bool:
        """Tell whether a circumstance falls under the row."""
        return (
            asked.action in self.actions
            and asked.role in self.roles
            and asked.status in self.statuses
            and all(getattr(asked, name) in values for name, values in self.when.items())
        )


@dataclass(frozen=True, kw_only=True)
class TruthTable:
    """The table as read."""

    groups: Mapping[str, frozenset[str]]
    allowed: tuple[Row, ...]
    denied: tuple[Row, ...]


def read_table(path: Path = ACCESS / "truth.yaml") -> TruthTable:
    """Read the table, its groups written out."""
    document = yaml.safe_load(path.read_text("utf-8"))
    groups = document["groups"]
    return TruthTable(
        groups={name: written_out([name], groups) for name in groups},
        allowed=tuple(read_row(row, groups) for row in document["allowed"]),
        denied=tuple(read_row(row, groups) for row in document["denied"]),
    )


def read_row(row: dict[str, Any], groups: Mapping[str, list[str]]) -> Row:
    """Read one row; roles and statuses left out mean all."""
    return Row(
        rule=row["rule"],
        source=row["source"],
        roles=written_out(row.get("roles", list(ROLES)), groups),
        statuses=written_out(row.get("statuses", list(STATUSES)), groups),
        actions=written_out(row["actions"], groups),
        when={name: tuple(values) for name, values in row.get("when", {}).items()},
    )


def written_out(names: list[str], groups: Mapping[str, list[str]]) -> frozenset[str]:
    """Replace names of groups by what they stand for."""
    parts = (written_out(groups[name], groups) if name in groups else frozenset({name}) for name in names)
    return frozenset().union(*parts)


def circumstances(actions: Mapping[str, frozenset[str]]) -> Iterator[Circumstance]:
    """Give every question there is: roles, statuses, actions, what they apply to and how it relates, reaches."""
    for action in sorted(actions):
        for kind in sorted(map(ResourceKind, actions[action])):
            audiences = ("all", "members") if kind in {ResourceKind.ITEM, ResourceKind.TEXT} else ("all",)
            for role, status, relation, audience, (body, lacks) in product(
                ROLES, STATUSES, RELATIONS[kind], audiences, REACHES
            ):
                yield Circumstance(
                    role=role,
                    status=status,
                    action=action,
                    kind=kind,
                    relation=relation,
                    audience=audience,
                    body=body,
                    key_lacks=lacks,
                )
