"""The letters a cycle sends, and to whom; nobody is written to for what a participant need not know at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.domain.audience import Audience
from services.domain.cycle.attendance import at_the_table, heads, readers
from services.domain.cycle.events import (
    AgendaAnnotated,
    AgendaPublished,
    CycleClosed,
    CycleConvened,
    CycleProposed,
    Dissociated,
    EntityAct,
    EntryContested,
    EntryCorrected,
    ProposalWithdrawn,
    SinglePositionWarning,
    StepDueChanged,
    StepFellDue,
    TextAdopted,
    TextAmended,
    TextTabled,
)
from services.domain.cycle.schedule_events import CycleCancelled, CycleConverted, CyclePostponed
from services.domain.cycle.state import Cycle
from services.domain.cycle.steps import step_of
from services.domain.message import OWN, Addressee, Event, Notify, plain
from services.domain.register_change import CalendarRenewed, said_of


def letter_on_behalf(cycle: Cycle, event: Event) -> tuple[Notify, ...]:
    """Tell an entity what the coordinator recorded on its behalf, so that it may contest it (domain.md OB-1)."""
    if not isinstance(event, EntityAct) or event.on_behalf is None:
        return ()
    entry = next(e for e in reversed(cycle.entries) if e.entity == event.entity and e.is_on_behalf)
    return _notify(
        cycle,
        "recorded_on_behalf",
        heads(cycle, event.entity),
        what=entry.kind,
        event=entry.version,
        received_at=event.on_behalf.received_at,
        evidence=event.on_behalf.evidence,
    )


def _proposed(cycle: Cycle, event: CycleProposed) -> tuple[Notify, ...]:
    convening = step_of(cycle, "convening")
    late = sorted({step.label for step in event.steps if step.is_short_notice})
    return _notify(
        cycle,
        "cycle_proposed",
        _coordinator(cycle),
        convene_before=convening.due_at if convening else None,
        short_notice=tuple(late),
    )


def _withdrawn(cycle: Cycle, event: ProposalWithdrawn) -> tuple[Notify, ...]:
    if not event.is_skipped:
        return ()
    to = heads(cycle, *at_the_table(cycle, event.at))
    return _notify(cycle, "cycle_skipped", to, reason=event.reason, because_of=event.because_of)


def _convened(cycle: Cycle, event: CycleConvened) -> tuple[Notify, ...]:
    return _notify(
        cycle,
        "cycle_convened",
        heads(cycle, *event.invited),
        mode=event.mode,
        place=event.place,
        short_notice=event.waiver,
    )


def _postponed(cycle: Cycle, event: CyclePostponed) -> tuple[Notify, ...]:
    before = cycle.superseded[-1].steps
    plans = {
        f"{label}{was}": _due_of({step.entity: step.due_at for step in steps if step.label == label})
        for label in dict.fromkeys(step.label for step in event.steps if step.met_at is None)
        for was, steps in (("_was", before), ("", event.steps))
    }
    return _notify(
        cycle,
        "cycle_postponed",
        heads(cycle, *at_the_table(cycle, event.at)),
        was_starts=event.was_starts,
        was_ends=event.was_ends,
        reason=event.reason,
        short_notice=event.waiver,
        **plans,
    )


def _due_of(instants: Mapping[str, datetime]) -> Any:
    """Return a step's instant as a fact for all to read, or where they differ for each entity its own."""
    distinct = sorted(set(instants.values()))
    if len(distinct) > 1:
        return {OWN: {entity: plain(at) for entity, at in instants.items()}}
    return tuple(distinct)


def _converted(cycle: Cycle, event: CycleConverted) -> tuple[Notify, ...]:
    to = heads(cycle, *at_the_table(cycle, event.at))
    return _notify(cycle, "cycle_converted", to, was_mode=event.was_mode, place=event.place, reason=event.reason)


def _cancelled(cycle: Cycle, event: CycleCancelled) -> tuple[Notify, ...]:
    return _notify(cycle, "cycle_cancelled", heads(cycle, *at_the_table(cycle, event.at)), reason=event.reason)


def _agenda_published(cycle: Cycle, event: AgendaPublished) -> tuple[Notify, ...]:
    return _notify(cycle, "agenda_published", heads(cycle, *readers(cycle, Audience.ALL, event.at)))


def _agenda_annotated(cycle: Cycle, event: AgendaAnnotated) -> tuple[Notify, ...]:
    return _notify(cycle, "agenda_annotated", heads(cycle, *readers(cycle, Audience.ALL, event.at)))


def _single_position(cycle: Cycle, event: SinglePositionWarning) -> tuple[Notify, ...]:
    to = (*heads(cycle, event.entity), *_coordinator(cycle))
    return _notify(cycle, "single_position_warning", to, entity=event.entity, item=event.item)


