"""Folds what becomes of a meeting's outcome, and what others report to the meeting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.domain.action_view import ActionView
from services.domain.cycle.outcome_events import JointActionAdopted, OutcomeReported
from services.domain.cycle.records import Item, Paper, Reported
from services.domain.cycle.report import ItemTaken
from services.domain.cycle.state import Cycle
from services.domain.message import Event


def _reported(cycle: Cycle, event: OutcomeReported) -> Cycle:
    report = event.report
    reported = Reported(report=report.id, to=event.to, title=report.title, purpose=report.purpose, at=event.at)
    return replace(cycle, reports=(*cycle.reports, reported))


def _item_taken(cycle: Cycle, event: ItemTaken) -> Cycle:
    report = event.report
    papers = cycle.papers
    if event.paper and report.content:
        paper = Paper(
            id=event.paper,
            item=event.item,
            title=report.title,
            content=report.content,
            audience=report.audience,
            entity=report.entity,
            at=event.at,
        )
        papers = (*papers, paper)
    item = Item(
        id=event.item,
        title=report.title,
        purpose=report.purpose,
        audience=report.audience,
        entity=report.entity,
        papers=(event.paper,) if event.paper else (),
        report=report.id,
        source=report.source,
    )
    return replace(cycle, items=(*cycle.items, item), agenda=(*cycle.agenda, item.id), papers=papers)


def _joint(cycle: Cycle, event: JointActionAdopted) -> Cycle:
    view = ActionView(action=event.action, owner=event.owner, is_joint=True)
    return replace(cycle, actions=(*cycle.actions, view))


OUTCOME: Mapping[type[Event], Callable[[Cycle, Any], Cycle]] = {
    OutcomeReported: _reported,
    ItemTaken: _item_taken,
    JointActionAdopted: _joint,
}
