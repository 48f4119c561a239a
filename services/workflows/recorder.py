"""The one activity that records: from a workflow's batch to one transaction of the storage."""

from __future__ import annotations

from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from services.domain.message import Interval
from services.storage import ledger
from services.storage.intake import IntakeStatus
from services.storage.record import Clock, DatabaseClock, Provided, Verdict, record
from services.storage.unit_of_work import Database
from services.wire.message import from_json, to_json
from services.workflows.messages import Batch, Envelope, Outcome, Recorded, Span


class Recorder:
    """Records batches; conflicts stop the aggregate loudly, everything else is tried again."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        self._database = database
        self._clock = clock or DatabaseClock()

    @activity.defn(name="record")
    async def record(self, batch: Batch) -> Recorded:
        """
        Record a batch.

        Raises:
            ApplicationError: of type ``LedgerConflict``, not retried by itself: another entry stands there; of type
                ``LedgerBehind``, retried until the newer database is back.
        """
        try:
            verdict = await record(
                self._database,
                entries_of(batch),
                [outcome_row(outcome) for outcome in batch.outcomes],
                provided=_provided(batch),
                clock=self._clock,
            )
        except ledger.LedgerBehind as error:
            raise ApplicationError(str(error), type="LedgerBehind") from error
        except ledger.LedgerConflict as error:
            raise ApplicationError(str(error), type="LedgerConflict", non_retryable=True) from error
        return _recorded(verdict)


def entries_of(batch: Batch) -> list[ledger.LedgerEntry]:
    """Return a batch's entries as the ledger keeps them."""
    return [
        ledger.LedgerEntry(
            stream=batch.stream,
            version=entry.version,
            kind=entry.kind,
            schema=1,
            at=entry.at,
            actor=entry.actor,
            command_id=entry.command_id,
            policies=entry.policies,
            data=entry.data,
        )
        for entry in batch.entries
    ]


def outcome_row(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as the intake keeps it."""
    status = IntakeStatus.REFUSED if outcome.refusal else IntakeStatus.DECIDED
    return {"command_id": outcome.command_id, "status": status, "outcome": to_json(outcome)}


def _provided(batch: Batch) -> Provided | None:
    if batch.provided is None:
        return None
    return Provided(
        before=batch.provided.before,
        deaf_since=batch.provided.deaf_since,
        deaf=tuple(Interval(start=s.start, end=s.end) for s in batch.provided.deaf),
    )


def _recorded(verdict: Verdict) -> Recorded:
    return Recorded(
        recorded=verdict.recorded,
        acts=tuple(from_json(Envelope, dict(act)) for act in verdict.acts),
        deaf=tuple(Span(start=i.start, end=i.end) for i in verdict.deaf),
    )
