"""Decides on answers in a written procedure (domain.md 5.2 z)."""

from __future__ import annotations

from services.domain.message import Command, Content, Context, Event, refuse
from services.domain.silence import events as happened
from services.domain.silence.commands import Answer, GiveAnswer
from services.domain.silence.evolve import evolve_all
from services.domain.silence.late import told_late
from services.domain.silence.refusals import AnsweredSince
from services.domain.silence.standing import last_round, member_in_time
from services.domain.silence.state import SilenceProcedure


def answer(state: SilenceProcedure, command: GiveAnswer, context: Context) -> tuple[Event, ...]:
    """Record an answer; the last that was missing, if all agree, adopts the text, and an objection ends it."""
    return give_answer(state, command, command.answer, command.comment, context)


def give_answer(
    state: SilenceProcedure, command: Command, given: Answer, comment: Content | None, context: Context
) -> tuple[Event, ...]:
    """Record an entity's answer, whichever command gives it; of several the latest received stands (OB-1)."""
    if refusal := member_in_time(state, context, "answer"):
        return refuse(command, refusal, context)
    at, actor, who = context.at, context.actor, context.entity
    before = state.answers.get(who)
    if before is not None and before.at > at:
        return refuse(command, AnsweredSince(entity=who, at=before.at), context)
    recorded = happened.AnswerRecorded(
        at=at, actor=actor, entity=who, on_behalf=context.on_behalf, answer=given, comment=comment
    )
    if given is Answer.OBJECT:
        broken = happened.SilenceBroken(at=at, actor=actor, entity=who, reason=comment)
        return (recorded, broken, *last_round(state, context, at))
    # who answers has read the letter, however it came
    read = () if who in state.told else (happened.LetterRead(at=at, actor=actor, entity=who),)
    events: tuple[Event, ...] = (*read, recorded)
    return (*events, *(_all_agree(evolve_all(state, events), context) or told_late(state, who, at, context)))


def _all_agree(state: SilenceProcedure, context: Context) -> tuple[Event, ...]:
    agreed_at = max(answer.at for answer in state.answers.values())
    if not set(state.electors_at(agreed_at)) <= set(state.answers):
        return ()
    return (
        happened.TextAdoptedInWriting(
            at=agreed_at, actor=context.actor, version=state.text_version, content=state.content
        ),
    )
