"""Decides on the agenda and the papers: proposed, provisional, annotated, adopted (domain.md 5.1)."""

from __future__ import annotations

from services.domain.audience import narrower
from services.domain.cycle.admission import (
    no_quorum,
    not_at_the_table,
    restricted_by_observer,
    unknown_item,
    wrong_course,
    wrong_state,
)
from services.domain.cycle.commands import AddPaper, AdoptAgenda, AnnotateAgenda, ProposeItem, PublishAgenda
from services.domain.cycle.events import AgendaAdopted, AgendaAnnotated, AgendaPublished, ItemProposed, PaperAdded
from services.domain.cycle.records import Annotation
from services.domain.cycle.refusals import AgendaEmpty
from services.domain.cycle.state import UNTIL_SESSION_ENDS, Cycle, CycleState
from services.domain.message import BadArgument, Context, Event, NotFound, Refusal, made_id, refuse

ANNOTATABLE = frozenset({CycleState.AGENDA_PROVISIONAL, CycleState.AGENDA_ANNOTATED, CycleState.DOCUMENTS_OUT})


def propose_item(cycle: Cycle, command: ProposeItem, context: Context) -> tuple[Event, ...]:
    """Put an item at the end of the agenda."""
    if refusal := (
        wrong_state(cycle, UNTIL_SESSION_ENDS)
        or not_at_the_table(cycle, context, "propose an item")
        or restricted_by_observer(cycle, command.audience, context)
    ):
        return refuse(command, refusal, context)
    return (
        ItemProposed(
            at=context.at,
            actor=context.actor,
            item=made_id("i", context),
            entity=context.entity,
            title=command.title,
            purpose=command.purpose,
            audience=command.audience,
        ),
    )


def publish_agenda(cycle: Cycle, command: PublishAgenda, context: Context) -> tuple[Event, ...]:
    """Send out the provisional agenda."""
    refusal = wrong_course(cycle, CycleState.CONVENED) or (None if cycle.items else AgendaEmpty())
    if refusal:
        return refuse(command, refusal, context)
    return (AgendaPublished(at=context.at, actor=context.actor, items=tuple(item.id for item in cycle.items)),)


def annotate_agenda(cycle: Cycle, command: AnnotateAgenda, context: Context) -> tuple[Event, ...]:
    """Send out the annotated agenda; where the procedure has no such step, the items alone change."""
    if refusal := wrong_course(cycle, *ANNOTATABLE) or _wrong_annotations(cycle, command):
        return refuse(command, refusal, context)
    return (AgendaAnnotated(at=context.at, actor=context.actor, items=command.items),)


def adopt_agenda(cycle: Cycle, command: AdoptAgenda, context: Context) -> tuple[Event, ...]:
    """Adopt the agenda: a decision of the meeting, which needs its quorum."""
    if refusal := (
        wrong_state(cycle, CycleState.IN_SESSION) or _wrong_order(cycle, command.items) or no_quorum(cycle, context)
    ):
        return refuse(command, refusal, context)
    return (AgendaAdopted(at=context.at, actor=context.actor, items=command.items),)


def add_paper(cycle: Cycle, command: AddPaper, context: Context) -> tuple[Event, ...]:
    """Circulate a paper; one of a members-only item is for members."""
    if refusal := (
        wrong_state(cycle, UNTIL_SESSION_ENDS)
        or not_at_the_table(cycle, context, "add a paper")
        or unknown_item(cycle, command.item, context)
        or restricted_by_observer(cycle, command.audience, context)
    ):
        return refuse(command, refusal, context)
    item = cycle.item(command.item) if command.item else None
    return (
        PaperAdded(
            at=context.at,
            actor=context.actor,
            paper=made_id("d", context),
            entity=context.entity,
            item=command.item,
            title=command.title,
            content=command.content,
            audience=narrower(command.audience, item.audience) if item else command.audience,
        ),
    )


def _wrong_annotations(cycle: Cycle, command: AnnotateAgenda) -> Refusal | None:
    named = tuple(annotation.item for annotation in command.items)
    return _wrong_order(cycle, named) or next(filter(None, (_wrong_one(cycle, one) for one in command.items)), None)


def _wrong_one(cycle: Cycle, annotation: Annotation) -> Refusal | None:
    known = {paper.id for paper in cycle.papers}
    for paper in annotation.papers:
        if paper not in known:
            return NotFound(what="paper", which=paper)
    if annotation.lead is not None and cycle.membership.entity(annotation.lead) is None:
        return NotFound(what="entity", which=annotation.lead)
    if annotation.minutes is not None and annotation.minutes <= 0:
        return BadArgument(field="items.minutes", rule="an item takes some time", remedy="give minutes above zero")
    return None


def _wrong_order(cycle: Cycle, items: tuple[str, ...]) -> Refusal | None:
    if not items:
        return AgendaEmpty()
    for item in items:
        if cycle.item(item) is None:
            return NotFound(what="agenda item", which=item)
    if len(set(items)) < len(items):
        return BadArgument(field="items", rule="each item stands once", remedy="leave out repetitions")
    return None