def _step(cycle: Cycle, event: StepFellDue) -> tuple[Notify, ...]:
    if not event.missing:
        return ()
    return _notify(
        cycle, "step_missing", _coordinator(cycle), label=event.label, due_at=event.due_at, missing=event.missing
    )


def _due_changed(cycle: Cycle, event: StepDueChanged) -> tuple[Notify, ...]:
    return _notify(
        cycle,
        "step_due_changed",
        heads(cycle, event.entity),
        label=event.label,
        was_due_at=event.was_due_at,
        due_at=event.due_at,
        reason=event.reason,
    )


def _renewed(cycle: Cycle, event: CalendarRenewed) -> tuple[Notify, ...]:
    if not event.would_move:
        return ()
    return _notify(
        cycle,
        "deadlines_would_move",
        _coordinator(cycle),
        delegation=event.delegation,
        would_move=tuple(said_of(moved) for moved in event.would_move),
    )


def _text_tabled(cycle: Cycle, event: TextTabled) -> tuple[Notify, ...]:
    to = heads(cycle, *readers(cycle, event.audience, event.at))
    return _notify(cycle, "text_tabled", to, text=event.text, title=event.title, kind=event.kind)


def _text_amended(cycle: Cycle, event: TextAmended) -> tuple[Notify, ...]:
    to = heads(cycle, *event.lapsed)
    return _notify(cycle, "dissociation_lapsed", to, text=event.text, version=event.version, paragraph=event.paragraph)


def _text_adopted(cycle: Cycle, event: TextAdopted) -> tuple[Notify, ...]:
    text = cycle.text(event.text)
    # What a procedure adopts, the procedure itself announces to all.
    if event.procedure or text is None:
        return ()
    return _notify(
        cycle,
        "text_adopted",
        heads(cycle, *readers(cycle, text.audience, event.at)),
        text=event.text,
        title=text.title,
        version=event.version,
        digest=event.content.digest,
        ad_referendum=event.ad_referendum,
    )


def _dissociated(cycle: Cycle, event: Dissociated) -> tuple[Notify, ...]:
    chair = Addressee(entity=cycle.chair_entity, role="chair", body=cycle.body)
    return _notify(
        cycle,
        "dissociation_recorded",
        (chair,),
        entity=event.entity,
        text=event.text,
        version=event.version,
        paragraph=event.paragraph,
    )


def _contested(cycle: Cycle, event: EntryContested) -> tuple[Notify, ...]:
    return _notify(
        cycle, "entry_contested", _coordinator(cycle), entity=event.entity, what=event.kind, event=event.contests
    )


def _corrected(cycle: Cycle, event: EntryCorrected) -> tuple[Notify, ...]:
    return _notify(
        cycle, "entry_corrected", heads(cycle, event.entity), what=event.kind, event=event.corrects, **event.data
    )


def _closed(cycle: Cycle, event: CycleClosed) -> tuple[Notify, ...]:
    to = heads(cycle, *at_the_table(cycle, event.at))
    return _notify(cycle, "cycle_closed", to, carried_over=len(event.carried_over))


def _coordinator(cycle: Cycle) -> tuple[Addressee, ...]:
    return (Addressee(entity=cycle.membership.convenor, role="coordinator", body=cycle.body),)


def _notify(cycle: Cycle, notice: str, to: tuple[Addressee, ...], **facts: Any) -> tuple[Notify, ...]:
    if not to:
        return ()
    known = {
        "body": cycle.body,
        "cycle": cycle.number,
        "starts": cycle.starts,
        "ends": cycle.ends,
        "zone": cycle.zone,
    }
    given = {name: plain(fact) for name, fact in {**known, **facts}.items()}
    return (Notify(notice=notice, to=to, facts=given),)


LETTERS: Mapping[type[Event], Callable[[Cycle, Any], tuple[Notify, ...]]] = {
    CycleProposed: _proposed,
    ProposalWithdrawn: _withdrawn,
    CycleConvened: _convened,
    CyclePostponed: _postponed,
    CycleConverted: _converted,
    CycleCancelled: _cancelled,
    AgendaPublished: _agenda_published,
    AgendaAnnotated: _agenda_annotated,
    SinglePositionWarning: _single_position,
    StepFellDue: _step,
    StepDueChanged: _due_changed,
    CalendarRenewed: _renewed,
    TextTabled: _text_tabled,
    TextAmended: _text_amended,
    TextAdopted: _text_adopted,
    Dissociated: _dissociated,
    EntryContested: _contested,
    EntryCorrected: _corrected,
    CycleClosed: _closed,
}
