"""Folds what is put before and said in a meeting: answers, credentials, agenda, papers, contributions, presence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.domain.audience import narrower
from services.domain.cycle.events import (
    AgendaAdopted,
    AgendaAnnotated,
    AgendaPublished,
    ContributionFiled,
    CredentialsRegistered,
    EntryContested,
    EntryCorrected,
    ItemProposed,
    PaperAdded,
    PresenceRecorded,
    ResponseGiven,
)
from services.domain.cycle.records import (
    Annotation,
    Contribution,
    ContributionKind,
    Entry,
    EntryKind,
    InvitationAnswer,
    Item,
    Paper,
    Presence,
    PresenceMark,
    Response,
)
from services.domain.cycle.state import Cycle, CycleState
from services.domain.cycle.steps import ANNOTATED_AGENDA, CONTRIBUTIONS, CREDENTIALS, PROVISIONAL_AGENDA, met
from services.domain.message import Event


def _responded(cycle: Cycle, event: ResponseGiven) -> Cycle:
    response = Response(answer=event.answer, at=event.at, entry=cycle.version + 1)
    after = replace(cycle, responses={**cycle.responses, event.entity: response})
    return _entered(after, EntryKind.RESPONSE, event.entity, is_on_behalf=event.on_behalf is not None)


def _credentials(cycle: Cycle, event: CredentialsRegistered) -> Cycle:
    named = {person.delegation for person in event.persons}
    kept = tuple(p for p in cycle.credentials.get(event.entity, ()) if p.delegation not in named)
    after = replace(cycle, credentials={**cycle.credentials, event.entity: (*kept, *event.persons)})
    after = met(after, CREDENTIALS, event.at, event.entity)
    return _entered(after, EntryKind.CREDENTIALS, event.entity, is_on_behalf=event.on_behalf is not None)


def _item(cycle: Cycle, event: ItemProposed) -> Cycle:
    item = Item(id=event.item, title=event.title, purpose=event.purpose, audience=event.audience, entity=event.entity)
    return replace(cycle, items=(*cycle.items, item), agenda=(*cycle.agenda, item.id))


def _published(cycle: Cycle, event: AgendaPublished) -> Cycle:
    after = replace(cycle, state=CycleState.AGENDA_PROVISIONAL, stood=None, agenda=event.items)
    return met(after, PROVISIONAL_AGENDA, event.at)


def _annotated(cycle: Cycle, event: AgendaAnnotated) -> Cycle:
    by_item = {annotation.item: annotation for annotation in event.items}
    items = tuple(_with(item, by_item.get(item.id)) for item in cycle.items)
    audience = {item.id: item.audience for item in items}
    moves = cycle.has_annotated_agenda and cycle.course is CycleState.AGENDA_PROVISIONAL
    after = replace(
        cycle,
        state=CycleState.AGENDA_ANNOTATED if moves else cycle.state,
        stood=None if moves else cycle.stood,
        items=items,
        papers=tuple(
            replace(p, audience=narrower(p.audience, audience[p.item])) if p.item else p for p in cycle.papers
        ),
        contributions=tuple(
            replace(c, audience=narrower(c.audience, audience[c.item])) if c.item else c for c in cycle.contributions
        ),
    )
    return met(after, ANNOTATED_AGENDA, event.at)


def _agenda_adopted(cycle: Cycle, event: AgendaAdopted) -> Cycle:
    return replace(cycle, agenda=event.items, is_agenda_adopted=True)


def _paper(cycle: Cycle, event: PaperAdded) -> Cycle:
    paper = Paper(
        id=event.paper,
        item=event.item,
        title=event.title,
        content=event.content,
        audience=event.audience,
        entity=event.entity,
        at=event.at,
    )
    last = CycleState.AGENDA_ANNOTATED if cycle.has_annotated_agenda else CycleState.AGENDA_PROVISIONAL
    moves = cycle.course is last
    return replace(
        cycle,
        state=CycleState.DOCUMENTS_OUT if moves else cycle.state,
        stood=None if moves else cycle.stood,
        papers=(*cycle.papers, paper),
    )


def _contributed(cycle: Cycle, event: ContributionFiled) -> Cycle:
    contribution = Contribution(
        id=event.contribution,
        entity=event.entity,
        delegation=event.delegation,
        item=event.item,
        kind=event.kind,
        content=event.content,
        audience=event.audience,
        at=event.at,
    )
    after = replace(cycle, contributions=(*cycle.contributions, contribution))
    if event.kind is ContributionKind.WRITTEN_CONTRIBUTION:
        after = met(after, CONTRIBUTIONS, event.at, event.entity)
    return _entered(after, EntryKind.CONTRIBUTION, event.entity, is_on_behalf=event.on_behalf is not None)


def _presence(cycle: Cycle, event: PresenceRecorded) -> Cycle:
    # The entity as a whole replaces all its delegations; one delegation replaces itself and the entity as a whole.
    kept = tuple(
        mark
        for mark in cycle.presences
        if mark.entity != event.entity or (event.delegation and mark.delegation not in (None, event.delegation))
    )
    mark = PresenceMark(
        entity=event.entity, delegation=event.delegation, presence=event.presence, entry=cycle.version + 1
    )
    return _entered(
        replace(cycle, presences=(*kept, mark)), EntryKind.PRESENCE, event.entity, delegation=event.delegation
    )


def _corrected(cycle: Cycle, event: EntryCorrected) -> Cycle:
    version = cycle.version + 1
    after = replace(
        cycle,
        entries=tuple(
            replace(entry, corrected_by=version) if entry.version == event.corrects else entry
            for entry in cycle.entries
        ),
    )
    after = _entered(after, event.kind, event.entity, delegation=event.delegation)
    if event.kind is EntryKind.RESPONSE:
        return _with_response(after, event, version)
    return replace(after, presences=tuple(_rightly(mark, event, version) for mark in after.presences))


def _with_response(cycle: Cycle, event: EntryCorrected, version: int) -> Cycle:
    stands = cycle.responses.get(event.entity)
    if stands is None or stands.entry != event.corrects:
        return cycle
    response = Response(answer=InvitationAnswer(event.data["answer"]), at=stands.at, entry=version)
    return replace(cycle, responses={**cycle.responses, event.entity: response})


def _rightly(mark: PresenceMark, event: EntryCorrected, version: int) -> PresenceMark:
    if mark.entry != event.corrects:
        return mark
    return replace(mark, presence=Presence(event.data["presence"]), entry=version)


def _contested(cycle: Cycle, event: EntryContested) -> Cycle:
    entries = tuple(
        replace(entry, contested_at=event.at) if entry.version == event.contests else entry for entry in cycle.entries
    )
    return replace(cycle, entries=entries)


def _with(item: Item, annotation: Annotation | None) -> Item:
    if annotation is None:
        return item
    return replace(
        item,
        purpose=annotation.purpose or item.purpose,
        audience=annotation.audience or item.audience,
        minutes=annotation.minutes or item.minutes,
        lead=annotation.lead or item.lead,
        outcome=annotation.outcome or item.outcome,
        papers=annotation.papers or item.papers,
    )


def _entered(
    cycle: Cycle, kind: EntryKind, entity: str, *, delegation: str | None = None, is_on_behalf: bool = False
) -> Cycle:
    entry = Entry(version=cycle.version + 1, kind=kind, entity=entity, delegation=delegation, is_on_behalf=is_on_behalf)
    return replace(cycle, entries=(*cycle.entries, entry))


MEETING: Mapping[type[Event], Callable[[Cycle, Any], Cycle]] = {
    ResponseGiven: _responded,
    CredentialsRegistered: _credentials,
    ItemProposed: _item,
    AgendaPublished: _published,
    AgendaAnnotated: _annotated,
    AgendaAdopted: _agenda_adopted,
    PaperAdded: _paper,
    ContributionFiled: _contributed,
    PresenceRecorded: _presence,
    EntryCorrected: _corrected,
    EntryContested: _contested,
}
