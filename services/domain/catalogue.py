"""Every noun with its decider, and how a stream's name tells its noun."""

from __future__ import annotations

from typing import Any

from services.domain.action.decider import DECIDER as ACTION
from services.domain.body.decider import DECIDER as BODY
from services.domain.cycle.decider import DECIDER as CYCLE
from services.domain.message import Decider
from services.domain.register.decider import DECIDER as REGISTER
from services.domain.silence.decider import DECIDER as SILENCE

DECIDERS: dict[str, Decider[Any]] = {d.noun: d for d in (REGISTER, BODY, CYCLE, SILENCE, ACTION)}


class UnknownStream(LookupError):
    """No noun of the catalogue has streams of this name."""


def decider_of(stream: str) -> Decider[Any]:
    """
    Return the decider of a stream: ``cycle/dialogue/9`` is of ``cycle``.

    Raises:
        UnknownStream: the name begins with no known noun.
    """
    noun = stream.split("/", 1)[0]
    if noun not in DECIDERS:
        raise UnknownStream(stream)
    return DECIDERS[noun]
