"""What the API itself refuses, in the domain's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.domain.message import NotFound, Refusal

#: Refusals behind which something may be that the caller may not know of; then all it is told is that nothing is there.
HIDING = frozenset({"NotPermitted", "NotFound"})


class Refused(Exception):
    """A request was refused: the refusal's name, its sentence, its facts, and the command's id if it was taken in."""

    def __init__(self, name: str, sentence: str, facts: Mapping[str, Any], command_id: str | None = None) -> None:
        super().__init__(sentence)
        self.name = name
        self.sentence = sentence
        self.facts = facts
        self.command_id = command_id


def refused(refusal: Refusal) -> Refused:
    """Return the exception that carries a refusal to the edge."""
    return Refused(type(refusal).__name__, refusal.sentence, refusal.facts)


def not_found(what: str, which: str) -> Refused:
    """Say that something is not there; the same whether it is not, or is not for who asks."""
    return refused(NotFound(what=what, which=which))
