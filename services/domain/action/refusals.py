"""Why something asked of an action item is refused."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.message import Refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnConfirmation(Refusal):
    """{owner} owns this action and cannot confirm its own work; another entity confirms it for the chair."""

    owner: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnerNotMember(Refusal):
    """{entity} cannot own an action: owners are members, and it is {status}."""

    entity: str
    status: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RungNotHoldable(Refusal):
    """Rung {rung} goes to the {to} of the owner's own entity; only rungs to chair or heads of entity can be held."""

    rung: int
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RungNotPending(Refusal):
    """Rung {rung} cannot be held any more: {why}."""

    rung: int
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NothingDue(Refusal):
    """Nothing of this action was due at that instant ({label})."""

    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionRecordClosed(Refusal):
    """The record of action {action} is closed; a new action can be assigned."""

    action: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReconciliationNeeded(Refusal):
    """
    {bodies} adopted different due dates for action {action}, and none of them alone can change it.

    Let {reconciler} decide: change the due date for that body.
    """

    action: str
    bodies: tuple[str, ...]
    reconciler: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptedAlready(Refusal):
    """{body} adopted action {action} already; it follows it in its matrix."""

    body: str
    action: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CalendarKeptAlready(Refusal):
    """The action reckons with that calendar of {delegation} already."""

    delegation: str
