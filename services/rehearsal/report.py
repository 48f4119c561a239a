"""What came of a rehearsal: the events, letters, refusals and expectations, as one JSON value (scenarios.md 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from services.rehearsal.performance import Performance
from services.rehearsal.refused import plain_refusal
from services.rehearsal.scenario import Scenario
from services.storage import ledger, tables
from services.wire.canonical import digest
from services.wire.moment import write_instant
from services.workflows.reading import facts_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """The outcome; ``value`` is what ``--json`` writes."""

    scenario: Scenario
    ok: bool
    value: Mapping[str, Any]


async def report_of(performance: Performance) -> Report:
    """Return what came of a performance from its start on; what was there before it is left out."""
    scenario = performance.scenario
    events, notices = await _events(performance, scenario.starts), await _notices(performance, scenario.starts)
    verdicts = sorted(performance.verdicts, key=lambda verdict: verdict.line)
    is_right = all(verdict.ok for verdict in verdicts)
    return Report(
        scenario=scenario,
        ok=is_right,
        value={
            "scenario": scenario.name,
            "ok": is_right,
            "events": events,
            "notices": notices,
            "refusals": [plain_refusal(refused) for refused in performance.refusals],
            "expectations": [{"line": v.line, "ok": v.ok, "found": dict(v.found)} for v in verdicts],
            "digests": {**performance.stage.digests, "events": digest(events)},
        },
    )


async def _events(performance: Performance, since: datetime) -> list[dict[str, Any]]:
    async with performance.stage.record.work() as connection:
        await ledger.give_positions(connection)
        position = tables.ledger_position.c
        rows = await connection.execute(
            select(tables.ledger.c.entry)
            .join(
                tables.ledger_position,
                (position.stream == tables.ledger.c.stream) & (position.version == tables.ledger.c.version),
            )
            .where(tables.ledger.c.at >= since)
            .order_by(position.position)
        )
        entries = [ledger.read_entry(bytes(entry)) for entry in rows.scalars()]
    return [
        {
            "at": write_instant(entry.at),
            "stream": entry.stream,
            "version": entry.version,
            "kind": entry.kind,
            "by": by_of(entry.actor),
            "data": facts_of(dict(entry.data)),
        }
        for entry in entries
    ]


def by_of(actor: Mapping[str, Any]) -> str:
    """Return who acted as scenarios write it; the engine is ``system``."""
    if actor["entity"] == "engine":
        return "system"
    return f"{actor.get('delegation') or actor['entity']}/{actor['role']}"


async def _notices(performance: Performance, since: datetime) -> list[dict[str, Any]]:
    t = tables.notice.c
    query = (
        select(t.told_at, t.queued_at, t.notice, t.entity, t.role, t.channel, t.state)
        .where(t.queued_at >= since)
        .order_by(t.queued_at, t.stream, t.cause, t.notice, t.entity, t.role)
    )
    async with performance.stage.record.read() as connection:
        rows = (await connection.execute(query)).all()
    return [
        {
            "at": write_instant(row.told_at or row.queued_at),
            "kind": row.notice,
            "to": f"{row.entity}/{row.role}",
            "channel": row.channel,
            "state": row.state,
        }
        for row in rows
    ]
