"""Starts aggregates and carries word between them; every errand is idempotent by its reference."""

from __future__ import annotations

import asyncio
from itertools import groupby

from sqlalchemy import select
from temporalio import activity
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from services.storage.tables import snapshot
from services.storage.unit_of_work import Database
from services.workflows.beating import beating
from services.workflows.catalogue import TASK_QUEUE, WORKFLOWS, noun_of, search_attributes_of, summary_of
from services.workflows.messages import TELL, UPDATE, Errand, Errands, Outcome, Start
from services.workflows.reading import told_envelope


class Errander:
    """Carries out what follows from recorded events."""

    def __init__(self, client: Client, database: Database, task_queue: str = TASK_QUEUE) -> None:
        self._client = client
        self._database = database
        self._task_queue = task_queue

    @activity.defn(name="run_errands")
    async def run_errands(self, errands: Errands) -> None:
        """
        Carry out errands; one that an earlier attempt of this activity carried out is not carried out again.

        Raises:
            ApplicationError: of type ``TargetMissing``, tried again: a stream that is open has no workflow.
        """
        async with beating():
            await self.carry_out(errands)

    async def carry_out(self, errands: Errands) -> None:
        """Carry out errands in their order; aggregates to be started one after the other are started at once."""
        for starts, some in groupby(errands.errands, key=lambda errand: errand.starts):
            if starts:
                await asyncio.gather(*map(self._start, some))
                continue
            for errand in some:
                await self._tell(errand)

    async def _start(self, errand: Errand) -> None:
        """Start an aggregate with its first command, and wait until that is recorded."""
        start = WithStartWorkflowOperation(
            WORKFLOWS[noun_of(errand.stream)].run,
            Start(stream=errand.stream),
            id=errand.stream,
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            # one that ended badly may begin again; should its stream have entries, the record refuses
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            static_summary=summary_of(errand.stream, errand.told.command),
            search_attributes=search_attributes_of(errand.stream, errand.told.command),
        )
        envelope = told_envelope(errand.told)
        try:
            await self._client.execute_update_with_start_workflow(
                UPDATE, envelope, start_workflow_operation=start, id=envelope.command_id, result_type=Outcome
            )
        except WorkflowAlreadyStartedError:
            activity.logger.info("%s has run already", errand.stream)
        except WorkflowUpdateFailedError as error:
            activity.logger.warning("%s did not take its first command: %s", errand.stream, error.cause)

    async def _tell(self, errand: Errand) -> None:
        try:
            await self._client.get_workflow_handle(errand.stream).signal(TELL, errand.told)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            if await self._is_open(errand.stream):
                missing = f"{errand.stream} has no workflow; run `dialogue workflows rebuild`"
                raise ApplicationError(missing, type="TargetMissing") from error
            activity.logger.info("%s no longer listens", errand.stream)

    async def _is_open(self, stream: str) -> bool:
        kept = snapshot.c
        async with self._database.read() as connection:
            found = await connection.execute(
                select(kept.stream).where(kept.stream == stream, kept.is_closed.is_(False), kept.state.is_not(None))
            )
            return found.first() is not None
