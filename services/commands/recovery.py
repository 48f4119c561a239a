"""
Recovery: from the ledger alone, every aggregate whose workflow is missing or behind runs on.

What an aggregate had decided lately, had not yet told others and had not yet posted is found in the ledger too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from services.domain.catalogue import decider_of
from services.domain.message import CommandRefused, Effect
from services.domain.notice import NoticeDelivered
from services.storage import ledger, snapshot
from services.storage.ledger import LedgerEntry
from services.storage.tables import ledger as ledger_table
from services.storage.unit_of_work import Database
from services.wire.message import to_json
from services.workflows.catalogue import WORKFLOWS, noun_of, search_attributes_of, summary_of
from services.workflows.following import split
from services.workflows.messages import STATE, Carried, Errand, Happened, Letter, Outcome, Start
from services.workflows.process import REMEMBERED
from services.workflows.reading import facts_of


class Standing(StrEnum):
    """How a workflow stands against its stream in the ledger."""

    LEVEL = "level"
    MISSING = "missing"
    BEHIND = "behind"
    AHEAD = "ahead"


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One stream, how its workflow stands, and whether it was started anew."""

    stream: str
    standing: Standing
    version: int
    workflow_version: int | None
    is_restarted: bool = False


async def recover(*, database: Database, client: Client, task_queue: str, check: bool = False) -> AsyncIterator[Found]:
    """
    Compare every open stream with its workflow, and start what is missing or behind; with ``check`` only compare.

    A workflow ahead of the ledger is left alone: an older database stands under it, and a person has to decide.
    """
    async with database.read() as connection:
        open_streams = [s for s in await ledger.streams(connection) if not await _is_closed(connection, s)]
    for stream in open_streams:
        async with database.read() as connection:
            carried = await carried_of(connection, stream)
        at = await _version_of(client, stream)
        standing = _standing(at, carried.version)
        is_wanting = standing in {Standing.MISSING, Standing.BEHIND}
        if is_wanting and not check:
            await _restart(client, task_queue, stream, carried, is_running=at is not None)
        yield Found(
            stream=stream,
            standing=standing,
            version=carried.version,
            workflow_version=at,
            is_restarted=is_wanting and not check,
        )


async def carried_of(connection: AsyncConnection, stream: str) -> Carried:
    """Fold a stream into what a new run of its workflow takes over."""
    decider = decider_of(stream)
    state: Any = None
    version = 0
    queued: list[tuple[int, datetime, Effect]] = []
    told: set[tuple[int, str, str, str]] = set()
    decided: dict[str, list[tuple[LedgerEntry, Any]]] = {}
    async for entry in ledger.stream_entries(connection, stream):
        event = snapshot.event_of(entry)
        state, version = decider.evolve(state, event), entry.version
        decided.setdefault(entry.command_id, []).append((entry, event))
        if isinstance(event, NoticeDelivered):
            told.add((event.cause, event.notice, event.entity, event.role))
        if state is not None:
            queued += [(version, event.at, effect) for effect in decider.effects(state, event)]
    errands, letters = split(stream, queued)
    heard = await _heard(connection, errands)
    return Carried(
        state=None if state is None else to_json(state),
        version=version,
        decided={id_: _outcome(id_, pairs) for id_, pairs in list(decided.items())[-REMEMBERED:]},
        letters=tuple(left for letter in letters if (left := _left(letter, told))),
        errands=tuple(errand for errand in errands if errand.told.reference not in heard),
    )


def _left(letter: Letter, told: set[tuple[int, str, str, str]]) -> Letter | None:
    to = tuple(a for a in letter.to if (letter.cause, letter.notice, a["entity"], a["role"]) not in told)
    return Letter(cause=letter.cause, notice=letter.notice, to=to, facts=letter.facts, at=letter.at) if to else None


async def _heard(connection: AsyncConnection, errands: list[Errand]) -> set[str]:
    """Return the references that their targets have decided on, as the ledger knows."""
    references = [errand.told.reference for errand in errands]
    rows = await connection.execute(
        select(ledger_table.c.command_id).where(ledger_table.c.command_id.in_(references)).distinct()
    )
    return set(rows.scalars())


def _outcome(command_id: str, pairs: list[tuple[LedgerEntry, Any]]) -> Outcome:
    refused = next((event for _, event in pairs if isinstance(event, CommandRefused)), None)
    return Outcome(
        command_id=command_id,
        events=tuple(Happened(version=e.version, kind=e.kind, facts=facts_of(e.data)) for e, _ in pairs),
        refusal={"reason": refused.reason, "sentence": refused.sentence, "facts": dict(refused.facts)}
        if refused
        else None,
    )


async def _is_closed(connection: AsyncConnection, stream: str) -> bool:
    kept = await snapshot.load(connection, stream)
    return kept is not None and (kept.state is None or decider_of(stream).is_closed(kept.state))


async def _version_of(client: Client, stream: str) -> int | None:
    """Return the version a stream's workflow is at; ``None`` if it does not run."""
    handle = client.get_workflow_handle(stream)
    try:
        described = await handle.describe()
        if described.status is not WorkflowExecutionStatus.RUNNING:
            return None
        told: dict[str, Any] = await handle.query(STATE, result_type=dict[str, Any])
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return int(told["version"])


def _standing(workflow: int | None, version: int) -> Standing:
    if workflow is None:
        return Standing.MISSING
    if workflow == version:
        return Standing.LEVEL
    return Standing.BEHIND if workflow < version else Standing.AHEAD


async def _restart(client: Client, task_queue: str, stream: str, carried: Carried, *, is_running: bool) -> None:
    if is_running:
        await client.get_workflow_handle(stream).terminate("behind its ledger; starting from the ledger")
    state = carried.state or {}
    await client.start_workflow(
        WORKFLOWS[noun_of(stream)].run,
        Start(stream=stream, carried=carried),
        id=stream,
        task_queue=task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        static_summary=summary_of(stream, state),
        search_attributes=search_attributes_of(stream, state),
    )
