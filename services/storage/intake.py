"""The intake: what was sent counts from the instant it was durably taken in, whatever broke afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic_core import to_json as json_bytes
from sqlalchemy import RowMapping, bindparam, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.storage.tables import intake
from services.storage.vault import Sealed

COLUMNS = tuple(column.name for column in intake.columns)
#: The command and its contents in one round trip; whoever delivers is told of what was taken in.
TAKE_IN = f"""
with put as (
    insert into intake ({", ".join(COLUMNS)})
    select {", ".join(COLUMNS)} from jsonb_populate_record(null::intake, $1::jsonb)
    on conflict (command_id) do nothing returning status
), contents as (
    select * from unnest($2::text[], $3::bytea[], $4::text[], $5::integer[], $6::text[], $7::bytea[], $8::text[])
    as each (address, ciphertext, commitment, size, media_type, wrapped, master_key_id)
    where exists (select from put)
), stored as (
    insert into vault (address, ciphertext, commitment, size, media_type)
    select address, ciphertext, commitment, size, media_type from contents on conflict do nothing
), kept as (
    insert into vault_key (address, wrapped, master_key_id)
    select address, wrapped, master_key_id from contents on conflict do nothing
)
select status, case when status = 'taken' then pg_notify('intake', '')::text end from put
"""  # noqa: S608 - the names of our own columns


class IntakeStatus(StrEnum):
    """What has become of a command."""

    TAKEN = "taken"
    DECIDED = "decided"
    REFUSED = "refused"
    DENIED = "denied"


@dataclass(frozen=True, kw_only=True, slots=True)
class IntakeRow:
    """A command as taken in; ``envelope`` is what the aggregate is given."""

    command_id: str
    stream: str
    kind: str
    body_digest: str
    person: str
    entity: str
    envelope: Mapping[str, Any]
    is_permitted: bool
    rule: str
    policy_digest: str
    received_at: datetime
    act_at: datetime
    status: IntakeStatus
    outcome: Mapping[str, Any] | None = None
    decided_at: datetime | None = None


async def settle(connection: AsyncConnection, stream: str) -> None:
    """Wait until every intake under way for a stream has committed; later ones get a later instant."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(stream, 0))))


async def now_taking(connection: AsyncConnection, stream: str) -> datetime:
    """Return the database's clock for an act on a stream, inside the span that ``settle`` waits for."""
    taken = await connection.execute(
        text(
            "with held as materialized (select pg_advisory_xact_lock_shared(hashtextextended(:stream, 0)))"
            " select clock_timestamp() from held"
        ),
        {"stream": stream},
    )
    instant: datetime = taken.scalar_one()
    return instant


async def put(connection: AsyncConnection, row: IntakeRow, sealed: Sequence[Sealed] = ()) -> bool:
    """Take a command in with its contents; ``False``, and nothing is stored, if its id is there already."""
    fields = {name: getattr(row, name) for name in COLUMNS}
    contents = (
        [each.content.address for each in sealed],
        [each.ciphertext for each in sealed],
        [each.content.commitment for each in sealed],
        [each.content.size for each in sealed],
        [each.content.media_type for each in sealed],
        [each.wrapped for each in sealed],
        [each.master_key_id for each in sealed],
    )
    done = await connection.exec_driver_sql(TAKE_IN, (json_bytes(fields).decode(), *contents))
    return done.first() is not None


async def get(connection: AsyncConnection, command_id: str) -> IntakeRow | None:
    """Return a command by id."""
    found = (await connection.execute(select(intake).where(intake.c.command_id == command_id))).mappings().first()
    return _row(found) if found else None


async def of_person(
    connection: AsyncConnection, person: str, *, before: datetime | None, limit: int
) -> Sequence[IntakeRow]:
    """Return a person's own commands, newest first."""
    query = select(intake).where(intake.c.person == person).order_by(intake.c.received_at.desc()).limit(limit)
    if before is not None:
        query = query.where(intake.c.received_at < before)
    return [_row(found) for found in (await connection.execute(query)).mappings()]


async def undecided_before(connection: AsyncConnection, stream: str, before: datetime) -> Sequence[IntakeRow]:
    """Return the acts on a stream whose instant is before ``before`` and that have no outcome yet, in their order."""
    found = await connection.execute(
        select(intake)
        .where(intake.c.stream == stream, intake.c.status == IntakeStatus.TAKEN, intake.c.act_at < before)
        .order_by(intake.c.act_at, intake.c.received_at, intake.c.command_id)
    )
    return [_row(row) for row in found.mappings()]


async def undelivered(connection: AsyncConnection, *, older_than: datetime | None, limit: int) -> Sequence[IntakeRow]:
    """Lock and return commands without outcome that nobody else is delivering just now."""
    query = (
        select(intake)
        .where(intake.c.status == IntakeStatus.TAKEN)
        .order_by(intake.c.act_at, intake.c.command_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if older_than is not None:
        query = query.where(intake.c.received_at < older_than)
    return [_row(row) for row in (await connection.execute(query)).mappings()]


async def settle_outcomes(connection: AsyncConnection, outcomes: Iterable[Mapping[str, Any]]) -> None:
    """Write outcomes: ``command_id``, ``status`` and ``outcome`` each; one that stands is left as it is."""
    rows = [{"b_command_id": o["command_id"], "b_status": o["status"], "b_outcome": o["outcome"]} for o in outcomes]
    if not rows:
        return
    await connection.execute(
        update(intake)
        .where(intake.c.command_id == bindparam("b_command_id"), intake.c.status == IntakeStatus.TAKEN)
        .values(status=bindparam("b_status"), outcome=bindparam("b_outcome"), decided_at=func.clock_timestamp()),
        rows,
    )


def _row(found: RowMapping) -> IntakeRow:
    return IntakeRow(**{**found, "status": IntakeStatus(found["status"])})
