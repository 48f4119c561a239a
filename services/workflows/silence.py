"""A silence or written procedure's workflow, id ``silence/<id>``."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from services.domain.silence.decider import DECIDER
    from services.workflows.messages import (
        POST_AGAIN,
        STATE,
        TELL,
        UPDATE,
        Envelope,
        Outcome,
        Pulse,
        Start,
        Told,
    )
    from services.workflows.process import Process


@workflow.defn(name="SilenceProcedureWorkflow")
class SilenceProcedureWorkflow:
    """Runs the decider of ``silence``."""

    @workflow.init
    def __init__(self, start: Start) -> None:
        self._process = Process(DECIDER, start)

    @workflow.run
    async def run(self, start: Start) -> None:  # noqa: ARG002 - taken over by the constructor
        """Serve until the stream closes."""
        await self._process.run()

    @workflow.update(name=UPDATE)
    async def command(self, envelope: Envelope) -> Outcome:
        """Decide a command and answer with its outcome."""
        return await self._process.command(envelope)

    @workflow.signal(name=TELL)
    def tell(self, told: Told) -> None:
        """Hear another aggregate."""
        self._process.tell(told)

    @workflow.signal(name=POST_AGAIN)
    def post_again(self) -> None:
        """Try undelivered letters again at once."""
        self._process.post_again()

    def pulse(self, now: datetime) -> Pulse:
        """Tell whether anything is under way at an instant, and when the aggregate wakes by itself."""
        return self._process.pulse(now)

    @workflow.query(name=STATE)
    def state(self) -> dict[str, Any]:
        """Describe the aggregate for a person looking."""
        return self._process.describe()
