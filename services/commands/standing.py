"""
How workflows stand against their streams: what their histories say was recorded, held against the ledger.

Histories are read from their ends, so that no worker need serve. In a sound deployment the ledger has everything that
a history knows to be recorded, and nothing that no history has decided.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import func, select
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from services.commands.older import OLDER
from services.storage import ledger
from services.storage.tables import ledger as ledger_table
from services.storage.tables import ledger_position
from services.storage.unit_of_work import Database
from services.workflows.catalogue import WORKFLOWS
from services.workflows.messages import Batch, Recorded, Start
from services.workflows.process import RECORD

#: Why a workflow was ended whose stream the ledger no longer knows; such a run says nothing any more.
PUT_ASIDE = "put aside: its database was lost, and an older one holds"
AT_ONCE = 8
CHUNK = 64
PAGE = 40
#: How many workflows and streams, the latest each, are looked at before a process begins to serve.
LATELY = 40
NAMED = 3
ENDS = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED,
        EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED,
    }
)


class Standing(StrEnum):
    """How a workflow stands against its stream in the ledger."""

    LEVEL = "level"
    MISSING = "missing"
    BEHIND = "behind"
    AHEAD = "ahead"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tail:
    """
    What the end of a workflow's history says.

    The ledger has confirmed ``recorded`` entries; it may have as many as ``decided``.
    """

    recorded: int
    decided: int
    is_running: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """One stream with its version in the ledger, and what its workflow's history says; ``None`` if there is none."""

    stream: str
    version: int
    tail: Tail | None

    @property
    def standing(self) -> Standing:
        """Return how the workflow stands."""
        if self.tail is not None and self.tail.recorded > self.version:
            return Standing.AHEAD
        if self.tail is None or not self.tail.is_running:
            return Standing.MISSING
        return Standing.BEHIND if self.tail.decided < self.version else Standing.LEVEL


async def compare(database: Database, client: Client, streams: Sequence[str]) -> AsyncIterator[Compared]:
    """
    Compare streams with their workflows, in their order; one whose workflow has ended shows as ``MISSING``.

    Raises:
        DatabaseAway: the ledger cannot be read.
        RPCError: Temporal does not answer.
    """
    for begin in range(0, len(streams), CHUNK):
        chunk = streams[begin : begin + CHUNK]
        # Histories first: by the time the ledger is read it has whatever they know to be recorded.
        tails = await _tails_of(client, chunk)
        versions = await _versions_of(database, chunk)
        behind = [
            each
            for each in chunk
            if Compared(stream=each, version=versions[each], tail=tails[each]).standing is Standing.BEHIND
        ]
        # What was recorded between the two looks is decided in the histories now.
        tails |= await _tails_of(client, behind)
        for each in chunk:
            yield Compared(stream=each, version=versions[each], tail=tails[each])


async def strangers(database: Database, client: Client) -> list[str]:
    """Return the names of the workflows whose streams the ledger does not know."""
    try:
        found = {each.id async for each in client.list_workflows(ours())}
    except RPCError as error:
        if error.status is not RPCStatusCode.UNIMPLEMENTED:
            raise
        return []  # the time-skipping server lists nothing
    async with database.read() as connection:
        return sorted(found - set(await ledger.streams(connection)))


async def ahead_lately(database: Database, client: Client) -> tuple[Compared, ...]:
    """
    Return those of the latest workflows and streams that are ahead of the ledger, as under an older database.

    The latest are looked at alone, so that a start takes no longer the more there is; ``record`` finds the others.
    """
    names = set[str]()
    for status in ("= 'Running'", "!= 'Running'"):
        listed = client.list_workflows(f"{ours()} and ExecutionStatus {status}", page_size=LATELY, limit=LATELY)
        names |= {each.id async for each in listed}
    async with database.read() as connection:
        latest = select(ledger_position.c.stream).order_by(ledger_position.c.position.desc()).limit(10 * LATELY)
        names |= set(islice(dict.fromkeys((await connection.execute(latest)).scalars()), LATELY))
    return tuple([each async for each in compare(database, client, sorted(names)) if each.standing is Standing.AHEAD])


async def ahead_at_all(database: Database, client: Client) -> tuple[Compared, ...]:
    """Return every stream whose workflow is ahead of the ledger."""
    async with database.read() as connection:
        known = await ledger.streams(connection)
    names = [*known, *await strangers(database, client)]
    return tuple([each async for each in compare(database, client, names) if each.standing is Standing.AHEAD])


