"""How an action item is opened, and what owner and due instant it can have."""

from __future__ import annotations

from datetime import datetime

from services.domain.action.commands import OpenAction
from services.domain.action.events import ActionOpened
from services.domain.action.moments import Moment, moments
from services.domain.action.refusals import OwnerNotMember
from services.domain.action.state import ActionItem
from services.domain.deadline import whole_second
from services.domain.membership import Membership, ParticipationStatus
from services.domain.message import BadArgument, Context, Event, NotFound, Refusal, plain, refuse
from services.domain.working_days import calendar_of


def open_action(command: OpenAction, context: Context) -> tuple[Event, ...]:
    """Open the action with the moments that lie ahead; those whose instant has passed already never go."""
    planned = plan_opening(command, context.at)
    if isinstance(planned, Refusal):
        return refuse(command, planned, context)
    return (
        ActionOpened(
            at=context.at,
            actor=context.actor,
            id=command.id,
            body=command.body,
            cycle=command.cycle,
            owner=command.owner,
            supporting=command.supporting,
            title=command.title,
            due_at=whole_second(command.due_at),
            text=command.text,
            paragraph=command.paragraph,
            membership=command.membership,
            calendar=command.calendar,
            parameters=command.parameters,
            day_ends=command.day_ends,
            chair_entity=command.chair_entity,
            moments=planned,
        ),
    )


def check_opening(command: OpenAction, at: datetime) -> Refusal | None:
    """Return why the action could not be opened at an instant, so that a cycle refuses where its caller hears it."""
    planned = plan_opening(command, at)
    return planned if isinstance(planned, Refusal) else None


def plan_opening(command: OpenAction, at: datetime) -> tuple[Moment, ...] | Refusal:
    """Return the moments ahead of an action opened at an instant, or why it cannot be opened."""
    return (
        owner_refusal(command.owner, command.membership, at)
        or supporting_refusal(command)
        or plan_due(terms=command, due_at=command.due_at, at=at)
    )


def plan_due(*, terms: OpenAction | ActionItem, due_at: datetime, at: datetime) -> tuple[Moment, ...] | Refusal:
    """
    Return the moments later than ``at`` for a due instant, counted on the first delegation of the owner.

    A due instant that is not later than ``at``, lies beyond the calendar table, or has moments that cannot be reckoned
    is refused.
    """
    if not at < due_at < terms.calendar.until:
        return BadArgument(
            field="due",
            rule="an action is due later than it is decided, and while its calendar table lasts",
            remedy=f"give an instant after {plain(at)} and before {plain(terms.calendar.until)}",
        )
    owner = terms.membership.entity(terms.owner)
    if owner is None:
        return NotFound(what="entity", which=terms.owner)
    reckoned = moments(
        due_at=whole_second(due_at),
        parameters=terms.parameters,
        calendar=calendar_of(owner.delegations[0], terms.calendar),
        day_ends=terms.day_ends,
        table=terms.calendar,
    )
    return reckoned if isinstance(reckoned, Refusal) else tuple(m for m in reckoned if m.at > at)


def owner_refusal(owner: str, membership: Membership, at: datetime) -> Refusal | None:
    """Return why an entity cannot own an action at an instant: it is unknown, or it is no member."""
    if membership.entity(owner) is None:
        return NotFound(what="entity", which=owner)
    status = membership.status_at(owner, at)
    if status is ParticipationStatus.MEMBER:
        return None
    return OwnerNotMember(entity=owner, status=status.value if status else "not yet a participant")


def supporting_refusal(command: OpenAction) -> Refusal | None:
    """Return why the supporting entities cannot stand: one is unknown, named twice, or is the owner."""
    for entity in command.supporting:
        if command.membership.entity(entity) is None:
            return NotFound(what="entity", which=entity)
    if len({command.owner, *command.supporting}) <= len(command.supporting):
        return BadArgument(
            field="supporting",
            rule="each supporting entity is named once and is not the owner",
            remedy=f"leave out {command.owner} and repetitions",
        )
    return None
