"""Holds what is expected against what is recorded, object by object."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
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
from services.domain.cycle.state import Cycle
from services.domain.silence.state import SilenceProcedure
from services.policies.fault import PolicyError
from services.rehearsal.anchor import read_anchor
from services.rehearsal.expectation import OBJECTS, Value
from services.rehearsal.fact import RecordFacts
from services.rehearsal.resolving import Resolver, Thing
from services.rehearsal.scenario import Expectation
from services.rehearsal.stage import Stage
from services.storage import tables
from services.wire.moment import write_instant

#: How far ahead sessions are looked at for persons booked twice.
AHEAD: Final = timedelta(days=800)


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether what stands on a line of the scenario holds, and what was found there."""

    line: int
    ok: bool
    found: Mapping[str, Any]


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


async def judge(expectation: Expectation, resolver: Resolver, facts: RecordFacts, stage: Stage) -> Verdict:
    """Return whether an expectation holds now."""
    kinds = OBJECTS[expectation.object].fields
    try:
        fields = {
            name: await _instant(value, resolver, stage, expectation.line)
            if kinds[name] is Value.INSTANT and value is not None
            else value
            for name, value in expectation.fields.items()
        }
        case = Case(expectation=expectation, fields=fields, resolver=resolver, facts=facts, stage=stage)
        found = await FINDS[expectation.object](case)
    except PolicyError as error:
        return Verdict(line=expectation.line, ok=False, found={"problem": error.problem})
    shown = {name: found.get(name) for name in fields}
    is_right = all(_is_same(kinds[name], fields[name], value) for name, value in shown.items())
    return Verdict(line=expectation.line, ok=is_right, found={name: plain(value) for name, value in shown.items()})


async def _instant(text: str, resolver: Resolver, stage: Stage, line: int) -> datetime:
    return await resolver.instant(read_anchor(text), after=stage.clock.at, line=line)


def _is_same(kind: object, wanted: Any, found: Any) -> bool:
    """Compare instants to the second, and lists of entities or words whatever their order."""
    if kind is Value.INSTANT and wanted is not None:
        return found is not None and found.replace(microsecond=0) == wanted.replace(microsecond=0)
    if isinstance(wanted, list) and isinstance(found, list):
        return sorted(wanted) == sorted(found)
    return bool(wanted == found)


def plain(value: Any) -> Any:
    """Return what was found as a JSON value."""
    if isinstance(value, datetime):
        return write_instant(value)
    return [plain(each) for each in value] if isinstance(value, list) else value


Found = Mapping[str, Any]


async def _cycle(case: Case) -> Found:
    cycle: Cycle = await case.state()
    return {
        "state": cycle.state.value,
        "number": cycle.number,
        "starts": cycle.starts,
        "ends": cycle.ends,
        "convened_at": cycle.convening.at if cycle.convening else None,
        "closed_at": cycle.closed_at,
    }


async def _response(case: Case) -> Found:
    cycle: Cycle = await case.state()
    entity = str(case.fields["entity"])
    response, presence = cycle.responses.get(entity), presence_of(cycle, entity)
    return {
        "entity": entity,
        "answer": response.answer.value if response else None,
        "presence": presence.value if presence else None,
    }


async def _quorum(case: Case) -> Found:
    cycle: Cycle = await case.state()
    quorum = quorum_at(cycle, case.at)
    return {"met": quorum.is_met, "present": quorum.present, "required": quorum.required}


async def _deadline(case: Case) -> Found:
    thing = case.thing()
    state = await case.facts.state(thing.stream)
    standing = [d for d in decider_of(thing.stream).deadlines(state) if d.label == case.fields["label"]]
    entity = case.fields.get("entity")
    found = next((d for d in standing if entity in (None, d.entity)), None)
    return {
        "label": case.fields["label"],
        "entity": found.entity if found else entity,
        "due": found.due_at if found else None,
    }


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
    t, fields = tables.notice.c, case.fields
    query = select(t.stream, t.cause, t.entity, t.state, t.queued_at, t.told_at).where(
        t.notice == str(case.expectation.subject), t.queued_at >= case.resolver.scenario.starts
    )
    if "to" in fields:
        query = query.where(t.entity == fields["to"])
    query = query.where(t.state == fields.get("state", "delivered"))
    async with case.stage.record.read() as connection:
        rows = (await connection.execute(query.order_by(t.queued_at))).all()
    told = [row.told_at or row.queued_at for row in rows]
    wanted = fields.get("at")
    if isinstance(wanted, datetime):
        near = [at for at in told if timedelta(0) <= at - wanted < timedelta(seconds=1)]
        rows = [row for row, at in zip(rows, told, strict=True) if at in near]
        told = near or told
    count = len({(row.stream, row.cause, row.entity) for row in rows})
    has_any = bool(rows)
    return {
        "to": fields.get("to") if has_any or "count" in fields else None,
        "at": told[-1] if told else None,
        "count": count,
        "state": fields.get("state", "delivered") if has_any or "count" in fields else None,
    }


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
    }


FINDS: Final[Mapping[str, Callable[[Case], Awaitable[Found]]]] = {
    "cycle": _cycle,
    "response": _response,
    "quorum": _quorum,
    "deadline": _deadline,
    "contribution": _contribution,
    "silence": _silence,
    "text": _text,
    "action": _action,
    "clash": _clash,
    "notice": _notice,
    "rights": _rights,
    "body": _body,
}
