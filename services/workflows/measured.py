"""Measures what activities do: how long, how late, with what outcome; and leaves a log line for each command."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from services.storage.record import TooEarly
from services.storage.unit_of_work import DatabaseAway
from services.telemetry.log import told
from services.telemetry.meters import Meters
from services.workflows import messages as wire

log = logging.getLogger(__name__)

RECORDED, DONE, FAILED = "recorded", "done", "failed"
#: Kinds of events named in a line; a batch may hold hundreds.
MOST_KINDS = 5


class Measured:
    """Runs activities and measures them."""

    def __init__(self, meters: Meters) -> None:
        self._meters = meters

    async def run(self, name: str, given: Any, do: Callable[[], Awaitable[Any]]) -> Any:
        """Run an activity."""
        began = perf_counter()
        result, outcome = None, FAILED
        try:
            result = await do()
            outcome = DONE
        except Exception as error:
            outcome = failure_of(error)
            raise
        finally:
            self._tell(name, given, result, outcome, perf_counter() - began)
        return result

    def _tell(self, name: str, given: Any, result: Any, outcome: str, seconds: float) -> None:
        if isinstance(given, wire.Batch):
            self._recorded(given, result, outcome, seconds)
        elif isinstance(given, wire.Post):
            self._posted(given, result, outcome, seconds)
        elif isinstance(given, wire.Errands):
            self._meters.ran_errands(len(given.errands), outcome)
            log.debug(name, extra=told(outcome=outcome, errands=len(given.errands), ms=_ms(seconds)))

    def _recorded(self, batch: wire.Batch, result: Any, outcome: str, seconds: float) -> None:
        if isinstance(result, wire.Recorded):
            outcome = RECORDED if result.recorded else "acts" if result.acts else "deaf_time"
        now = datetime.now(UTC)
        lag = (now - activity.info().scheduled_time).total_seconds()
        self._meters.recorded(outcome=outcome, entries=len(batch.entries), seconds=seconds, lag=lag)
        if outcome != RECORDED:
            log.info("not recorded", extra=told(stream=batch.stream, outcome=outcome, ms=_ms(seconds)))
            return
        if batch.provided is not None:
            late = (now - batch.provided.before).total_seconds()
            self._meters.decided_late(batch.stream.partition("/")[0], late)
            log.info("due", extra=told(stream=batch.stream, events=_kinds(batch), late_s=round(late, 1)))
        for each in batch.outcomes:
            log.info(
                "command",
                extra=told(
                    command_id=each.command_id,
                    stream=batch.stream,
                    outcome="refused" if each.refusal else "decided",
                    refusal=each.refusal["reason"] if each.refusal else None,
                    version=max((event.version for event in each.events), default=None),
                    ms=_ms(seconds),
                    lag_ms=_ms(lag),
                ),
            )

    def _posted(self, post: wire.Post, result: Any, outcome: str, seconds: float) -> None:
        if not isinstance(result, wire.PostResult):
            log.info("letters", extra=told(stream=post.stream, outcome=outcome, ms=_ms(seconds)))
            return
        for posted in result.posted:
            fates = [bool(delivery["delivered"]) for delivery in posted.deliveries]
            for was_delivered in fates:
                self._meters.posted(posted.notice, "posted" if was_delivered else FAILED)
            log.info(
                "letters",
                extra=told(
                    stream=post.stream,
                    cause=posted.cause,
                    notice=posted.notice,
                    posted=sum(fates),
                    failed=len(fates) - sum(fates),
                    ms=_ms(seconds),
                ),
            )


def failure_of(error: BaseException) -> str:
    """Return the name of what went wrong, as meters count it."""
    if isinstance(error, DatabaseAway):
        return "away"
    if isinstance(error, TooEarly):
        return "too_early"
    return "conflict" if isinstance(error, ApplicationError) else FAILED


def _kinds(batch: wire.Batch) -> str:
    return ",".join(entry.kind for entry in batch.entries[:MOST_KINDS])


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
