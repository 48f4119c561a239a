"""What follows from the events of a silence or written procedure: letters, and word to its home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.domain.message import Addressee, Effect, Event, Notify, OnBehalf, Tell, plain, type_name
from services.domain.procedure_note import NoteProcedure
from services.domain.register_change import CalendarRenewed, said_of
from services.domain.silence import events as happened
from services.domain.silence.state import SilenceProcedure

#: letters to everybody addressed, by the event that causes them (b, f, i, k, p, r, v, w)
TO_ALL: Mapping[type[Event], str] = {
    happened.ProcedureOpened: "silence_opened",
    happened.SilenceReopened: "silence_opened",
    happened.ExpiryMoved: "silence_expiry_moved",
    happened.SilenceBroken: "silence_broken",
    happened.SentToMeeting: "silence_to_meeting",
    happened.ProcedureWithdrawn: "silence_withdrawn",
    happened.ProcedureLapsed: "procedure_lapsed",
    happened.TextCorrected: "text_corrected",
    happened.TextAdoptedBySilence: "silence_adopted",
    happened.TextAdoptedInWriting: "silence_adopted",
    happened.AdoptionSetAside: "silence_set_aside",
}
#: letters that carry the text itself (b, p)
LETTERS = (happened.ProcedureOpened, happened.SilenceReopened, happened.TextCorrected)
TO_CHAIR: Mapping[type[Event], str] = {
    happened.FurtherObjectionKept: "further_objection",
    happened.LateStatementKept: "late_statement",
    happened.CommentFiled: "comment_filed",
    happened.TimeAsked: "time_asked",
    happened.ObjectionLifted: "objection_lifted",
    happened.DissociationRecorded: "dissociation_recorded",
    happened.ServiceOverdue: "service_overdue",
}


def effects(state: SilenceProcedure, event: Event) -> tuple[Effect, ...]:
    """Return what to do once an event is recorded."""
    found: list[Effect] = []
    if (notice := TO_ALL.get(type(event))) and (to := _audience(state, event)):
        found.append(Notify(notice=notice, to=to, facts=_facts(state, event)))
    elif notice := TO_CHAIR.get(type(event)):
        chair = Addressee(entity=state.chair_entity, role="chair", body=state.body)
        found.append(Notify(notice=notice, to=(chair,), facts=_facts(state, event)))
    elif isinstance(event, CalendarRenewed) and event.would_move:
        found.append(_would_move(state, event))
    if isinstance(event, happened.EntityAct) and event.on_behalf is not None:
        found.append(_to_author(state, event, event.on_behalf))
    if isinstance(event, (*TO_ALL, happened.DissociationRecorded)):
        found.append(_word(state))
    return tuple(found)


def _audience(state: SilenceProcedure, event: Event) -> tuple[Addressee, ...]:
    at = event.recorded_at if isinstance(event, happened.AdoptionSetAside) else event.at
    return tuple(Addressee(entity=entity, body=state.body) for entity in state.audience_at(at))


def _to_author(state: SilenceProcedure, event: happened.EntityAct, paper: OnBehalf) -> Notify:
    """Tell an entity what the coordinator recorded on its behalf, so that it may contest it (OB-1)."""
    facts = _facts(state, event) | {
        "what": type_name.sub(" ", type(event).__name__).lower(),
        "event": state.version,
        "received_at": plain(paper.received_at),
        "evidence": plain(paper.evidence),
    }
    return Notify(notice="recorded_on_behalf", to=(Addressee(entity=event.entity, body=state.body),), facts=facts)


def _would_move(state: SilenceProcedure, event: CalendarRenewed) -> Notify:
    facts = {"silence": state.id, "delegation": event.delegation, "would_move": [said_of(m) for m in event.would_move]}
    chair = Addressee(entity=state.chair_entity, role="chair", body=state.body)
    return Notify(notice="deadlines_would_move", to=(chair,), facts=facts)


def _word(state: SilenceProcedure) -> Tell:
    return Tell(
        stream=state.home,
        command=NoteProcedure(
            procedure=state.id,
            text=state.text,
            version=state.text_version,
            content=state.content,
            state=state.state,
            dissociated=tuple(dict.fromkeys((d.entity, d.paragraph) for d in state.dissociations)),
            corrected=state.corrected,
        ),
    )


def _facts(state: SilenceProcedure, event: Event) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "silence": state.id,
        "kind": state.procedure_kind,
        "round": state.round,
        "version": state.text_version,
        "digest": state.content.digest,
        "opened_at": state.opened_at,
        "expires_at": state.expires_at,
        "state": state.state,
        "at": event.at,
    }
    for name in ("entity", "because", "entities", "missing", "by"):
        if (value := getattr(event, name, None)) is not None:
            facts[name] = value
    if isinstance(event, LETTERS):
        facts |= {"electorate": state.electorate, "subject": state.subject, "text": state.content}
    return {name: plain(value) for name, value in facts.items()}
