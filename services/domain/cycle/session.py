"""Decides on the session: who is present, when it opens and closes, whether there is a quorum (domain.md 5.1)."""

from __future__ import annotations

from services.domain.calendar import OutsideTable
from services.domain.cycle.admission import wrong_state
from services.domain.cycle.attendance import AWAY, at_the_table, away_as, has_written, quorum_at
from services.domain.cycle.commands import CloseSession, OpenSession, RecordPresence
from services.domain.cycle.events import PresenceRecorded, QuorumLost, QuorumMet, SessionClosed, SessionOpened
from services.domain.cycle.evolve import evolve_all
from services.domain.cycle.records import Presence
from services.domain.cycle.refusals import SessionNotDue
from services.domain.cycle.state import BEFORE_SESSION, UNTIL_SESSION_ENDS, Cycle, CycleState
from services.domain.message import BadArgument, Context, Event, NotFound, NotPermitted, Refusal, refuse
from services.domain.register_change import ChangeMembership, MembershipChanged


def record_presence(cycle: Cycle, command: RecordPresence, context: Context) -> tuple[Event, ...]:
    """Record how an entity, or one of its several delegations, takes part."""
    if refusal := wrong_state(cycle, UNTIL_SESSION_ENDS) or _wrong_presence(cycle, command, context):
        return refuse(command, refusal, context)
    recorded = PresenceRecorded(
        at=context.at,
        actor=context.actor,
        entity=command.entity,
        delegation=_one_of_several(cycle, command),
        presence=away_as(cycle, command.entity, command.presence),
    )
    return with_quorum(cycle, (recorded,), context)


def open_session(cycle: Cycle, command: OpenSession, context: Context) -> tuple[Event, ...]:
    """Open the session, with a quorum or without: without one there is discussion only."""
    if refusal := wrong_state(cycle, BEFORE_SESSION) or _too_early(cycle, context):
        return refuse(command, refusal, context)
    return with_quorum(cycle, (SessionOpened(at=context.at, actor=context.actor),), context)


def close_session(cycle: Cycle, command: CloseSession, context: Context) -> tuple[Event, ...]:
    """Close the session; what it means for the cycle depends on its texts."""
    if refusal := wrong_state(cycle, CycleState.IN_SESSION):
        return refuse(command, refusal, context)
    return (SessionClosed(at=context.at, actor=context.actor),)


def change_membership(cycle: Cycle, command: ChangeMembership, context: Context) -> tuple[Event, ...]:
    """Take over a dated status; in session it may make or lose a quorum."""
    changed = MembershipChanged(at=context.at, actor=context.actor, entity=command.entity, status=command.status)
    return with_quorum(cycle, (changed,), context)


def with_quorum(cycle: Cycle, events: tuple[Event, ...], context: Context) -> tuple[Event, ...]:
    """Return the events and, in session, what they do to the quorum."""
    after = evolve_all(cycle, events)
    quorum = quorum_at(after, context.at)
    if after.state is not CycleState.IN_SESSION or quorum.is_met == after.has_quorum:
        return events
    kind = QuorumMet if quorum.is_met else QuorumLost
    return (*events, kind(at=context.at, actor=context.actor, present=quorum.present, required=quorum.required))


def recorded_away(cycle: Cycle, entity: str) -> bool:
    """Tell whether an entity is recorded as absent or declined, all its delegations taken together."""
    return (
        any(mark.entity == entity for mark in cycle.presences)
        and {mark.presence for mark in cycle.presences if mark.entity == entity} <= AWAY
    )


def _too_early(cycle: Cycle, context: Context) -> Refusal | None:
    try:
        today = cycle.calendar.local(context.at, cycle.zone).date()
        first_day = cycle.calendar.local(cycle.starts, cycle.zone).date()
    except OutsideTable:
        return None if context.at >= cycle.starts else SessionNotDue(starts=cycle.starts, zone=cycle.zone)
    return None if today >= first_day else SessionNotDue(starts=cycle.starts, zone=cycle.zone)


def _wrong_presence(cycle: Cycle, command: RecordPresence, context: Context) -> Refusal | None:
    known = cycle.membership.entity(command.entity)
    if known is None:
        return NotFound(what="entity", which=command.entity)
    if command.entity not in at_the_table(cycle, context.at):
        return NotPermitted(who=command.entity, what="be present", why="it is not invited to this meeting")
    if command.delegation is not None and command.delegation not in {d.code for d in known.delegations}:
        return NotFound(what="delegation", which=command.delegation)
    if command.presence is Presence.ABSENT_WITH_WRITTEN_CONTRIBUTION and not has_written(cycle, command.entity):
        return BadArgument(
            field="presence",
            rule=f"{command.entity} has filed no written contribution",
            remedy="record it absent; a contribution filed later shows by itself",
        )
    return None


def _one_of_several(cycle: Cycle, command: RecordPresence) -> str | None:
    known = cycle.membership.entity(command.entity)
    return command.delegation if known and len(known.delegations) > 1 else None
