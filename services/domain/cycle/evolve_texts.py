"""Folds the texts of a cycle and the procedures over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from services.domain.cycle.events import (
    Dissociated,
    EditorialCorrectionMade,
    EditorialCorrectionRefused,
    TextAdopted,
    TextAmended,
    TextTabled,
    TextWithdrawn,
)
from services.domain.cycle.state import Cycle
from services.domain.cycle.text import Change, Dissociation, Text, TextState, TextVersion
from services.domain.message import Event
from services.domain.procedure_note import ProcedureNoted
from services.domain.procedure_opening import ProcedureBegun, view_begun, view_noted
from services.domain.silence.state import RUNNING, ProcedureState

#: ends that say nothing about the text: what the meeting had adopted ad referendum stays so
BACK_AS_IT_WAS = frozenset({ProcedureState.WITHDRAWN, ProcedureState.LAPSED})


def _tabled(cycle: Cycle, event: TextTabled) -> Cycle:
    first = TextVersion(
        number=1, base=0, change=Change.TABLED, paragraphs=dict(event.paragraphs), content=event.content
    )
    text = Text(
        id=event.text,
        title=event.title,
        kind=event.kind,
        entity=event.entity,
        audience=event.audience,
        state=TextState.TABLED,
        version=1,
        versions=(first,),
    )
    return replace(cycle, texts=(*cycle.texts, text))


def _amended(cycle: Cycle, event: TextAmended) -> Cycle:
    def amend(text: Text) -> Text:
        after = text.with_version(_changed(text, event, Change.AMENDED))
        return replace(after, dissociations=tuple(d for d in text.dissociations if d.paragraph != event.paragraph))

    return _with(cycle, event.text, amend)


def _corrected(cycle: Cycle, event: EditorialCorrectionMade) -> Cycle:
    return _with(cycle, event.text, lambda text: text.with_version(_changed(text, event, Change.CORRECTED)))


def _correction_refused(cycle: Cycle, event: EditorialCorrectionRefused) -> Cycle:
    return _with(cycle, event.text, lambda text: replace(text, version=event.restored))


def _text_adopted(cycle: Cycle, event: TextAdopted) -> Cycle:
    # A meeting that adopts decides anew: an earlier procedure no longer touches the text, and rounds begin again.
    state = TextState.AD_REFERENDUM if event.ad_referendum else TextState.ADOPTED
    return _with(
        cycle,
        event.text,
        lambda text: replace(
            text,
            state=state,
            is_ad_referendum=event.ad_referendum,
            adopted_at=event.at,
            footnotes=() if event.ad_referendum else event.footnotes,
            procedure=event.procedure,
        ),
    )


def _dissociated(cycle: Cycle, event: Dissociated) -> Cycle:
    dissociation = Dissociation(
        entity=event.entity,
        paragraph=event.paragraph,
        version=event.version,
        at=event.at,
        statement=event.statement,
    )
    return _with(cycle, event.text, lambda text: replace(text, dissociations=(*text.dissociations, dissociation)))


def _withdrawn(cycle: Cycle, event: TextWithdrawn) -> Cycle:
    return _with(cycle, event.text, lambda text: replace(text, state=TextState.WITHDRAWN))


def _begun(cycle: Cycle, event: ProcedureBegun) -> Cycle:
    after = replace(cycle, procedures=(*cycle.procedures, view_begun(event)))
    return _with(
        after,
        event.text,
        lambda text: replace(text, state=TextState.IN_PROCEDURE, procedure=event.procedure),
    )


def _noted(cycle: Cycle, event: ProcedureNoted) -> Cycle:
    views = tuple(view_noted(p, event) if p.procedure == event.procedure else p for p in cycle.procedures)
    after = replace(cycle, procedures=views)
    # A redraft has left the broken procedure behind: what that one still says no longer touches the text.
    return _with(
        after, event.text, lambda text: _taken_over(text, event) if text.procedure == event.procedure else text
    )


def _taken_over(text: Text, event: ProcedureNoted) -> Text:
    after = _carried(text, event)
    if event.state in RUNNING:
        return replace(after, state=TextState.IN_PROCEDURE, version=event.version)
    if event.state == ProcedureState.ADOPTED:
        return replace(after, version=event.version)
    if text.state is TextState.WITHDRAWN:
        return after
    if event.state in BACK_AS_IT_WAS:
        back = TextState.AD_REFERENDUM if text.is_ad_referendum else TextState.TABLED
        return replace(after, state=back)
    state = TextState.TO_MEETING if event.state == ProcedureState.TO_MEETING else TextState.TABLED
    return replace(after, state=state, is_ad_referendum=False, adopted_at=None, footnotes=())


def _carried(text: Text, event: ProcedureNoted) -> Text:
    """Take over the version before the members in the procedure, and who dissociated there."""
    known = next((v for v in text.versions if v.number == event.version), None)
    if known is None or known.content != event.content:
        base = known or text.current
        corrected = replace(
            base,
            number=event.version,
            base=text.version,
            change=Change.CORRECTED,
            paragraphs={**base.paragraphs, **{c.paragraph: c.content for c in event.corrected}},
            content=event.content,
        )
        text = text.with_version(corrected)
    new = tuple(
        Dissociation(entity=entity, paragraph=paragraph, version=event.version, at=event.at)
        for entity, paragraph in event.dissociated
        if not text.dissociates(entity, paragraph)
    )
    return replace(text, dissociations=(*text.dissociations, *new))


def _changed(text: Text, event: TextAmended | EditorialCorrectionMade, change: Change) -> TextVersion:
    return TextVersion(
        number=event.version,
        base=event.base_version,
        change=change,
        paragraphs={**text.current.paragraphs, event.paragraph: event.content},
        content=event.whole,
    )


def _with(cycle: Cycle, text: str | None, change: Callable[[Text], Text]) -> Cycle:
    return replace(cycle, texts=tuple(change(t) if t.id == text else t for t in cycle.texts))


TEXTS: Mapping[type[Event], Callable[[Cycle, Any], Cycle]] = {
    TextTabled: _tabled,
    TextAmended: _amended,
    EditorialCorrectionMade: _corrected,
    EditorialCorrectionRefused: _correction_refused,
    TextAdopted: _text_adopted,
    Dissociated: _dissociated,
    TextWithdrawn: _withdrawn,
    ProcedureBegun: _begun,
    ProcedureNoted: _noted,
}
