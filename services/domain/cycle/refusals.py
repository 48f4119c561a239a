"""Why a meeting cycle says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.message import Refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class AlreadyProposed(Refusal):
    """Cycle {number} of {body} was proposed already; a number is used once."""

    body: str
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CannotReckon(Refusal):
    """The deadlines of the steps cannot be reckoned: {why}. Give a calendar table that covers them."""

    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AnotherCycleLive(Refusal):
    """Another {kind} cycle of {body} is live; this one waits until that one is adopted or cancelled."""

    body: str
    kind: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShortNotice(Refusal):
    """
    {label} had to be done before {due_at} and it is {at}.

    Waive the notice with a reason, or choose a later session.
    """

    label: str
    due_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OverlapsLiveCycle(Refusal):
    """Cycle {number} of {body} is live and meets from {starts} to {ends}; choose a session that does not overlap it."""

    body: str
    number: int
    starts: datetime
    ends: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportsToNobody(Refusal):
    """By its charter {body} reports to no other body; put the outcome on its own next agenda instead."""

    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportsElsewhere(Refusal):
    """By its charter {body} reports to {to} and not to {given}; name {to}, or leave the body out."""

    body: str
    given: str
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoReconciler(Refusal):
    """{body} and {others} report to no body in common, so nobody could reconcile them; assign an action of its own."""

    body: str
    others: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AlreadyVirtual(Refusal):
    """The session is held at a distance already."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionNotDue(Refusal):
    """The session starts at {starts}; it cannot be opened before its first day in {zone}."""

    starts: datetime
    zone: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaEmpty(Refusal):
    """No item has been proposed; an agenda has at least one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NoQuorum(Refusal):
    """{present} members are present and {required} make a quorum: decisions wait, discussion may go on."""

    present: int
    required: int


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionMoved(Refusal):
    """Version {given} of text {text} is not the one before the members; that is version {current}. Read it first."""

    text: str
    given: int
    current: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TextUnderSilence(Refusal):
    """Text {text} is before the members in procedure {procedure}; act there, or wait until it ends."""

    text: str
    procedure: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RedraftNeeded(Refusal):
    """
    Version {version} of text {text} was broken in procedure {procedure}.

    Amend it first, or reopen that procedure once all objections are lifted.
    """

    text: str
    version: int
    procedure: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlreadyDissociated(Refusal):
    """{entity} is dissociated from paragraph {paragraph} already."""

    entity: str
    paragraph: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoCorrectionToRefuse(Refusal):
    """Version {version} of text {text} is not an editorial correction that stands."""

    text: str
    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureRunning(Refusal):
    """Procedure {procedure} still runs; the cycle can be closed when it has ended."""

    procedure: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlreadyCorrected(Refusal):
    """Event {event} was corrected by event {corrected_by}; correct that one."""

    event: int
    corrected_by: int


@dataclass(frozen=True, kw_only=True, slots=True)
class NothingDue(Refusal):
    """Nothing labelled {label} falls due here at {due_at}."""

    label: str
    due_at: datetime
