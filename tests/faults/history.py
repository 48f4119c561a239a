"""Reads from a workflow's history what it decided: the entries of the batches it gave to the record."""

from __future__ import annotations

from dataclasses import dataclass, field

from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter

from services.workflows.messages import Batch, Recorded, Start
from services.workflows.recorder import entries_of


@dataclass
class Decided:
    """
    Canonical entries by version: all that the history has as decided, and those it knows to be recorded.

    The run took over ``carried`` entries from the ledger, or from a run before.
    """

    carried: int = 0
    decided: dict[int, set[bytes]] = field(default_factory=dict)
    recorded: dict[int, bytes] = field(default_factory=dict)


async def decisions_of(client: Client, stream: str) -> Decided:
    """Return what the history of a stream's present run says was decided and recorded."""
    return await decisions_in(await client.get_workflow_handle(stream).fetch_history(), client.data_converter)


async def decisions_in(history: WorkflowHistory, converter: DataConverter) -> Decided:
    """Return what a history says was decided and recorded."""
    scheduled: dict[int, Batch] = {}
    found = Decided()
    for event in history.events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
            given = event.workflow_execution_started_event_attributes.input.payloads
            start = (await converter.decode(given, [Start]))[0]
            found.carried = start.carried.version if start.carried else 0
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            attributes = event.activity_task_scheduled_event_attributes
            if attributes.activity_type.name == "record":
                batch = (await converter.decode(attributes.input.payloads, [Batch]))[0]
                scheduled[event.event_id] = batch
                for entry in entries_of(batch):
                    found.decided.setdefault(entry.version, set()).add(entry.canonical())
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
            completed = event.activity_task_completed_event_attributes
            done = scheduled.get(completed.scheduled_event_id)
            if done and (await converter.decode(completed.result.payloads, [Recorded]))[0].recorded:
                found.recorded |= {entry.version: entry.canonical() for entry in entries_of(done)}
    return found
