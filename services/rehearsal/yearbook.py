"""What years of a body come to: sessions, deadlines, load, letters, clashes, and what went wrong, as one JSON value."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import select

from services.domain.catalogue import decider_of
from services.domain.cycle.state import Cycle
from services.domain.day import day_of
from services.domain.membership import Membership
from services.domain.message import Deadline
from services.domain.working_days import calendar_of
from services.policies.cadence import occurrences
from services.policies.edition import Edition
from services.policies.fault import PolicyError
from services.policies.strict_yaml import read_yaml
from services.rehearsal.behaviour import Behaviour
from services.rehearsal.performance import Performance, Progress
from services.rehearsal.playing import OpenStage
from services.rehearsal.scenario import Calendars, Scenario
from services.rehearsal.years import Years
from services.storage import snapshot, tables
from services.wire.canonical import digest
from services.wire.moment import write_instant

MOST_CYCLES: Final = 240
AHEAD: Final = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """Which years are asked for: of which body under which procedure, from when, how many, with which behaviour."""

    body: str
    procedure: str
    starts: datetime
    years: int
    behaviour: Behaviour

    @property
    def until(self) -> datetime:
        """Return the end of the years."""
        return self.starts.replace(year=self.starts.year + self.years)


def body_for(edition: Edition, procedure: str) -> str:
    """
    Return the body that decides by a procedure, or by another version of it; else the first.

    Raises:
        PolicyError: there is no such procedure.
    """
    if procedure not in edition.procedures:
        known = ", ".join(sorted(edition.procedures))
        raise PolicyError(
            file=f"procedures/{procedure}.yaml",
            line=1,
            key="",
            problem=f"there is no procedure {procedure}",
            remedy=f"name one of {known}",
        )
    name = procedure.partition("@")[0]
    own = (charter.code for charter in edition.charters if charter.procedure.partition("@")[0] == name)
    return next(own, edition.charters[0].code)


def check_pace(asked: Asked, edition: Edition) -> None:
    """
    Check that the years hold no more sessions than can be lived through.

    Raises:
        PolicyError: they hold more.
    """
    procedure = edition.procedures[asked.procedure]
    at, seen = asked.starts, 0
    while seen <= MOST_CYCLES:
        sessions = occurrences(procedure.cadence, at, AHEAD, day_ends=procedure.day_ends)
        within = [starts for starts, _ in sessions if starts < asked.until]
        seen += len(within)
        if len(within) < len(sessions):
            return
        at = within[-1]
    raise PolicyError(
        file=f"procedures/{asked.procedure}.yaml",
        line=1,
        key="cadence",
        problem=f"{asked.years} years of this cadence hold more than {MOST_CYCLES} sessions",
        remedy="ask for fewer years",
    )


def scenario_of(asked: Asked, edition: Edition, policies: Path) -> Scenario:
    """Return the table of the years, as a scenario without steps."""
    files = {
        f"{name}.yaml": read_yaml(policies / f"{name}.yaml").value
        for name in edition.digests
        if name.startswith("membership/")
    }
    return Scenario(
        file=asked.procedure,
        name=f"{asked.years} years of {asked.body} under {asked.procedure}",
        starts=asked.starts,
        bodies=(asked.body,),
        procedures={},
        calendars=Calendars.REGISTER,
        overrides=files,
        membership=edition.membership,
        charters=edition.charters,
        steps=(),
        until=asked.until,
        expectations=(),
    )


async def live(
    asked: Asked, edition: Edition, policies: Path, open_stage: OpenStage, progress: Progress
) -> dict[str, Any]:
    """
    Live through the years, by an edition of the policies in a folder, and return what they came to.

    Raises:
        NotSeated: somebody cannot have the seat they need.
    """
    scenario = scenario_of(asked, edition, policies)
    async with open_stage(scenario) as stage:
        performance = Performance(scenario=scenario, stage=stage, progress=progress)
        years = Years(performance=performance, behaviour=asked.behaviour, body=asked.body, until=asked.until)
        async with performance.playing():
            await performance.advance(scenario.starts)
            await years.live({"procedure": asked.procedure})
        return await _told(asked, performance, years)


async def _told(asked: Asked, performance: Performance, years: Years) -> dict[str, Any]:
    async with performance.stage.record.read() as connection:
        cycles = [k.state for k in await snapshot.of_noun(connection, "cycle") if k.state.body == asked.body]
        others = [k for noun in ("silence", "action") for k in await snapshot.of_noun(connection, noun)]
    cycles.sort(key=lambda cycle: cycle.number)
    membership = performance.scenario.membership
    deadlines = [d for cycle in cycles if cycle.convening for d in _deadlines(cycle.stream, cycle, membership)]
    deadlines += [d for kept in others for d in _deadlines(kept.stream, kept.state, membership)]
    deadlines.sort(key=lambda each: (each["due"], each["entity"], each["label"]))
    value = {
        "procedure": asked.procedure,
        "body": asked.body,
        "years": asked.years,
        "starts": write_instant(asked.starts),
        "until": write_instant(asked.until),
        "behaviour": {"name": asked.behaviour.name, "seed": asked.behaviour.seed},
        "cycles": [_cycle(cycle) for cycle in cycles],
        "deadlines": deadlines,
        "load": _load(deadlines),
        "notices": await _letters(performance, asked.starts),
        "clashes": [clash for cycle in cycles for clash in _clashes(cycle, membership)],
        "troubles": [{**asdict(trouble), "at": write_instant(trouble.at)} for trouble in years.troubles],
    }
    return {**value, "digests": {**performance.stage.digests, "years": digest(value)}}


def _cycle(cycle: Cycle) -> dict[str, Any]:
    return {
        "number": cycle.number,
        "state": cycle.state.value,
        "starts": write_instant(cycle.starts),
        "ends": write_instant(cycle.ends),
        "local": local(cycle.starts, cycle.zone),
        "convened_at": write_instant(cycle.convening.at) if cycle.convening else None,
        "adopted_at": write_instant(cycle.adopted_at) if cycle.adopted_at else None,
    }


def _deadlines(stream: str, state: Any, membership: Membership) -> Iterable[dict[str, Any]]:
    """Give the deadlines of a stream, met ones among them, each in its debtor's local time."""
    found: tuple[Deadline, ...] = decider_of(stream).deadlines(state)
    steps = [(s.label, s.entity, s.due_at, s.met_at, s.reason) for s in state.steps] if isinstance(state, Cycle) else []
    standing = [(d.label, d.entity, d.due_at, d.met_at, d.reason) for d in found] if not steps else []
    for label, entity, due_at, met_at, reason in (*steps, *standing):
        known = membership.entity(entity)
        yield {
            "due": write_instant(due_at),
            "local": local(due_at, known.zone if known else "UTC"),
            "entity": entity,
            "label": label,
            "of": stream,
            "met_at": write_instant(met_at) if met_at else None,
            "is_late": met_at is not None and met_at > due_at,
            "reason": reason,
        }


