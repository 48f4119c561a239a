"""Reads envelopes into what a decider is given, and events into what a caller is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.domain.body.state import Body
from services.domain.message import ENGINE, Actor, Content, Context, OnBehalf
from services.wire.message import from_json, to_json
from services.workflows.messages import Envelope, Told

#: Facts told to a caller are short plain values; tables, texts and references stay in the record.
LONGEST_FACT = 200


def context_of(envelope: Envelope) -> Context:
    """Return the context of the decision on an envelope's command."""
    return Context(
        at=envelope.at,
        actor=from_json(Actor, envelope.actor),
        command_id=envelope.command_id,
        recorded_at=envelope.received_at,
        on_behalf=from_json(OnBehalf, envelope.on_behalf) if envelope.on_behalf else None,
        waiver=from_json(Content, envelope.waiver) if envelope.waiver else None,
        edition=envelope.edition,
    )


def told_envelope(told: Told) -> Envelope:
    """Return the envelope of a word from another aggregate; the engine is its actor."""
    return Envelope(
        command_id=told.reference,
        kind=told.kind,
        command=told.command,
        actor=to_json(ENGINE),
        at=told.at,
        received_at=told.at,
        rule="engine",
    )


def facts_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return the plain values among an event's data."""
    return {
        name: value
        for name, value in data.items()
        if isinstance(value, bool | int) or (isinstance(value, str) and len(value) <= LONGEST_FACT)
    }


def governing_digest(state: Any, at: datetime) -> str:
    """Return the digest of the procedure under which an aggregate decides at an instant; empty where there is none."""
    if isinstance(state, Body):
        return state.governed_by(state.procedure, at).digest
    procedure = getattr(state, "procedure", None)
    return str(procedure.digest if procedure else getattr(state, "policy_digest", ""))
