"""How the record stands: what waits in it, how far it is, who listens; numbers only, in one reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.deaf_time import deaf_spans
from services.domain.silence.state import ProcedureState
from services.storage import ledger, listening, tables
from services.storage.intake import IntakeStatus

#: Deaf time is told of the time just gone by.
LOOKED_BACK = timedelta(hours=1)
#: What is due is not late yet within this.
PATIENCE = timedelta(minutes=1)
RUNNING = (ProcedureState.OPENED, ProcedureState.EXTENDED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How the record stands at an instant; ages and spans in seconds, 0 where nothing waits."""

    undecided: int
    undecided_for: float
    notices_queued: int
    notices_failed: int
    notice_queued_for: float
    position: int
    unsealed: int
    unsealed_for: float
    past_due: int
    listeners: int
    deaf_for: float
    deaf_lately: float


async def standing(connection: AsyncConnection) -> Standing:
    """Return how the record stands now."""
    now: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    intake, notice, procedure = tables.intake.c, tables.notice.c, tables.procedure.c
    undecided, undecided_since = await _waiting(connection, intake.received_at, intake.status == IntakeStatus.TAKEN)
    queued, queued_since = await _waiting(connection, notice.queued_at, notice.state == "queued")
    failed, _ = await _waiting(connection, notice.queued_at, notice.state == "failed")
    past_due, _ = await _waiting(
        connection, procedure.expires_at, procedure.state.in_(RUNNING), procedure.expires_at < now - PATIENCE
    )
    unsealed, unsealed_since = await _unsealed(connection)
    return Standing(
        undecided=undecided,
        undecided_for=_age(now, undecided_since),
        notices_queued=queued,
        notices_failed=failed,
        notice_queued_for=_age(now, queued_since),
        position=await ledger.head(connection),
        unsealed=unsealed,
        unsealed_for=_age(now, unsealed_since),
        past_due=past_due,
        **await _heard(connection, now),
    )


async def _waiting(connection: AsyncConnection, since: Any, *where: Any) -> tuple[int, datetime | None]:
    count, oldest = (await connection.execute(select(func.count(), func.min(since)).where(*where))).one()
    return count, oldest


async def _unsealed(connection: AsyncConnection) -> tuple[int, datetime | None]:
    entry, position = tables.ledger.c, tables.ledger_position.c
    joined = tables.ledger.outerjoin(
        tables.ledger_position, (position.stream == entry.stream) & (position.version == entry.version)
    )
    query = select(func.count(), func.min(entry.recorded_at)).select_from(joined).where(position.position.is_(None))
    count, oldest = (await connection.execute(query)).one()
    return count, oldest


async def _heard(connection: AsyncConnection, now: datetime) -> dict[str, Any]:
    since = now - LOOKED_BACK
    heard = await listening.heard_between(connection, since, now)
    deaf = deaf_spans(heard=heard, since=since, until=now, grain=listening.GRAIN)
    last = max((interval.end for interval in heard), default=since)
    silent = (now - last).total_seconds()
    return {
        "listeners": sum(interval.end >= now - listening.GRAIN for interval in heard),
        "deaf_for": silent if silent > listening.GRAIN.total_seconds() else 0.0,
        "deaf_lately": sum((span.end - span.start).total_seconds() for span in deaf),
    }


def _age(now: datetime, since: datetime | None) -> float:
    return max((now - since).total_seconds(), 0.0) if since else 0.0
