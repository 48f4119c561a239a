"""Decides on adopting a text in session, and on dissociating from it (domain.md 5.1)."""

from __future__ import annotations

from services.domain.cycle.admission import (
    no_quorum,
    no_such_text,
    not_a_member,
    seen_text,
    text_not,
    under_silence,
    unknown_paragraph,
    version_moved,
    wrong_state,
)
from services.domain.cycle.attendance import members_absent
from services.domain.cycle.commands import AdoptText, Dissociate
from services.domain.cycle.events import Dissociated, TextAdopted
from services.domain.cycle.footnotes import footnotes_of
from services.domain.cycle.refusals import AlreadyDissociated
from services.domain.cycle.state import UNDER_WAY, Cycle, CycleState
from services.domain.cycle.text import OPEN_TO_AMENDMENT, UNDECIDED, Text
from services.domain.message import Context, Event, Refusal, refuse


def adopt_text(cycle: Cycle, command: AdoptText, context: Context) -> tuple[Event, ...]:
    """Adopt a text by consensus of those present, with quorum; ad referendum where a member is absent."""
    text = seen_text(cycle, command.text, context)
    if text is None:
        return refuse(command, no_such_text(command.text), context)
    if refusal := (
        wrong_state(cycle, CycleState.IN_SESSION)
        or under_silence(cycle, text)
        or text_not(text, OPEN_TO_AMENDMENT)
        or version_moved(text, command.version)
        or no_quorum(cycle, context)
    ):
        return refuse(command, refusal, context)
    absent = members_absent(cycle, context.at)
    return (
        TextAdopted(
            at=context.at,
            actor=context.actor,
            text=text.id,
            version=text.version,
            content=text.current.content,
            ad_referendum=bool(absent),
            absent=absent,
            footnotes=footnotes_of(cycle, text),
        ),
    )


def dissociate(cycle: Cycle, command: Dissociate, context: Context) -> tuple[Event, ...]:
    """Record a member as dissociated from a paragraph, until adoption; under silence that is said there (5.2 q)."""
    text = seen_text(cycle, command.text, context)
    if text is None:
        return refuse(command, no_such_text(command.text), context)
    if refusal := (
        wrong_state(cycle, UNDER_WAY)
        or not_a_member(cycle, context, "dissociate")
        or under_silence(cycle, text)
        or text_not(text, UNDECIDED)
        or version_moved(text, command.version)
        or unknown_paragraph(text, command.paragraph)
        or _already(text, command, context)
    ):
        return refuse(command, refusal, context)
    return (
        Dissociated(
            at=context.at,
            actor=context.actor,
            entity=context.entity,
            text=text.id,
            version=text.version,
            paragraph=command.paragraph,
            statement=command.statement,
        ),
    )


def _already(text: Text, command: Dissociate, context: Context) -> Refusal | None:
    if not text.dissociates(context.entity, command.paragraph):
        return None
    return AlreadyDissociated(entity=context.entity, paragraph=command.paragraph)
