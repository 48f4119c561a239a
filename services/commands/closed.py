"""Answers for aggregates that have closed: the fold, the decider, the named refusal; nothing is appended."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.domain.catalogue import decider_of
from services.domain.message import CommandRefused, WrongState
from services.storage import intake, snapshot
from services.storage.intake import IntakeRow, IntakeStatus
from services.storage.unit_of_work import Database
from services.wire.message import decode_command, to_json
from services.workflows.messages import Envelope, Outcome
from services.workflows.reading import context_of


async def refuse_closed(database: Database, stream: str, envelope: Envelope) -> IntakeRow | None:
    """Refuse a command on a closed stream and keep the refusal; ``None`` if the stream has not closed after all."""
    decider = decider_of(stream)
    async with database.work() as connection:
        kept = await snapshot.load(connection, stream)
        if kept is None or (kept.state is not None and not decider.is_closed(kept.state)):
            return None
        told = refusal_when_closed(stream, kept.state, envelope)
        outcome = to_json(Outcome(command_id=envelope.command_id, events=(), refusal=told))
        await intake.settle_outcomes(
            connection,
            [{"command_id": envelope.command_id, "status": IntakeStatus.REFUSED, "outcome": outcome}],
        )
        row = await intake.get(connection, envelope.command_id)
    return replace(row) if row else None


def refusal_when_closed(stream: str, state: Any, envelope: Envelope) -> dict[str, Any]:
    """Return the refusal of a command to a stream that has closed: the decider's own, else that it is closed."""
    decider = decider_of(stream)
    command = decode_command(decider.commands, envelope.kind, envelope.command)
    events = decider.decide(state, command, context_of(envelope))
    refused = next((event for event in events if isinstance(event, CommandRefused)), None)
    if refused is None:
        closed = WrongState(noun=decider.noun, state="closed", needed="open")
        return {"reason": type(closed).__name__, "sentence": closed.sentence, "facts": closed.facts}
    return {"reason": refused.reason, "sentence": refused.sentence, "facts": dict(refused.facts)}
