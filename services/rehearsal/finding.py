"""Finds what is recorded of an object that something is expected of, field by field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select

from services.commands.bookings import double_booked
from services.commands.clashes import same_name
from services.domain.action.state import ActionItem
from services.domain.body.state import Body
from services.domain.catalogue import decider_of
from services.domain.cycle.attendance import presence_of, quorum_at, readers
from services.domain.cycle.footnotes import footnotes_of
from services.domain.cycle.records import StepDue
from services.domain.cycle.state import Cycle
from services.domain.message import Deadline
from services.domain.silence.state import SilenceProcedure
from services.rehearsal.fact import RecordFacts
from services.rehearsal.resolving import Resolver, Thing
from services.rehearsal.scenario import Expectation
from services.rehearsal.stage import Stage
from services.storage import tables

#: How far ahead sessions are looked at for persons booked twice.
AHEAD: Final = timedelta(days=800)


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One expectation with all there is to look it up by; ``fields`` hold instants already resolved."""

    expectation: Expectation
    fields: Mapping[str, Any]
    resolver: Resolver
    facts: RecordFacts
    stage: Stage

    @property
    def at(self) -> datetime:
        """Return the present instant."""
        return self.stage.clock.at

    def thing(self) -> Thing:
        """Return what the expectation is about."""
        return self.resolver.thing(str(self.expectation.subject), self.expectation.line)

    async def state(self) -> Any:
        """Return the state of what the expectation is about."""
        return await self.facts.state(self.thing().stream)


Found = Mapping[str, Any]


async def _cycle(case: Case) -> Found:
    cycle: Cycle = await case.state()
    return {
        "state": cycle.state.value,
        "number": cycle.number,
        "starts": cycle.starts,
        "ends": cycle.ends,
        "mode": cycle.convening.mode.value if cycle.convening else None,
        "convened_at": cycle.convening.at if cycle.convening else None,
        "closed_at": cycle.closed_at,
        "was": [schedule.starts for schedule in cycle.superseded],
    }


async def _response(case: Case) -> Found:
    cycle: Cycle = await case.state()
    entity = str(case.fields["entity"])
    response, presence = cycle.responses.get(entity), presence_of(cycle, entity)
    return {
        "entity": entity,
        "answer": response.answer.value if response else None,
        "presence": presence.value if presence else None,
        "credentials": len(cycle.credentials.get(entity, ())),
    }


async def _quorum(case: Case) -> Found:
    cycle: Cycle = await case.state()
    quorum = quorum_at(cycle, case.at)
    return {"met": quorum.is_met, "present": quorum.present, "required": quorum.required, "members": quorum.members}


async def _deadline(case: Case) -> Found:
    state, plan = await case.state(), case.fields.get("plan")
    label, entity = case.fields["label"], case.fields.get("entity")
    standing = decider_of(case.thing().stream).deadlines(state) if plan is None else _planned(state, plan)
    found = next((d for d in standing if d.label == label and entity in (None, d.entity)), None)
    if found is None:
        return {"label": label, "entity": entity, "due": None, "plan": plan}
    return {
        "label": label,
        "entity": found.entity,
        "due": found.due_at,
        "met": found.met_at,
        "would_be": found.would_be_at if isinstance(found, Deadline) else None,
        "short_notice": _is_short_notice(state, found),
        "says": _said(case, found.reason),
        "plan": plan,
    }


def _planned(state: Any, plan: int) -> tuple[StepDue, ...]:
    """Return the steps of the plan that stood before the nth postponement of a cycle."""
    superseded = state.superseded if isinstance(state, Cycle) else ()
    return superseded[plan - 1].steps if 0 < plan <= len(superseded) else ()


def _is_short_notice(state: Any, found: Deadline | StepDue) -> bool:
    if isinstance(found, StepDue):
        return found.is_short_notice
    steps = state.steps if isinstance(state, Cycle) else ()
    return any(s.is_short_notice for s in steps if (s.label, s.entity) == (found.label, found.entity))


def _said(case: Case, *texts: str) -> list[str]:
    """Return the words looked for, as far as one text has them; the text itself if none has them all."""
    wanted = case.fields.get("says") or []
    if any(all(each in text for each in wanted) for text in texts):
        return list(wanted)
    return texts[-1].splitlines() if texts else []


async def _moment(case: Case) -> Found:
    action: ActionItem = await case.state()
    label = case.fields["label"]
    found = next((m for m in (*action.pending, *reversed(action.fired)) if m.label == label), None)
    if found is None:
        return {"label": label}
    moved = next((w for w in action.would_move if w.label == label), None)
    return {
        "label": label,
        "at": found.at,
        "planned": found.planned_at,
        "would_be": moved.would_be_at if moved else None,
        "to": found.to,
        "gone": found not in action.pending,
    }


async def _wait(case: Case) -> Found:
    stream = case.thing().stream
    asked = {name: value for name, value in case.fields.items() if name in ("what", "entity", "role")}
    found = [
        wait
        for wait in decider_of(stream).waits(await case.facts.state(stream))
        if all(getattr(wait, name) == value for name, value in asked.items())
    ]
    count = {"count": len(found)}
    if not found:
        return count if case.fields.get("count") != 0 else {**count, **asked}
    return {**count, **{name: getattr(found[0], name) for name in ("what", "entity", "role", "since", "until")}}