async def sentence_of(database: Database, ahead: Sequence[Compared]) -> str:
    """Say that the database is older than Temporal, and what can be done, in one paragraph."""
    async with database.read() as connection:
        at: datetime | None = (await connection.execute(select(func.max(ledger_table.c.recorded_at)))).scalar_one()
    shown = ", ".join(f"{each.stream} at {each.version} of {_recorded(each)}" for each in ahead[:NAMED])
    more = f" and {len(ahead) - NAMED} more" if len(ahead) > NAMED else ""
    until = f"after {at:%Y-%m-%d %H:%M:%S} UTC" if at else "so far"
    return (
        f"{OLDER}: {shown}{more}. Nothing is taken in, decided or written until that is "
        "settled. Restore the newer database, and all goes on by itself. If there is none, let this one hold with "
        f"`dialogue workflows rebuild --accept-loss`: what was decided {until} is then lost and must be sent again."
    )


def ours() -> str:
    """Return the query for all workflows of the engine."""
    types = ", ".join(f"'{workflow.__name__}'" for workflow in WORKFLOWS.values())
    return f"WorkflowType in ({types})"


def _recorded(each: Compared) -> int:
    return each.tail.recorded if each.tail else 0


async def _versions_of(database: Database, streams: Sequence[str]) -> dict[str, int]:
    query = (
        select(ledger_table.c.stream, func.max(ledger_table.c.version).label("version"))
        .where(ledger_table.c.stream.in_(streams))
        .group_by(ledger_table.c.stream)
    )
    async with database.read() as connection:
        found = {row.stream: row.version for row in await connection.execute(query)}
    return {stream: found.get(stream, 0) for stream in streams}


# ---- the ends of histories


async def _tails_of(client: Client, streams: Sequence[str]) -> dict[str, Tail | None]:
    bound = asyncio.Semaphore(AT_ONCE)

    async def tail(stream: str) -> tuple[str, Tail | None]:
        async with bound:
            return stream, await tail_of(client, stream)

    return dict(await asyncio.gather(*(tail(stream) for stream in streams)))


async def tail_of(client: Client, stream: str) -> Tail | None:
    """
    Return what the end of a workflow's history says; ``None`` if there is no such workflow, or it was put aside.

    Raises:
        RPCError: Temporal does not answer.
    """
    try:
        return await _read(client, newest_first(client, stream))
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise


async def _read(client: Client, events: AsyncIterator[HistoryEvent]) -> Tail | None:
    results: dict[int, Any] = {}
    decided, is_running = 0, True
    async for event in events:
        if event.event_type in ENDS:
            is_running = False
            if event.workflow_execution_terminated_event_attributes.reason == PUT_ASIDE:
                return None
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            completed = event.activity_task_completed_event_attributes
            results[completed.scheduled_event_id] = completed.result.payloads
        elif _is_record(event):
            given = event.activity_task_scheduled_event_attributes.input.payloads
            batch: Batch = (await client.data_converter.decode(given, [Batch]))[0]
            last = batch.entries[-1].version
            decided = max(decided, last)
            if await _was_recorded(client, results.get(event.event_id)):
                return Tail(recorded=last, decided=decided, is_running=is_running)
        elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            given = event.workflow_execution_started_event_attributes.input.payloads
            carried = await _carried(client, given)
            return Tail(recorded=carried, decided=max(decided, carried), is_running=is_running)
    return None


def _is_record(event: HistoryEvent) -> bool:
    return (
        event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
        and event.activity_task_scheduled_event_attributes.activity_type.name == RECORD
    )


async def _was_recorded(client: Client, result: Any) -> bool:
    return result is not None and bool((await client.data_converter.decode(result, [Recorded]))[0].recorded)


async def _carried(client: Client, given: Any) -> int:
    try:
        start: Start = (await client.data_converter.decode(given, [Start]))[0]
    except (RuntimeError, TypeError, ValueError, IndexError):  # a start that no worker understands either
        return 0
    return start.carried.version if start.carried else 0


async def newest_first(client: Client, stream: str) -> AsyncIterator[HistoryEvent]:
    """Give the events of a workflow's latest run, the newest first, a page at a time as far as they are wanted."""
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=client.namespace, execution=WorkflowExecution(workflow_id=stream), maximum_page_size=PAGE
    )
    while True:
        try:
            page = await client.workflow_service.get_workflow_execution_history_reverse(request, retry=True)
        except RPCError as error:
            if error.status is not RPCStatusCode.UNIMPLEMENTED:
                raise
            # the time-skipping server reads forwards only
            history = await client.get_workflow_handle(stream).fetch_history()
            for event in reversed(history.events):
                yield event
            return
        for event in page.history.events:
            yield event
        if not page.next_page_token:
            return
        request.next_page_token = page.next_page_token
