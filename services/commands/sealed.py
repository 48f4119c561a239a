"""Looks whether what Temporal keeps of the longest-lived aggregates can be opened with the keys that are there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select
from temporalio.api.common.v1 import Payload, WorkflowExecution
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import (
    GetWorkflowExecutionHistoryRequest,
    GetWorkflowExecutionHistoryReverseRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from services.commands.health import Finding
from services.storage import tables
from services.storage.unit_of_work import Database
from services.workflows.codec import put_back, sealed_under

#: The oldest and the newest events of a run say under which keys it was written.
LOOKED_AT = 50
LONGEST_LIVED = ("register", "body")


async def findings_in_payloads(client: Client, streams: Iterable[str], known: Collection[str]) -> tuple[Finding, ...]:
    """
    Return the aggregates whose histories are sealed under keys that are not ``known``.

    Raises:
        RPCError: Temporal does not answer.
    """
    return tuple(
        [
            Finding(
                check="payload key",
                subject=stream,
                sentence=f"its history is sealed under key {id_}, which is not there",
                command=put_back(id_),
            )
            for stream in streams
            for id_ in sorted(await _key_ids(client, stream) - set(known))
        ]
    )


async def longest_lived(database: Database) -> tuple[str, ...]:
    """
    Return the aggregates that live as long as their deployment: the register and the bodies.

    Raises:
        DatabaseAway: the record cannot be read.
    """
    async with database.read() as connection:
        names = select(tables.snapshot.c.stream).where(tables.snapshot.c.noun.in_(LONGEST_LIVED))
        return tuple((await connection.execute(names.order_by(tables.snapshot.c.stream))).scalars())


async def _key_ids(client: Client, stream: str) -> set[str]:
    service, run = client.workflow_service, WorkflowExecution(workflow_id=stream)
    try:
        first = await service.get_workflow_execution_history(
            GetWorkflowExecutionHistoryRequest(namespace=client.namespace, execution=run, maximum_page_size=LOOKED_AT)
        )
        last = await service.get_workflow_execution_history_reverse(
            GetWorkflowExecutionHistoryReverseRequest(
                namespace=client.namespace, execution=run, maximum_page_size=LOOKED_AT
            )
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return set()
        raise
    payloads = (payload for event in (*first.history.events, *last.history.events) for payload in payloads_in(event))
    return {id_ for payload in payloads if (id_ := sealed_under(payload)) is not None}


def payloads_in(event: HistoryEvent) -> Iterable[Payload]:
    """Give every payload within an event, wherever it stands."""
    waiting: list[Any] = [event]
    while waiting:
        each = waiting.pop()
        if isinstance(each, Payload):
            yield each
            continue
        for field, value in each.ListFields():
            if field.message_type is None:
                continue
            if field.message_type.GetOptions().map_entry:
                waiting += [held for held in value.values() if hasattr(held, "ListFields")]
            elif field.is_repeated:
                waiting += value
            else:
                waiting.append(value)
