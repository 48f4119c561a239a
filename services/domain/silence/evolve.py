"""Folds the events of a silence or written procedure into its state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from services.domain.message import Event, Interval
from services.domain.notice import NoticeDelivered, NoticeFailed
from services.domain.procedure_note import CorrectedParagraph
from services.domain.register_change import CalendarRenewed, MembershipChanged
from services.domain.silence import events as happened
from services.domain.silence.calendars import renewed
from services.domain.silence.state import (
    LETTER,
    AnswerGiven,
    Dissociation,
    Objection,
    ProcedureState,
    SilenceProcedure,
    Statement,
    TimeRequest,
)

Fold = Callable[[SilenceProcedure, Any], SilenceProcedure]


def evolve(state: SilenceProcedure | None, event: Event) -> SilenceProcedure | None:
    """Return the state after an event; events that change nothing only count."""
    if isinstance(event, happened.ProcedureOpened):
        return _opened(event)
    if state is None:
        return None
    fold = FOLDS.get(type(event))
    counted = replace(state, version=state.version + 1)
    return fold(counted, event) if fold else counted


def evolve_all(state: SilenceProcedure, events: Iterable[Event]) -> SilenceProcedure:
    """Return the state after several events."""
    for event in events:
        state = evolve(state, event) or state
    return state


def _opened(event: happened.ProcedureOpened) -> SilenceProcedure:
    return SilenceProcedure(
        id=event.id,
        procedure_kind=event.procedure_kind,
        home=event.home,
        body=event.body,
        cycle=event.cycle,
        chair_entity=event.chair_entity,
        subject=event.subject,
        text=event.text,
        text_version=event.version,
        content=event.content,
        period=event.period,
        parameters=event.parameters,
        written=event.written,
        day_ends=event.day_ends,
        membership=event.membership,
        calendar=event.calendar,
        state=ProcedureState.OPENED,
        electorate=event.electorate,
        observers=event.observers,
        opened_at=event.at,
        expires_at=event.expires_at,
        deaf_since=event.at,
        round=event.round,
        supersedes=event.supersedes,
        waiver=event.waiver,
        policy_digest=event.policy_digest,
        audience=event.audience,
        expiry_reason=event.expiry_reason,
        dissociations=tuple(
            Dissociation(entity=entity, at=event.at, version=event.version, paragraph=paragraph, statement=None)
            for entity, paragraph in event.dissociated
        ),
    )


def _reopened(state: SilenceProcedure, event: happened.SilenceReopened) -> SilenceProcedure:
    return replace(
        state,
        state=ProcedureState.OPENED,
        round=event.round,
        period=event.period,
        electorate=event.electorate,
        observers=event.observers,
        opened_at=event.at,
        expires_at=event.expires_at,
        expiry_reason=event.expiry_reason,
        deaf_since=event.at,
        letter=state.version,
        told={},
        told_by_post=(),
        held_until=None,
        earlier=(*state.earlier, Interval(start=state.opened_at, end=state.objections_until)),
        served_by_hand=(),
        service_noted=False,
        request=None,
        more_time_given=False,
        extensions=0,
        moved_because=(),
        corrections=(),
        broken_at=None,
        broken_by=None,
        adopted_at=None,
        set_aside_at=None,
        ended_at=None,
    )


def _moved(state: SilenceProcedure, event: happened.ExpiryMoved) -> SilenceProcedure:
    is_extension = event.because == "extension"
    is_more_time = event.because == "more_time"
    request = state.request
    if request and request.answered is None and (is_extension or is_more_time):
        request = replace(request, answered="granted" if is_extension else "unanswered")
    return replace(
        state,
        state=ProcedureState.EXTENDED if is_extension or is_more_time else state.state,
        expires_at=event.expires_at,
        expiry_reason=event.expiry_reason,
        deaf_since=event.deaf_since,
        extensions=state.extensions + is_extension,
        more_time_given=state.more_time_given or is_more_time,
        request=request,
        moved_because=(*state.moved_because, event.because),
    )


def _broken(state: SilenceProcedure, event: happened.SilenceBroken) -> SilenceProcedure:
    return replace(
        state,
        state=ProcedureState.BROKEN,
        broken_at=event.at,
        broken_by=event.entity,
        objections=(*state.objections, _objection(event, is_further=False)),
    )


def _set_aside(state: SilenceProcedure, event: happened.AdoptionSetAside) -> SilenceProcedure:
    return replace(
        state,
        state=ProcedureState.SET_ASIDE,
        set_aside_at=event.recorded_at,
        ended_at=None,
        objections=(*state.objections, _objection(event, is_further=False)),
    )


def _further(state: SilenceProcedure, event: happened.FurtherObjectionKept) -> SilenceProcedure:
    return replace(state, objections=(*state.objections, _objection(event, is_further=True)))


def _objection(
    event: happened.SilenceBroken | happened.AdoptionSetAside | happened.FurtherObjectionKept, *, is_further: bool
) -> Objection:
    return Objection(
        entity=event.entity,
        at=event.at,
        reason=event.reason,
        is_further=is_further,
        refused_correction=event.refused_correction,
    )


def _lifted(state: SilenceProcedure, event: happened.ObjectionLifted) -> SilenceProcedure:
    return replace(
        state,
        objections=tuple(
            replace(o, lifted_at=event.at) if o.entity == event.entity and o.lifted_at is None else o
            for o in state.objections
        ),
    )


def _late_statement(state: SilenceProcedure, event: happened.LateStatementKept) -> SilenceProcedure:
    kept = Statement(entity=event.entity, at=event.at, text=event.reason)
    return replace(state, late_statements=(*state.late_statements, kept))


def _comment(state: SilenceProcedure, event: happened.CommentFiled) -> SilenceProcedure:
    return replace(state, comments=(*state.comments, Statement(entity=event.entity, at=event.at, text=event.comment)))


def _asked(state: SilenceProcedure, event: happened.TimeAsked) -> SilenceProcedure:
    return replace(state, request=TimeRequest(entity=event.entity, at=event.at, by=event.by))


def _declined(state: SilenceProcedure, _event: happened.TimeDeclined) -> SilenceProcedure:
    return replace(state, request=replace(state.request, answered="declined") if state.request else None)


def _corrected(state: SilenceProcedure, event: happened.TextCorrected) -> SilenceProcedure:
    return replace(
        state,
        text_version=event.version,
        content=event.whole,
        corrections=(*state.corrections, event.version),
        corrected=(*state.corrected, CorrectedParagraph(paragraph=event.paragraph, content=event.content)),
    )


def _dissociated(state: SilenceProcedure, event: happened.DissociationRecorded) -> SilenceProcedure:
    recorded = Dissociation(
        entity=event.entity,
        at=event.at,
        version=event.version,
        paragraph=event.paragraph,
        statement=event.statement,
    )
    return replace(state, dissociations=(*state.dissociations, recorded))


def _answered(state: SilenceProcedure, event: happened.AnswerRecorded) -> SilenceProcedure:
    given = AnswerGiven(answer=event.answer, at=event.at, comment=event.comment)
    return replace(_not_by_post(state, event.entity), answers={**state.answers, event.entity: given})


def _told(state: SilenceProcedure, entity: str, event: Event) -> SilenceProcedure:
    if entity in state.told or entity not in state.addressees:
        return state
    return replace(state, told={**state.told, entity: event.at})


def _delivered(state: SilenceProcedure, event: NoticeDelivered) -> SilenceProcedure:
    if not _is_letter(state, event) or event.entity in state.told or event.entity not in state.addressees:
        return state
    return replace(_told(state, event.entity, event), told_by_post=(*state.told_by_post, event.entity))


def _came_back(state: SilenceProcedure, event: NoticeFailed) -> SilenceProcedure:
    """Take back that an entity was told, if only a letter told it and that has bounced (h)."""
    if not (state.is_running and _is_letter(state, event) and event.entity in state.told_by_post):
        return state
    told = {entity: at for entity, at in state.told.items() if entity != event.entity}
    return replace(_not_by_post(state, event.entity), told=told)


def _is_letter(state: SilenceProcedure, event: NoticeDelivered | NoticeFailed) -> bool:
    return event.notice == LETTER and event.cause == state.letter


def _not_by_post(state: SilenceProcedure, entity: str) -> SilenceProcedure:
    return replace(state, told_by_post=tuple(e for e in state.told_by_post if e != entity))


def _read(state: SilenceProcedure, event: happened.LetterRead) -> SilenceProcedure:
    return _not_by_post(_told(state, event.entity, event), event.entity)


def _served(state: SilenceProcedure, event: happened.ServedByHand) -> SilenceProcedure:
    return replace(_told(state, event.entity, event), served_by_hand=(*state.served_by_hand, event.entity))


def _ended(new: ProcedureState) -> Fold:
    return lambda state, event: replace(state, state=new, ended_at=event.at)


def _adopted(state: SilenceProcedure, event: Event) -> SilenceProcedure:
    return replace(state, state=ProcedureState.ADOPTED, adopted_at=event.at, ended_at=event.at)


def _membership(state: SilenceProcedure, event: MembershipChanged) -> SilenceProcedure:
    after = replace(state, membership=state.membership.changed(event.entity, event.status))
    # A departure told of late frees the clock when it becomes known, not when it happened: until then all saw it held.
    return replace(after, held_until=event.at) if state.untold and not after.untold else after


FOLDS: Mapping[type[Event], Fold] = {
    happened.SilenceReopened: _reopened,
    happened.ExpiryMoved: _moved,
    happened.SilenceBroken: _broken,
    happened.AdoptionSetAside: _set_aside,
    happened.FurtherObjectionKept: _further,
    happened.LateStatementKept: _late_statement,
    happened.LateStatementKept: _late_statement,
    happened.CommentFiled: _comment,
    happened.ObjectionLifted: _lifted,
    happened.TimeAsked: _asked,
    happened.TimeDeclined: _declined,
    happened.SentToMeeting: _ended(ProcedureState.TO_MEETING),
    happened.ProcedureWithdrawn: _ended(ProcedureState.WITHDRAWN),
    happened.ProcedureLapsed: _ended(ProcedureState.LAPSED),
    happened.TextAdoptedBySilence: _adopted,
    happened.TextAdoptedInWriting: _adopted,
    happened.TextCorrected: _corrected,
    happened.DissociationRecorded: _dissociated,
    happened.AnswerRecorded: _answered,
    happened.ServedByHand: _served,
    happened.LetterRead: _read,
    happened.ServiceOverdue: lambda state, _event: replace(state, service_noted=True),
    happened.ProcedureSuperseded: lambda state, event: replace(state, superseded_by=event.by),
    happened.ProcedureClosed: lambda state, _event: replace(state, is_closed=True),
    NoticeDelivered: _delivered,
    NoticeFailed: _came_back,
    MembershipChanged: _membership,
    CalendarRenewed: renewed,
}
