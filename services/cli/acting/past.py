"""What became of a step in earlier runs, found by the keys it was sent under."""

from __future__ import annotations

from dataclasses import dataclass

from services.cli.acting.seats import Seat
from services.client.refusal import Refused
from services.client.result import CommandRecord
from services.commands.identity import command_id
from services.rehearsal.resolving import Addressed

#: A step that was refused may be sent again under a key of its own, once what stood in its way is gone.
MOST_ATTEMPTS = 50
#: Commands about a text that go to its procedure while one runs, and to its cycle else.
SAID_OF_TEXTS = frozenset({"correct_editorially", "refuse_correction", "dissociate"})
NOT_THERE = 404


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What became of a step: the command that was not refused, if there is one, and how many were."""

    done: CommandRecord | None
    refusals: int


@dataclass(frozen=True, slots=True)
class Past:
    """The runs before of the file of one digest."""

    digest: str

    def key(self, number: int, attempt: int) -> str:
        """Return the idempotency key of a step; the same file gives the same keys."""
        return f"act-{self.digest[:40]}-{number}" + (f"-{attempt}" if attempt > 1 else "")

    async def find(self, seat: Seat, number: int, addressed: Addressed, path: str) -> Found:
        """
        Return what became of a step.

        Raises:
            ValueError: it was refused too often.
        """
        streams = await _streams(seat, addressed, path)
        for attempt in range(1, MOST_ATTEMPTS):
            record = await self._record(seat, addressed.kind, streams, self.key(number, attempt))
            if record is None or record.refusal is None:
                return Found(done=record, refusals=attempt - 1)
        raise ValueError("it was refused too often; correct the file, which makes it another")

    async def _record(self, seat: Seat, kind: str, streams: tuple[str, ...], key: str) -> CommandRecord | None:
        for stream in streams:
            id_ = command_id(person=seat.account.person, kind=kind, stream=stream, key=key)
            try:
                return await seat.client.command_record(id_)
            except Refused as refused:
                if refused.status != NOT_THERE:
                    raise
        return None


async def _streams(seat: Seat, addressed: Addressed, path: str) -> tuple[str, ...]:
    """Return the streams that a command may have gone to."""
    if addressed.kind not in SAID_OF_TEXTS or not path.startswith("/v1/texts/"):
        return (addressed.stream,)
    text = await seat.client.text(path.split("/")[3])
    cycle = f"cycle/{text.body}/{text.cycle}"
    return (cycle, f"silence/{text.procedure}") if text.procedure else (cycle,)
