"""Draws commands for a cycle as it stands: mostly sensible, sometimes of strangers and of things that are not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st

from services.domain.action_note import NoteAction
from services.domain.audience import Audience
from services.domain.cycle import commands as asked
from services.domain.cycle.decider import DECIDER
from services.domain.cycle.records import Annotation, Credential, InvitationAnswer, MeetingMode, Presence, Purpose
from services.domain.cycle.state import Cycle, CycleState
from services.domain.cycle.text import TextKind
from services.domain.membership import ParticipationStatus, StatusSince
from services.domain.message import Command
from services.domain.notice import AccountForNotice, Delivery
from services.domain.procedure import Debtor, Period, PeriodKind, Rounding, Step
from services.domain.procedure_note import NoteProcedure
from services.domain.register_change import ChangeMembership
from services.domain.silence.state import RUNNING, ProcedureState
from tests.unit.calendar_setting import utc
from tests.unit.cycle_setting import (
    ALL,
    STARTS,
    WORDS,
    Stream,
    amendment,
    communique,
    contribution,
    days_before,
    elapsed,
    item,
    words,
)

#: before the session it can be called off, moved, or held at a distance
ASIDE = {CycleState.POSTPONED, CycleState.CONVERTED_TO_VIRTUAL, CycleState.CANCELLED}
#: from there the course goes on where it stood
ONWARDS = {CycleState.AGENDA_PROVISIONAL, CycleState.AGENDA_ANNOTATED, CycleState.DOCUMENTS_OUT, CycleState.IN_SESSION}
#: where a cycle may go from a state; staying is always allowed
COURSE = {
    CycleState.PROPOSED: {CycleState.CONVENED, CycleState.CANCELLED},
    CycleState.CONVENED: {CycleState.AGENDA_PROVISIONAL, CycleState.IN_SESSION, *ASIDE},
    CycleState.AGENDA_PROVISIONAL: {CycleState.AGENDA_ANNOTATED, CycleState.IN_SESSION, *ASIDE},
    CycleState.AGENDA_ANNOTATED: {CycleState.DOCUMENTS_OUT, CycleState.IN_SESSION, *ASIDE},
    CycleState.DOCUMENTS_OUT: {CycleState.IN_SESSION, *ASIDE},
    CycleState.POSTPONED: {*ONWARDS, *ASIDE},
    CycleState.CONVERTED_TO_VIRTUAL: {*ONWARDS, *ASIDE},
    CycleState.IN_SESSION: {CycleState.TEXT_PENDING},
    CycleState.TEXT_PENDING: {CycleState.ADOPTED},
    CycleState.ADOPTED: {CycleState.FOLLOW_UP, CycleState.CLOSED},
    CycleState.FOLLOW_UP: {CycleState.CLOSED},
}
STEPS = (
    Step(label="convening", offset=days_before(3), debtor=Debtor.CONVENOR, rounding=Rounding.EARLIER),
    Step(label="annotated_agenda", offset=elapsed(-30), debtor=Debtor.CHAIR, rounding=Rounding.NONE),
    Step(label="credentials", offset=days_before(1), debtor=Debtor.EACH_ENTITY, rounding=Rounding.LATER),
    Step(label="contributions", offset=elapsed(-1), debtor=Debtor.EACH_ENTITY, rounding=Rounding.NONE),
)
entities = st.sampled_from((*ALL, "ECO", "NOBODY"))
audiences = st.sampled_from(list(Audience))
paragraphs = st.sampled_from(("5a", "5b", "6", "9z"))
Draw = Callable[[st.DataObject, Cycle], Command]


def one(data: st.DataObject, known: tuple[str, ...], stranger: str) -> str:
    """Choose something known, now and then a stranger."""
    return data.draw(st.sampled_from([*known, *known, *known, stranger]))


def text_in(data: st.DataObject, cycle: Cycle) -> str:
    """Choose a text."""
    return one(data, tuple(text.id for text in cycle.texts), "t-none")


def item_in(data: st.DataObject, cycle: Cycle) -> str | None:
    """Choose an item, or none."""
    return data.draw(st.sampled_from([None, "i-none", *(i.id for i in cycle.items)]))


def version_of(data: st.DataObject, cycle: Cycle, text: str) -> int:
    """Choose a version, mostly the one before the members."""
    found = cycle.text(text)
    return data.draw(st.sampled_from([found.version] * 4 + [1, 7])) if found else 1


def draw_amendment(data: st.DataObject, cycle: Cycle) -> Command:
    """Draw an amendment."""
    text = text_in(data, cycle)
    if cycle.text(text) is None:
        return asked.Amend(text=text, base_version=1, paragraph="5b", content=WORDS, whole=WORDS)
    stream = Stream(decider=DECIDER, known=cycle)
    base = version_of(data, cycle, text)
    return amendment(stream, text, data.draw(paragraphs), base)


def draw_note(data: st.DataObject, cycle: Cycle) -> Command:
    """Draw what a procedure may tell: it ends from running, a stopped one may run again, an adopted be set aside."""
    if not cycle.procedures:
        return NoteProcedure(procedure="s-none", text=None, version=1, content=WORDS, state="adopted")
    view = data.draw(st.sampled_from(cycle.procedures))
    text = cycle.text(view.text or "")
    assert text
    may = {
        ProcedureState.BROKEN: ["opened", "broken", "withdrawn", "to_meeting"],
        ProcedureState.SET_ASIDE: ["opened", "set_aside", "withdrawn", "to_meeting"],
        ProcedureState.ADOPTED: ["adopted", "set_aside"],
    }
    is_behind = text.procedure != view.procedure
    ends = ["extended", "adopted", "broken", "to_meeting", "withdrawn", "lapsed"]
    states = ends if view.is_running else may.get(ProcedureState(view.state), [view.state])
    state = data.draw(st.sampled_from([s for s in states if not (is_behind and s in RUNNING)]))
    content = next(v.content for v in text.versions if v.number == view.version)
    dissociated = data.draw(st.sampled_from([(), (("GCCPOL", "6"),)]))
    note = NoteProcedure(
        procedure=view.procedure,
        text=text.id,
        version=view.version,
        content=content,
        state=state,
        dissociated=dissociated,
    )
    if state in RUNNING and data.draw(st.booleans()):
        return replace(note, version=text.next_version, content=words(f"corrected {text.next_version}"))
    return note


def draw_credentials(data: st.DataObject, _cycle: Cycle) -> Command:
    """Draw credentials."""
    delegation = data.draw(st.sampled_from([None, "SCO_RATS_EC", "AIMC"]))
    return asked.RegisterCredentials(persons=(Credential(person=WORDS, role="member", delegation=delegation),))


def draw_correction(data: st.DataObject, cycle: Cycle) -> Command:
    """Draw a correction of any entry."""
    entry = data.draw(st.sampled_from([999, *(e.version for e in cycle.entries)]))
    answers = st.sampled_from(list(InvitationAnswer)).map(lambda a: {"answer": a.value})
    presences = st.sampled_from(list(Presence)).map(lambda p: {"presence": p.value})
    return asked.Correct(event=entry, data=data.draw(answers | presences), reason=WORDS)


def draw_status(data: st.DataObject, _cycle: Cycle) -> Command:
    """Draw a change of membership within the days of the meeting."""
    since = utc(STARTS) + timedelta(hours=data.draw(st.integers(-48, 48)))
    status = StatusSince(status=data.draw(st.sampled_from(list(ParticipationStatus))), since=since)
    return ChangeMembership(entity=data.draw(entities), status=status)


def draw_action(data: st.DataObject, cycle: Cycle) -> Command:
    """Draw what an action tells."""
    action = one(data, tuple(a.action for a in cycle.actions), "a-none")
    state = data.draw(st.sampled_from(["in_progress", "done", "confirmed"]))
    return NoteAction(action=action, state=state, owner="AIMC", is_overdue=False, needs_new_owner=False)


def draw_assignment(data: st.DataObject, cycle: Cycle) -> Command:
    """Draw an action item."""
    text = data.draw(st.sampled_from([None, "t-none", *(t.id for t in cycle.texts)]))
    due = utc(STARTS) + timedelta(days=data.draw(st.integers(-30, 90)))
    return asked.Assign(owner=data.draw(entities), title=WORDS, due=due, text=text, paragraph=data.draw(paragraphs))


def draw_paper(data: st.DataObject, cycle: Cycle) -> Command:
    """Draw a paper."""
    return asked.AddPaper(title=WORDS, content=WORDS, item=item_in(data, cycle), audience=data.draw(audiences))


def draw_contribution(data: st.DataObject, cycle: Cycle) -> Command:
    """Draw a contribution or a statement."""
    kind = data.draw(st.sampled_from(["written_contribution", "statement"]))
    return contribution(kind, item=item_in(data, cycle), audience=data.draw(audiences))


def draw_annotations(data: st.DataObject, cycle: Cycle) -> Command:
    """Draw annotations of some items."""
    items = tuple(i.id for i in cycle.items) or ("i-none",)
    audience = data.draw(st.sampled_from([None, *Audience]))
    return asked.AnnotateAgenda(items=tuple(Annotation(item=i, minutes=10, audience=audience) for i in items))


def draw_dissociation(data: st.DataObject, cycle: Cycle) -> Command:
    """Draw a dissociation."""
    text = text_in(data, cycle)
    version = version_of(data, cycle, text)
    return asked.Dissociate(text=text, version=version, paragraph=data.draw(paragraphs), statement=WORDS)


def draw_adoption(data: st.DataObject, cycle: Cycle) -> Command:
    """Draw the adoption of a text."""
    text = text_in(data, cycle)
    return asked.AdoptText(text=text, version=version_of(data, cycle, text))


def draw_refused_correction(data: st.DataObject, cycle: Cycle) -> Command:
    """Draw the refusal of an editorial correction."""
    text = text_in(data, cycle)
    return asked.RefuseCorrection(text=text, version=version_of(data, cycle, text))


def draw_presence(data: st.DataObject, _cycle: Cycle) -> Command:
    """Draw a presence."""
    delegation = data.draw(st.sampled_from([None, None, "SCO_RATS_EC"]))
    presence = data.draw(st.sampled_from(list(Presence)))
    return asked.RecordPresence(entity=data.draw(entities), presence=presence, delegation=delegation)


def draw_delivery(data: st.DataObject, _cycle: Cycle) -> Command:
    """Draw a report on a letter."""
    delivery = Delivery(
        entity="AIMC",
        role="head_of_delegation",
        person=None,
        channel="mail",
        at=utc(STARTS),
        delivered=data.draw(st.booleans()),
    )
    return AccountForNotice(notice="cycle_convened", cause=2, deliveries=(delivery,))


#: long enough to be waived, so that any day of the week will do
LONG = Period(kind=PeriodKind.ELAPSED, elapsed=timedelta(hours=72))
BEFORE: tuple[Draw, ...] = (
    lambda data, _: asked.Convene(
        mode=MeetingMode.HYBRID, place=WORDS, guests=data.draw(st.sampled_from([(), ("ECO",)]))
    ),
    lambda data, _: asked.Respond(answer=data.draw(st.sampled_from(list(InvitationAnswer)))),
    draw_credentials,
    lambda data, _: item(data.draw(st.sampled_from(list(Purpose))), audience=data.draw(audiences)),
    lambda _data, _: asked.PublishAgenda(),
    draw_annotations,
    draw_paper,
    draw_contribution,
    lambda _data, _: asked.ReviewBacklog(actions=("a-7",)),
    lambda _data, _: asked.ClearToConvene(),
    draw_status,
    draw_delivery,
    draw_correction,
    lambda data, cycle: asked.Contest(
        event=data.draw(st.sampled_from([1, *(e.version for e in cycle.entries)])), reason=WORDS
    ),
)
DURING: tuple[Draw, ...] = (
    draw_presence,
    lambda _data, _: asked.OpenSession(),
    lambda _data, cycle: asked.AdoptAgenda(items=tuple(i.id for i in cycle.items)),
    lambda _data, _: asked.CloseSession(),
    draw_contribution,
    draw_assignment,
    draw_action,
    draw_correction,
    draw_status,
)
TEXTS: tuple[Draw, ...] = (
    lambda data, _: replace(communique(data.draw(st.sampled_from(list(TextKind)))), audience=data.draw(audiences)),
    draw_amendment,
    draw_amendment,
    draw_adoption,
    draw_adoption,
    draw_dissociation,
    draw_refused_correction,
    lambda data, cycle: asked.CorrectEditorially(
        text=text_in(data, cycle), paragraph=data.draw(paragraphs), content=WORDS, whole=WORDS
    ),
    lambda data, cycle: asked.WithdrawText(text=text_in(data, cycle), reason=WORDS),
    lambda data, cycle: asked.OpenSilence(text=text_in(data, cycle), period=LONG),
    lambda data, cycle: asked.OpenWrittenProcedure(text=text_in(data, cycle), period=LONG),
    draw_note,
    draw_note,
    draw_note,
)
