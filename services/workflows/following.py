"""What follows from an event, in the form that travels: errands to other aggregates, letters to people."""

from __future__ import annotations

from datetime import datetime

from services.domain.message import Effect, Notify, StartProcess, Tell
from services.wire.message import snake_case, to_json
from services.workflows.messages import Errand, Letter, Told


def letter_of(cause: int, at: datetime, effect: Notify) -> Letter:
    """Return the letter a notice becomes; ``cause`` is the event's version."""
    return Letter(
        cause=cause,
        notice=effect.notice,
        to=tuple(to_json(addressee) for addressee in effect.to),
        facts=dict(effect.facts),
        at=at,
    )


def errand_of(stream: str, cause: int, at: datetime, effect: StartProcess | Tell) -> Errand:
    """Return the errand a start or a word becomes; its reference names cause and target and makes it idempotent."""
    kind = snake_case(type(effect.command))
    told = Told(reference=f"{stream}@{cause}>{effect.stream}:{kind}", kind=kind, command=to_json(effect.command), at=at)
    return Errand(stream=effect.stream, cause=cause, starts=isinstance(effect, StartProcess), told=told)


def split(stream: str, queued: list[tuple[int, datetime, Effect]]) -> tuple[list[Errand], list[Letter]]:
    """Return the errands and letters that effects of a stream's events become, in the order of their causes."""
    errands = [
        errand_of(stream, cause, at, effect) for cause, at, effect in queued if isinstance(effect, StartProcess | Tell)
    ]
    letters = [letter_of(cause, at, effect) for cause, at, effect in queued if isinstance(effect, Notify)]
    return errands, letters
