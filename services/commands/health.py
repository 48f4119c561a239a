"""What a person should look at: what waits longer than it should in the record, and workflows that do not get on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.api.failure.v1 import Failure
from temporalio.client import Client, WorkflowExecutionDescription, WorkflowExecutionStatus, WorkflowFailureError
from temporalio.service import RPCError, RPCStatusCode

from services.commands.standing import PUT_ASIDE, Standing, compare, ours, sentence_of, strangers
from services.domain.catalogue import DECIDERS, decider_of
from services.storage import snapshot, tables
from services.storage.intake import IntakeStatus
from services.storage.unit_of_work import Database
from services.workflows.codec import PayloadUnreadable

#: What is younger than this is still on its way.
PATIENCE = timedelta(minutes=1)
#: A workflow task is tried again at once after its worker died; so often in vain it is the code that fails it.
TASK_ATTEMPTS = 3
#: An activity waits for a database or mail server that is away; after so many attempts a person should look.
ACTIVITY_ATTEMPTS = 5
AT_ONCE = 8
BADLY = "'Failed', 'Terminated', 'TimedOut', 'Canceled'"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something to look at: which check found it, what it is about, what is the matter, and the command to run."""

    check: str
    subject: str
    sentence: str
    command: str


async def findings_in_record(database: Database) -> tuple[Finding, ...]:
    """
    Return what waits too long in the record: acts, due instants, notices, positions.

    Raises:
        DatabaseAway: the record cannot be read.
    """
    async with database.read() as connection:
        now = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
        before = now - PATIENCE
        return (
            *await _undecided(connection, before),
            *await _past_due(connection, before),
            *await _untold(connection, before),
            *await _unsealed(connection, before),
        )


async def findings_in_workflows(database: Database, client: Client) -> tuple[Finding, ...]:
    """
    Return the workflows that have ended though their streams have not, and those that run and do not get on.

    Raises:
        DatabaseAway: the record cannot be read.
        RPCError: Temporal does not answer.
    """
    async with database.read() as connection:
        rows = await connection.execute(select(tables.snapshot.c.stream, tables.snapshot.c.is_closed))
        is_closed = {row.stream: row.is_closed for row in rows}
    running = {each.id async for each in client.list_workflows(f"{ours()} and ExecutionStatus = 'Running'")}
    ended = {each.id async for each in client.list_workflows(f"{ours()} and ExecutionStatus in ({BADLY})")}
    wanted = {stream for stream, closed in is_closed.items() if not closed}
    suspects = (wanted - running) | {id_ for id_ in ended if not is_closed.get(id_)}
    return (
        *await _older(database, client, sorted(wanted)),
        *[f async for f in _gone(client, sorted(suspects))],
        *[f async for f in _stuck(client, sorted(running))],
    )


# ---- the record


async def _undecided(connection: AsyncConnection, before: datetime) -> Iterable[Finding]:
    rows = await _oldest(
        connection,
        tables.intake.c.stream,
        tables.intake.c.received_at,
        tables.intake.c.status == IntakeStatus.TAKEN,
        tables.intake.c.received_at < before,
    )
    return [
        Finding(
            check="undecided intake",
            subject=stream,
            sentence=f"{_counted(count, 'act')} taken in since {_utc(since)} without a decision",
            command="dialogue workflows rebuild --check",
        )
        for stream, count, since in rows
    ]


async def _past_due(connection: AsyncConnection, before: datetime) -> Iterable[Finding]:
    found = []
    for noun in DECIDERS:
        for kept in await snapshot.of_noun(connection, noun):
            due = _due(kept)
            if due is not None and due.at < before:
                found.append(
                    Finding(
                        check="timer past due",
                        subject=kept.stream,
                        sentence=f"{due.label} was due {_utc(due.at)} and has not been decided",
                        command=f"temporal workflow describe --workflow-id {kept.stream}",
                    )
                )
    return found


def _due(kept: snapshot.Snapshot) -> Any:
    decider = decider_of(kept.stream)
    return None if kept.state is None or decider.is_closed(kept.state) else decider.due(kept.state)


async def _untold(connection: AsyncConnection, before: datetime) -> Iterable[Finding]:
    columns = tables.notice.c
    rows = await connection.execute(
        select(columns.stream, columns.notice, columns.entity, columns.role, columns.state, columns.reason)
        .where(columns.state != "delivered", columns.queued_at < before)
        .order_by(columns.queued_at, columns.stream, columns.entity)
    )
    return [
        Finding(
            check="undelivered notice",
            subject=row.stream,
            sentence=f"{row.notice} has not reached {row.entity} ({row.role}): {row.reason or 'it is still queued'}",
            command=_toward_delivery(row.reason),
        )
        for row in rows
    ]


def _toward_delivery(reason: str | None) -> str:
    if reason and "nobody holds" in reason:
        return "POST /v1/persons, then /v1/appointments, as head of that entity"
    return "put right DIALOGUE_SMTP_*, then dialogue worker"


