"""A door that is watched: every command is counted and timed, and leaves its ids and outcome for the log line."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from services.commands.principal import Caller
from services.commands.submit import Answer, Door, KeyUsedOtherwise, Submission
from services.domain.catalogue import DECIDERS
from services.domain.message import command_kind
from services.storage.intake import IntakeStatus
from services.storage.unit_of_work import DatabaseAway
from services.telemetry.meters import OTHER, Meters
from services.telemetry.trace import note
from services.workflows.messages import Envelope

#: Every kind of command there is; another is only counted.
KINDS = frozenset(command_kind(command) for decider in DECIDERS.values() for command in decider.commands)
AT_ONCE = frozenset({IntakeStatus.DECIDED, IntakeStatus.REFUSED})
#: What became of a command that was not answered.
KEY_USED_OTHERWISE = "key_used_otherwise"
AWAY = "away"


class WatchedDoor(Door):
    """Takes commands in as any door, and tells the meters what became of them."""

    def __init__(self, meters: Meters, **collaborators: Any) -> None:
        super().__init__(**collaborators)
        self._meters = meters

    async def submit(self, caller: Caller, submission: Submission) -> Answer:
        """
        Take a command in and bring its outcome, or its address if the engine is away.

        Raises:
            DatabaseAway: nothing was taken in.
            KeyUsedOtherwise: the key belongs to another request.
        """
        began = perf_counter()
        note(kind=submission.kind if submission.kind in KINDS else OTHER, key=caller.key)
        try:
            answer = await super().submit(caller, submission)
        except KeyUsedOtherwise as error:
            note(command_id=str(error))
            self._count(submission, KEY_USED_OTHERWISE)
            raise
        except DatabaseAway:
            self._count(submission, AWAY)
            raise
        seconds = perf_counter() - began if answer.outcome and answer.status in AT_ONCE else None
        self._count(submission, answer.status.value, seconds)
        note(command_id=answer.command_id)
        if answer.outcome and answer.outcome.events:
            note(stream=answer.stream)
        return answer

    def _count(self, submission: Submission, outcome: str, seconds: float | None = None) -> None:
        note(outcome=outcome)
        noun = _noun(submission.stream)
        self._meters.handed_in(kind=submission.kind, noun=noun, outcome=outcome, seconds=seconds)


def relayed(
    deliver: Callable[[str, Envelope], Awaitable[Answer]], meters: Meters
) -> Callable[[str, Envelope], Awaitable[Answer]]:
    """Return the relay's way of delivering, counted."""

    async def counted(stream: str, envelope: Envelope) -> Answer:
        answer = await deliver(stream, envelope)
        meters.relayed(answer.status.value)
        return answer

    return counted


def _noun(stream: str) -> str:
    noun = stream.partition("/")[0]
    return noun if noun in DECIDERS else OTHER
