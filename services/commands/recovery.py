"""
Recovery: from the ledger alone, every aggregate whose workflow is missing or behind runs on.

What an aggregate had decided lately, had not yet told others and had not yet posted is found in the ledger too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from services.commands.standing import PUT_ASIDE, Compared, Standing, compare, strangers
from services.domain.catalogue import decider_of
from services.domain.message import CommandRefused, Effect
from services.domain.notice import NoticeDelivered
from services.storage import ledger, snapshot
from services.storage.ledger import LedgerEntry
from services.storage.tables import ledger as ledger_table
from services.storage.tables import snapshot as snapshot_table
from services.storage.unit_of_work import Database
from services.wire.message import to_json
from services.workflows.catalogue import WORKFLOWS, noun_of, search_attributes_of, summary_of
from services.workflows.follower import account_id
from services.workflows.following import split
from services.workflows.messages import Carried, Errand, Happened, Letter, Outcome, Start
from services.workflows.process import REMEMBERED
from services.workflows.reading import facts_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """One stream, how its workflow stands, and whether it was started anew."""

    stream: str
    standing: Standing
    version: int
    workflow_version: int | None
    is_restarted: bool = False


async def recover(
    *, database: Database, client: Client, task_queue: str, check: bool = False, accept_loss: bool = False
) -> AsyncIterator[Found]:
    """
    Compare every stream with its workflow, and start what is missing or behind; with ``check`` only compare.

    A workflow ahead of the ledger is left alone, since an older database stands under it and a person has to decide;
    with ``accept_loss`` the ledger holds, and such a workflow starts from it too. No worker need serve.

    Raises:
        DatabaseAway: the ledger cannot be read.
        RPCError: Temporal does not answer.
    """
    wanting = {Standing.MISSING, Standing.BEHIND} | ({Standing.AHEAD} if accept_loss else set())
    closed = await _closed(database)
    async with database.read() as connection:
        known = await ledger.streams(connection)
    names = [*known, *await strangers(database, client)]
    async for each in compare(database, client, names):
        if each.stream in closed and not await _is_cut_short(database, each):
            continue
        if not each.version and each.standing is not Standing.AHEAD:
            continue
        is_wanting = each.standing in wanting and not check
        if is_wanting:
            await _restart(database, client, task_queue, each)
        yield Found(
            stream=each.stream,
            standing=each.standing,
            version=each.version,
            workflow_version=each.tail.recorded if each.tail else None,
            is_restarted=is_wanting,
        )


async def _closed(database: Database) -> set[str]:
    kept = snapshot_table.c
    async with database.read() as connection:
        rows = await connection.execute(select(kept.stream).where(or_(kept.is_closed, kept.state.is_(None))))
        return set(rows.scalars())


async def _is_cut_short(database: Database, each: Compared) -> bool:
    """Tell whether a closed stream's workflow is gone before it had told everybody, or is ahead of the ledger."""
    if each.standing is not Standing.MISSING:
        return each.standing is Standing.AHEAD
    if each.tail is not None:
        return False
    async with database.read() as connection:
        carried = await carried_of(connection, each.stream)
    return bool(carried.errands) or any(not letter.attempt for letter in carried.letters)


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
    return Carried(
        state=None if state is None else to_json(state),
        version=version,
        decided={id_: _outcome(id_, pairs) for id_, pairs in list(decided.items())[-REMEMBERED:]},
        letters=tuple(left for letter in letters if (left := _left(stream, letter, told, decided))),
        errands=await _unheard(connection, errands),
    )


def _left(
    stream: str, letter: Letter, told: set[tuple[int, str, str, str]], decided: Mapping[str, object]
) -> Letter | None:
    """Return what is left of a letter; its next attempt is numbered after those accounted for."""
    to = tuple(a for a in letter.to if (letter.cause, letter.notice, a["entity"], a["role"]) not in told)
    attempt = next(n for n in count() if account_id(stream, replace(letter, attempt=n)) not in decided)
    return replace(letter, to=to, attempt=attempt) if to else None


async def _unheard(connection: AsyncConnection, errands: list[Errand]) -> tuple[Errand, ...]:
    """Return the errands whose targets have not decided on them, as the ledger knows, and would still listen."""
    heard = await _heard(connection, errands)
    left = [errand for errand in errands if errand.told.reference not in heard]
    streams = {errand.stream for errand in left}
    kept = snapshot_table.c
    rows = await connection.execute(
        select(kept.stream, or_(kept.is_closed, kept.state.is_(None))).where(kept.stream.in_(streams))
    )
    is_over = {stream: bool(over) for stream, over in rows}
    begun = {errand.stream for errand in left if errand.starts}
    return tuple(each for each in left if not is_over.get(each.stream, each.stream not in begun))


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


async def _restart(database: Database, client: Client, task_queue: str, each: Compared) -> None:
    """Start a stream's workflow from the ledger; one that the ledger does not know is put aside."""
    reason = "starting from the ledger" if each.version else PUT_ASIDE
    if each.tail is not None and each.tail.is_running:
        await client.get_workflow_handle(each.stream).terminate(reason=reason)
    elif not each.version:
        await _mark(client, task_queue, each.stream)
    if not each.version:
        return
    async with database.read() as connection:
        carried = await carried_of(connection, each.stream)
    state = carried.state or {}
    with suppress(WorkflowAlreadyStartedError):
        await client.start_workflow(
            WORKFLOWS[noun_of(each.stream)].run,
            Start(stream=each.stream, carried=carried),
            id=each.stream,
            task_queue=task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            static_summary=summary_of(each.stream, state),
            search_attributes=search_attributes_of(each.stream, state),
        )


async def _mark(client: Client, task_queue: str, stream: str) -> None:
    """Put a run over one that has ended and that the ledger does not know, and end it at once; nobody works on it."""
    handle = await client.start_workflow(
        WORKFLOWS[noun_of(stream)].run,
        Start(stream=stream),
        id=stream,
        task_queue=f"{task_queue}-aside",
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        static_summary=PUT_ASIDE,
    )
    await handle.terminate(reason=PUT_ASIDE)