def local(at: datetime, zone: str) -> str:
    """Return an instant as clocks in a zone show it."""
    return f"{at.astimezone(ZoneInfo(zone)):%a %Y-%m-%d %H:%M} {zone}"


def _load(deadlines: Iterable[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Count the deadlines of each entity by month of the year, over all years."""
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in deadlines:
        counted[each["entity"]][each["due"][5:7]] += 1
    return {entity: dict(sorted(months.items())) for entity, months in sorted(counted.items())}


async def _letters(performance: Performance, since: datetime) -> dict[str, dict[str, int]]:
    """Count the letters that reached each seat by week of the calendar."""
    t = tables.notice.c
    query = select(t.person, t.entity, t.role, t.told_at).where(t.queued_at >= since, t.state == "delivered")
    seats = {actor.person: seat for seat, actor in performance.people.actors.items()}
    async with performance.stage.record.read() as connection:
        rows = (await connection.execute(query)).all()
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        year, week, _ = row.told_at.isocalendar()
        counted[seats.get(row.person, f"{row.entity}/{row.role}")][f"{year}-W{week:02d}"] += 1
    return {who: dict(sorted(weeks.items())) for who, weeks in sorted(counted.items())}


def _clashes(cycle: Cycle, membership: Membership) -> Iterable[dict[str, Any]]:
    """Give the days of a session that an entity does not work, with why not."""
    for entity in membership.entities:
        if entity.status_at(cycle.starts) is None:
            continue
        for delegation in entity.delegations:
            zone, calendar = ZoneInfo(delegation.zone), calendar_of(delegation, cycle.calendar)
            for on in _dates(cycle.starts.astimezone(zone).date(), cycle.ends - timedelta(seconds=1), zone):
                day = day_of(on=on, calendar=calendar, table=cycle.calendar)
                if day.closes_at is None:
                    yield {
                        "cycle": cycle.number,
                        "entity": entity.code,
                        "at": delegation.code,
                        "on": f"{on}",
                        "why": day.why,
                    }


def _dates(first: date, ends: datetime, zone: ZoneInfo) -> Iterable[date]:
    last = ends.astimezone(zone).date()
    while first <= last:
        yield first
        first += timedelta(days=1)
