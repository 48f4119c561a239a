"""From a cycle's state to what is told of it, part by part."""

from __future__ import annotations

from typing import Any

from services.api.cycle.sight import (
    actions_of,
    contributions_of,
    duty_of,
    items_of,
    only_seen,
    papers_of,
    procedures_of,
    texts_of,
)
from services.api.reading import Viewer
from services.api.showing import parts_of
from services.domain.cycle.attendance import presence_of, quorum_at
from services.domain.cycle.records import Schedule, StepDue
from services.domain.cycle.state import Cycle


async def cycle_told(viewer: Viewer, cycle: Cycle) -> dict[str, Any]:
    """Return everything of a cycle that the viewer sees, its papers and contributions apart."""
    actions = await actions_of(viewer, {"body": cycle.body, "cycle": cycle.number})
    open_before = await actions_of(viewer, {"body": cycle.body, "is_open": True}) if cycle.backlog else ()
    return parts_of(
        cycle,
        venue_zone=cycle.zone,
        procedure_digest=cycle.procedure.digest,
        steps=steps_told(viewer, cycle, cycle.steps),
        superseded=[schedule_told(viewer, cycle, each) for each in cycle.superseded],
        responses=responses_told(cycle),
        agenda=items_told(viewer, cycle),
        quorum=quorum_at(cycle, viewer.at),
        texts=texts_of(viewer, cycle),
        procedures=procedures_of(viewer, cycle),
        actions=actions,
        backlog=only_seen(cycle.backlog, open_before),
        entries=viewer.visible(cycle.entries, "read_deadlines", lambda e: duty_of(e.entity, cycle.body)),
    )


def schedule_told(viewer: Viewer, cycle: Cycle, schedule: Schedule) -> dict[str, Any]:
    """Return a schedule that was superseded, as far as the viewer sees it."""
    answers = [{"entity": entity, **parts_of(response)} for entity, response in schedule.responses.items()]
    return parts_of(schedule, steps=steps_told(viewer, cycle, schedule.steps), responses=answers)


def steps_told(viewer: Viewer, cycle: Cycle, steps: tuple[StepDue, ...]) -> tuple[StepDue, ...]:
    """Return the steps whose debtors' duties the viewer may see, the first due first."""
    seen = viewer.visible(steps, "read_deadlines", lambda step: duty_of(step.entity, cycle.body))
    return tuple(sorted(seen, key=lambda step: (step.due_at, step.label, step.entity)))


def responses_told(cycle: Cycle) -> list[dict[str, Any]]:
    """Return the answers of all who were invited, those still awaited among them."""
    invited = cycle.convening.invited if cycle.convening else ()
    awaited = {"answer": None, "at": None, "entry": None}
    return [
        {"entity": entity, **(parts_of(cycle.responses[entity]) if entity in cycle.responses else awaited)}
        for entity in dict.fromkeys((*invited, *cycle.responses))
    ]


def items_told(viewer: Viewer, cycle: Cycle) -> list[dict[str, Any]]:
    """Return the agenda items the viewer sees, numbered as it sees them (domain.md PS-32)."""
    papers, items = papers_of(viewer, cycle), items_of(viewer, cycle)
    numbered = {item.id: number for number, item in enumerate((i for i in items if i.id in cycle.agenda), start=1)}
    return [parts_of(item, position=numbered.get(item.id), papers=only_seen(item.papers, papers)) for item in items]


def papers_told(viewer: Viewer, cycle: Cycle) -> list[dict[str, Any]]:
    """Return the papers the viewer sees; the item of one is told only if the viewer sees that too."""
    seen = {item.id for item in items_of(viewer, cycle)}
    return [parts_of(p, item=p.item if p.item in seen else None) for p in papers_of(viewer, cycle)]


def contributions_told(viewer: Viewer, cycle: Cycle) -> list[dict[str, Any]]:
    """Return the contributions the viewer sees, their items as for papers."""
    seen = {item.id for item in items_of(viewer, cycle)}
    return [parts_of(c, item=c.item if c.item in seen else None) for c in contributions_of(viewer, cycle)]


def credentials_told(cycle: Cycle) -> list[dict[str, Any]]:
    """Return whom each entity sends."""
    return [{"entity": entity, "persons": persons} for entity, persons in cycle.credentials.items()]


def presences_told(viewer: Viewer, cycle: Cycle) -> dict[str, Any]:
    """Return how everybody invited takes part, and whether that makes a quorum."""
    invited = cycle.convening.invited if cycle.convening else ()
    entities = dict.fromkeys((*invited, *(mark.entity for mark in cycle.presences)))
    told = [
        {
            "entity": entity,
            "presence": presence_of(cycle, entity),
            "marks": [mark for mark in cycle.presences if mark.entity == entity],
        }
        for entity in entities
    ]
    return {"entities": told, "quorum": quorum_at(cycle, viewer.at)}
