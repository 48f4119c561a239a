"""Reckons the expiry anew from a late delivery (domain.md 5.2 f)."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.domain.deadline import Reckoned, whole_second
from services.domain.message import Context, Event
from services.domain.silence.events import ExpiryMoved
from services.domain.silence.opening import CANNOT_RECKON, reckon_expiry
from services.domain.silence.state import SilenceProcedure


def told_late(state: SilenceProcedure, entity: str, told_at: datetime, context: Context) -> tuple[Event, ...]:
    """
    Announce the expiry anew if an elector is told late, given the state before it is told.

    An announced expiry never moves earlier, and none is announced that has passed already: a delivery recorded after
    the expiry it would give leaves the members ``deaf_floor`` from its record, as an outage does.
    """
    if not state.is_running or entity in state.told or not state.is_elector(entity, told_at):
        return ()
    if told_at < state.prompt_until:
        return ()
    expiry = _anew(state, told_at)
    if max(expiry.at, state.expires_at) <= context.recorded_at:
        expiry = Reckoned(at=whole_second(context.recorded_at + state.parameters.deaf_floor))
    if expiry.at <= state.expires_at:
        return ()
    return (
        ExpiryMoved(
            at=told_at,
            actor=context.actor,
            because="late_delivery",
            expires_at=expiry.at,
            by=expiry.at - state.expires_at,
            deaf=timedelta(0),
            deaf_since=max(told_at, state.deaf_since),
            expiry_reason=expiry.reason,
        ),
    )


def _anew(state: SilenceProcedure, told_at: datetime) -> Reckoned:
    try:
        return reckon_expiry(
            anchor=told_at,
            period=state.period,
            membership=state.membership,
            electorate=state.electors_at(told_at),
            calendar=state,
        )
    except CANNOT_RECKON:
        # the pinned table ends too soon to count days; as long again as until now is never too short
        return Reckoned(at=whole_second(told_at + (state.expires_at - state.opened_at)))
