"""What may be asked of an action item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.calendar import CalendarTable
from services.domain.field import added
from services.domain.membership import Membership
from services.domain.message import Command, Content
from services.domain.procedure import ActionParameters


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenAction(Command):
    """
    The cycle opens an action for an owner; the first command of every action item.

    ``due_at`` is UTC; ``text`` and ``paragraph`` name what it follows from. Reminders and ladder are reckoned from
    ``parameters`` on the owner's calendar in ``membership`` with the offsets of ``calendar`` (domain.md LD-1).
    """

    id: str
    body: str
    cycle: int
    owner: str
    title: Content
    due_at: datetime
    membership: Membership
    calendar: CalendarTable
    parameters: ActionParameters
    day_ends: str
    chair_entity: str
    supporting: tuple[str, ...] = ()
    text: str | None = None
    paragraph: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportProgress(Command):
    """The owner or a supporting entity tells how the work goes."""

    note: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Complete(Command):
    """The owner says that the work is done, and shows it."""

    evidence: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirm(Command):
    """Another entity than the owner, for the chair, agrees that the work is done."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reopen(Command):
    """The chair takes a finished or completed action up again; of its moments only those still to come resume."""

    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Reassign(Command):
    """The chair gives the action to another owner; due instant, reminders and ladder stand."""

    owner: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Drop(Command):
    """The chair ends the action without a result."""

    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Supersede(Command):
    """Its home ends the action because action ``by`` takes its place."""

    by: str
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeDue(Command):
    """
    The chair moves the due instant (UTC), and with it reminders and ladder.

    ``body`` is the body that decides so, where that is not the action's own: the one that all which adopted it report
    to. It settles a conflicting adoption, by the due instant that stands or by another.
    """

    due: datetime
    reason: Content
    body: str | None = added(None)


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldRung(Command):
    """The coordinator holds rung ``rung``, counted from 1, until an instant (UTC) at which it goes (domain.md LD-2)."""

    rung: int
    until: datetime
    reason: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class CarryOver(Command):
    """The closing cycle hands the action to stream ``to``, its home from now on; in place of ``home``, if said."""

    to: str
    home: str = added("")


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptJointly(Command):
    """
    A cycle of another body adopts the action too, due at ``due_at`` (UTC), and follows it from its stream ``home``.

    ``reconciler`` is the body that both report to.
    """

    body: str
    cycle: int
    home: str
    chair_entity: str
    due_at: datetime
    reconciler: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseRecord(Command):
    """The home has done with a finished action: nothing more is appended to its stream."""
