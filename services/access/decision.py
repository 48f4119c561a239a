"""Decides who may do or read what: Cedar statements over plain values, one function for every caller."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import cedarpy

from services.access.edition import Edition, read_edition
from services.access.request import AccessRequest, Principal, Resource

#: the rule of a denial that no statement spoke for: what is not permitted is denied
DEFAULT_DENY = "default-deny"
#: the rule of a denial because the question could not be evaluated to the end
ERROR_IS_DENIAL = "error-is-denial"

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessDecision:
    """
    An answer, with the ids of the statements it rests on and the digest of the policy it was given under.

    A denial rests on the statements that forbid, else on ``default-deny`` or ``error-is-denial``.
    """

    allowed: bool
    rules: tuple[str, ...]
    policy_digest: str
    errors: tuple[str, ...] = ()

    def and_also(self, other: AccessDecision) -> AccessDecision:
        """Return the decision that rests on both: the other's rules too, or the first denial of the two."""
        if not (self.allowed and other.allowed):
            return other if self.allowed else self
        return replace(self, rules=(*self.rules, *other.rules))


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessPolicy:
    """
    One edition of the access policy, parsed once; immutable, and safe to share between threads.

    Cedar skips a statement it cannot evaluate, were it one that forbids; so here any diagnostic is a denial.
    """

    edition: Edition

    @classmethod
    def load(cls, folder: Path) -> AccessPolicy:
        """
        Load the policy files of a folder.

        Raises:
            PolicyRejected: a file is wrong; nothing is loaded.
        """
        return cls(edition=read_edition(folder))

    @property
    def digest(self) -> str:
        """Return the digest that pins every decision to this edition."""
        return self.edition.digest

    def decide(self, principal: Principal, action: str, resource: Resource) -> AccessDecision:
        """Decide one question; denied by default."""
        request = AccessRequest(principal=principal, action=action, resource=resource)
        entities = [principal.document(self.edition.roles), resource.document]
        return self._answers([request.document], entities, {principal.role})[0]

    def decide_on_behalf(
        self, principal: Principal, action: str, resource: Resource, *, entity: str, status: str
    ) -> AccessDecision:
        """
        Decide whether a paper act of ``entity`` may be recorded on its behalf (domain.md OB-1).

        The principal has to be one who may record, and the act one that the entity's head of delegation could do.
        """
        represented = replace(principal, entity=entity, status=status, role="head_of_delegation")
        recording = self.decide(principal, "act_on_behalf", resource)
        return recording.and_also(self.decide(represented, action, resource))

    def decide_all(self, requests: Sequence[AccessRequest]) -> tuple[AccessDecision, ...]:
        """Decide many questions at once, in their order; for the items of a page."""
        principals = numbered(r.principal for r in requests)
        resources = numbered(r.resource for r in requests)
        entities = [renamed(p.document(self.edition.roles), number) for p, number in principals.items()]
        entities += [renamed(r.document, number) for r, number in resources.items()]
        documents = [r.document for r in requests]
        for document, request in zip(documents, requests, strict=True):
            document["principal"]["id"] = principals[request.principal]
            document["resource"]["id"] = resources[request.resource]
        return self._answers(documents, entities, {p.role for p in principals})

    def _answers(
        self, documents: list[dict[str, Any]], entities: list[dict[str, Any]], roles: Container[str]
    ) -> tuple[AccessDecision, ...]:
        held = [*map(json.dumps, entities), *(text for role, text in self.edition.roles.items() if role in roles)]
        try:
            answers = cedarpy.is_authorized_batch(
                documents, self.edition.policies, f"[{','.join(held)}]", schema=self.edition.schema
            )
        except ValueError as wrong:
            return tuple(self._failed([str(wrong)]) for _ in documents)
        return tuple(self._read(answer) for answer in answers)

    def _read(self, answer: cedarpy.AuthzResult) -> AccessDecision:
        told = answer.diagnostics
        if told.errors:
            return self._failed(told.errors)
        rules = tuple(sorted(told.id_annotations_by_reason.values())) or (DEFAULT_DENY,)
        return AccessDecision(allowed=answer.allowed, rules=rules, policy_digest=self.digest)

    def _failed(self, errors: list[str]) -> AccessDecision:
        return AccessDecision(allowed=False, rules=(ERROR_IS_DENIAL,), policy_digest=self.digest, errors=tuple(errors))


def numbered(values: Iterable[T]) -> dict[T, str]:
    """Number the different ones among values, so that two states of one thing may stand in one question."""
    return {value: str(number) for number, value in enumerate(dict.fromkeys(values))}


def renamed(entity: dict[str, Any], number: str) -> dict[str, Any]:
    """Give an entity the number it goes by in a question about many."""
    return {**entity, "uid": {**entity["uid"], "id": number}}