async def _unsealed(connection: AsyncConnection, before: datetime) -> Iterable[Finding]:
    ledger, position = tables.ledger, tables.ledger_position
    joined = ledger.outerjoin(
        position, (position.c.stream == ledger.c.stream) & (position.c.version == ledger.c.version)
    )
    query = (
        select(func.count(), func.min(ledger.c.recorded_at))
        .select_from(joined)
        .where(position.c.position.is_(None), ledger.c.recorded_at < before)
    )
    count, since = (await connection.execute(query)).one()
    if not count:
        return ()
    sentence = f"{_counted(count, 'entry', 'entries')} recorded since {_utc(since)} without a position"
    return [Finding(check="unsealed ledger", subject="ledger", sentence=sentence, command="dialogue worker")]


async def _oldest(
    connection: AsyncConnection, by: ColumnElement[str], instant: ColumnElement[datetime], *where: ColumnElement[bool]
) -> list[tuple[str, int, datetime]]:
    rows = await connection.execute(select(by, func.count(), func.min(instant)).where(*where).group_by(by).order_by(by))
    return [(name, count, since) for name, count, since in rows]


# ---- workflows


async def _older(database: Database, client: Client, wanted: Sequence[str]) -> list[Finding]:
    """Find workflows that are ahead of their streams, or behind them."""
    try:
        compared = [each async for each in compare(database, client, [*wanted, *await strangers(database, client)])]
    except PayloadUnreadable:
        return []  # found among the payloads, with the key to put back
    found = []
    if ahead := [each for each in compared if each.standing is Standing.AHEAD]:
        sentence = (await sentence_of(database, ahead)).removesuffix(".")
        command = "dialogue workflows rebuild --check"
        found.append(Finding(check="older database", subject="PostgreSQL", sentence=sentence, command=command))
    found += [
        Finding(
            check="workflow behind",
            subject=each.stream,
            sentence=f"its ledger is at {each.version}, and it has decided no more than {each.tail.decided}",
            command="dialogue workflows rebuild",
        )
        for each in compared
        if each.standing is Standing.BEHIND and each.tail is not None
    ]
    return found


async def _gone(client: Client, ids: Iterable[str]) -> AsyncIterator[Finding]:
    for id_, described in (await _described(client, ids)).items():
        if described is None:
            sentence = "it has no workflow"
        elif described.status is WorkflowExecutionStatus.RUNNING or described.status is None:
            continue
        else:
            why = await _why(client, described)
            if PUT_ASIDE in why:
                continue
            sentence = f"its workflow has ended ({described.status.name.lower()}{why})"
        yield Finding(check="workflow gone", subject=id_, sentence=sentence, command="dialogue workflows rebuild")


async def _why(client: Client, described: WorkflowExecutionDescription) -> str:
    handle = client.get_workflow_handle(described.id, run_id=described.run_id)
    try:
        await handle.result()
    except PayloadUnreadable as error:
        return f": {_one_line(str(error))}"
    except WorkflowFailureError as error:
        cause: BaseException = error
        while cause.__cause__ is not None:
            cause = cause.__cause__
        return f": {_one_line(str(cause))}"
    return ""


async def _words(client: Client, failure: Failure) -> str:
    """Return what a failure says, opened if it was sealed."""
    opened = Failure()
    opened.CopyFrom(failure)
    try:
        await client.data_converter.decode_failure(opened)
    except PayloadUnreadable as error:
        return str(error)
    return opened.message


async def _stuck(client: Client, ids: Iterable[str]) -> AsyncIterator[Finding]:
    for id_, described in (await _described(client, ids)).items():
        if described is None:
            continue
        raw = described.raw_description
        command = f"temporal workflow show --workflow-id {id_}"
        if raw.HasField("pending_workflow_task") and raw.pending_workflow_task.attempt >= TASK_ATTEMPTS:
            sentence = f"its workflow task fails, attempt {raw.pending_workflow_task.attempt}"
            yield Finding(check="wedged workflow", subject=id_, sentence=sentence, command=command)
        for activity in raw.pending_activities:
            if activity.attempt >= ACTIVITY_ATTEMPTS:
                why = _one_line(await _words(client, activity.last_failure))
                sentence = f"{activity.activity_type.name} fails, attempt {activity.attempt}: {why}"
                yield Finding(check="failing activity", subject=id_, sentence=sentence, command=command)


async def _described(client: Client, ids: Iterable[str]) -> dict[str, WorkflowExecutionDescription | None]:
    """Describe the latest run of each workflow; ``None`` for one that there is not."""
    bound = asyncio.Semaphore(AT_ONCE)

    async def describe(id_: str) -> tuple[str, WorkflowExecutionDescription | None]:
        async with bound:
            try:
                return id_, await client.get_workflow_handle(id_).describe()
            except RPCError as error:
                if error.status is RPCStatusCode.NOT_FOUND:
                    return id_, None
                raise

    return dict(await asyncio.gather(*(describe(id_) for id_ in ids)))


def _counted(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _one_line(text: str, longest: int = 200) -> str:
    line = " ".join(text.split()) or "no reason given"
    return line if len(line) <= longest else f"{line[:longest]}…"
