"""What many rules ask first: who may act, whether it is in time, whether the rounds are used up (domain.md 5.2)."""

from __future__ import annotations

from datetime import datetime

from services.domain.message import BadArgument, Context, Event, NotPermitted, Refusal
from services.domain.silence.events import SentToMeeting
from services.domain.silence.refusals import SilenceNotOpen
from services.domain.silence.state import SilenceProcedure


def member_in_time(state: SilenceProcedure, context: Context, what: str) -> Refusal | None:
    """Refuse unless the acting entity is of the electorate and the act in time (a, c, j)."""
    if not state.is_elector(context.entity, context.at):
        return not_elector(context.entity, what)
    if context.at < state.opened_at:
        return not_yet_open(state)
    return None if state.is_open_at(context.at) else not_open(state)


def last_round(state: SilenceProcedure, context: Context, at: datetime) -> tuple[Event, ...]:
    """Send the text to a meeting by itself once its last round is broken or set aside (u)."""
    if state.round < state.parameters.max_rounds:
        return ()
    return (SentToMeeting(at=at, actor=context.actor, entity=context.entity, because="rounds_exhausted"),)


def not_elector(entity: str, what: str) -> NotPermitted:
    """Say that an entity has no say here: a guest, a former member, one that joined later (j)."""
    return NotPermitted(who=entity, what=what, why="it is not, or no longer, of those this procedure is put to")


def not_open(state: SilenceProcedure) -> SilenceNotOpen:
    """Say that an act is late."""
    return SilenceNotOpen(state=state.state, expires_at=state.expires_at)


def not_yet_open(state: SilenceProcedure) -> BadArgument:
    """Say that an act is dated before the opening."""
    return BadArgument(
        field="received_at",
        rule=f"the procedure was opened at {state.opened_at.isoformat()}, later than the act",
        remedy="give the instant at which the paper was received",
    )