async def _contribution(case: Case) -> Found:
    cycle: Cycle = await case.state()
    entity = str(case.fields["entity"])
    seen = {
        reader
        for each in cycle.contributions
        if each.entity == entity
        for reader in (*readers(cycle, each.audience, case.at), entity)
    }
    has_any = any(each.entity == entity for each in cycle.contributions)
    return {"entity": entity, "visible_to": sorted(seen) if has_any else None}


async def _silence(case: Case) -> Found:
    silence: SilenceProcedure = await case.state()
    return {
        "state": silence.state.value,
        "expires": silence.expires_at,
        "extended": silence.extensions + int(silence.more_time_given),
        "rounds": silence.round,
        "broken_at": silence.broken_at,
        "broken_by": silence.broken_by,
        "adopted_at": silence.adopted_at,
        "further": [each.entity for each in silence.objections if each.is_further],
        "late": [each.entity for each in silence.late_statements],
        "comments": [each.entity for each in silence.comments],
        "waiting_for": list(silence.untold) if silence.is_running else [],
        "electorate": list(silence.electorate),
        "waived": silence.waiver is not None,
        "supersedes": silence.supersedes,
    }


async def _text(case: Case) -> Found:
    thing = case.thing()
    cycle: Cycle = await case.facts.state(thing.stream)
    text = cycle.text(thing.id)
    if text is None:
        return {}
    return {
        "state": text.state.value,
        "version": text.current.number,
        "footnotes": [footnote.kind.value for footnote in footnotes_of(cycle, text)],
        "dissociated": [each.entity for each in text.dissociations],
    }


async def _action(case: Case) -> Found:
    action: ActionItem = await case.state()
    return {
        "state": action.state.value,
        "owner": action.owner,
        "due": action.due_at,
        "overdue": action.is_overdue,
        "needs_new_owner": action.needs_new_owner,
        "reminded": len(action.reminded),
        "rungs": list(action.rungs),
        "carried_to": action.carried_to,
        "conflicting": sum(adoption.is_conflicting for adoption in action.adoptions),
        "bodies": [action.body, *action.joint_bodies],
    }


async def _clash(case: Case) -> Found:
    person, scenario = str(case.expectation.subject), case.resolver.scenario
    async with case.stage.record.read() as connection:
        twice = await double_booked(
            connection, case.stage.vault, scenario.membership, since=scenario.starts, until=case.at + AHEAD
        )
    meeting = [each.meeting for each in twice if same_name(each.person) == same_name(person)]
    return {"cycles": sorted({f"{s.body}/{s.number}" for each in meeting for s in each.sittings})}


async def _notice(case: Case) -> Found:
    fields, wanted = case.fields, case.fields.get("at")
    rows = await _letters(case)
    told = [row.told_at or row.queued_at for row in rows]
    if isinstance(wanted, datetime):
        near = [at for at in told if timedelta(0) <= at - wanted < timedelta(seconds=1)]
        rows = [row for row, at in zip(rows, told, strict=True) if at in near]
        told = near or told
    written = [(row, case.stage.post.text_of(row.stream, row.cause, row.notice, row.person)) for row in rows]
    words = fields.get("says") or []
    rows = [row for row, text in written if all(word in text for word in words)]
    has_any = bool(rows) or "count" in fields
    return {
        "to": fields.get("to") if has_any else None,
        "role": fields.get("role") if has_any else None,
        "at": told[-1] if told else None,
        "count": len({(row.stream, row.cause, row.entity) for row in rows}),
        "state": fields.get("state", "delivered") if has_any else None,
        "says": words if rows else _said(case, *(text for _, text in written)),
    }


async def _letters(case: Case) -> Sequence[Any]:
    """Return the letters of the kind, to whom and in which state is asked for, in their order."""
    t, fields = tables.notice.c, case.fields
    query = select(t.stream, t.cause, t.notice, t.entity, t.person, t.queued_at, t.told_at).where(
        t.notice == str(case.expectation.subject),
        t.queued_at >= case.resolver.scenario.starts,
        t.state == fields.get("state", "delivered"),
        *([t.entity == fields["to"]] if "to" in fields else []),
        *([t.role == fields["role"]] if "role" in fields else []),
    )
    async with case.stage.record.read() as connection:
        return (await connection.execute(query.order_by(t.queued_at))).all()


async def _rights(case: Case) -> Found:
    register = await case.facts.state("register")
    at = case.fields.get("at") or case.at
    status = register.membership.status_at(str(case.expectation.subject), at)
    return {"at": at, "status": status.value if status else None}


async def _body(case: Case) -> Found:
    body: Body = await case.facts.state(f"body/{case.expectation.subject}")
    return {
        "next_cycle": body.next_cycle.number if body.next_cycle else None,
        "live_cycles": [cycle.number for cycle in body.live_cycles],
        "skipped": [skipped.starts for skipped in body.skipped],
    }


FINDS: Final[Mapping[str, Callable[[Case], Awaitable[Found]]]] = {
    "cycle": _cycle,
    "response": _response,
    "quorum": _quorum,
    "deadline": _deadline,
    "moment": _moment,
    "wait": _wait,
    "contribution": _contribution,
    "silence": _silence,
    "text": _text,
    "action": _action,
    "clash": _clash,
    "notice": _notice,
    "rights": _rights,
    "body": _body,
}
