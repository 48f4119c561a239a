"""Decides on texts on the table: tabled, amended, corrected, withdrawn (domain.md 5.1)."""

from __future__ import annotations

from services.domain.cycle.admission import (
    no_such_text,
    not_a_member,
    not_at_the_table,
    restricted_by_observer,
    seen_text,
    text_not,
    under_silence,
    unknown_paragraph,
    version_moved,
    wrong_state,
)
from services.domain.cycle.commands import Amend, CorrectEditorially, RefuseCorrection, TableText, WithdrawText
from services.domain.cycle.events import (
    EditorialCorrectionMade,
    EditorialCorrectionRefused,
    TextAmended,
    TextTabled,
    TextWithdrawn,
)
from services.domain.cycle.refusals import NoCorrectionToRefuse
from services.domain.cycle.state import UNDER_WAY, Cycle
from services.domain.cycle.text import OPEN_TO_AMENDMENT, UNDECIDED, Change, Text
from services.domain.message import BadArgument, Context, Event, NotPermitted, Refusal, made_id, refuse


def table_text(cycle: Cycle, command: TableText, context: Context) -> tuple[Event, ...]:
    """Table a text, before, in or after the session; in session it can be adopted, any time put to a procedure."""
    if refusal := (
        wrong_state(cycle, UNDER_WAY)
        or not_at_the_table(cycle, context, "table a text")
        or restricted_by_observer(cycle, command.audience, context)
        or _without_paragraphs(command)
    ):
        return refuse(command, refusal, context)
    return (
        TextTabled(
            at=context.at,
            actor=context.actor,
            text=made_id("t", context),
            entity=context.entity,
            title=command.title,
            kind=command.kind,
            paragraphs=dict(command.paragraphs),
            content=command.content,
            audience=command.audience,
        ),
    )


def amend(cycle: Cycle, command: Amend, context: Context) -> tuple[Event, ...]:
    """Make a new version; whoever dissociated from the paragraph as it read has to look at it again."""
    text = seen_text(cycle, command.text, context)
    if text is None:
        return refuse(command, no_such_text(command.text), context)
    if refusal := (
        _cannot_change(cycle, text, context)
        or text_not(text, OPEN_TO_AMENDMENT)
        or version_moved(text, command.base_version)
        or unknown_paragraph(text, command.paragraph)
    ):
        return refuse(command, refusal, context)
    return (
        TextAmended(
            at=context.at,
            actor=context.actor,
            text=text.id,
            entity=context.entity,
            version=text.next_version,
            base_version=text.version,
            paragraph=command.paragraph,
            content=command.content,
            whole=command.whole,
            lapsed=tuple(d.entity for d in text.dissociations if d.paragraph == command.paragraph),
        ),
    )


def correct_editorially(cycle: Cycle, command: CorrectEditorially, context: Context) -> tuple[Event, ...]:
    """Correct a slip; a text that runs under silence is corrected there (domain.md 5.2 p)."""
    text = seen_text(cycle, command.text, context)
    if text is None:
        return refuse(command, no_such_text(command.text), context)
    if refusal := (
        _cannot_change(cycle, text, context) or text_not(text, UNDECIDED) or unknown_paragraph(text, command.paragraph)
    ):
        return refuse(command, refusal, context)
    return (
        EditorialCorrectionMade(
            at=context.at,
            actor=context.actor,
            text=text.id,
            version=text.next_version,
            base_version=text.version,
            paragraph=command.paragraph,
            content=command.content,
            whole=command.whole,
        ),
    )


def refuse_correction(cycle: Cycle, command: RefuseCorrection, context: Context) -> tuple[Event, ...]:
    """Put the version before a correction back; any member can have that."""
    text = seen_text(cycle, command.text, context)
    if text is None:
        return refuse(command, no_such_text(command.text), context)
    if refusal := (
        _cannot_change(cycle, text, context)
        or text_not(text, UNDECIDED)
        or not_a_member(cycle, context, "refuse a correction")
        or version_moved(text, command.version)
        or _no_correction(text)
    ):
        return refuse(command, refusal, context)
    return (
        EditorialCorrectionRefused(
            at=context.at,
            actor=context.actor,
            text=text.id,
            entity=context.entity,
            version=text.version,
            restored=text.current.base,
        ),
    )


def withdraw_text(cycle: Cycle, command: WithdrawText, context: Context) -> tuple[Event, ...]:
    """Take a text off the table; only who tabled it, the chair or the convenor can."""
    text = seen_text(cycle, command.text, context)
    if text is None:
        return refuse(command, no_such_text(command.text), context)
    if (
        refusal := _cannot_change(cycle, text, context)
        or text_not(text, UNDECIDED)
        or _not_its_own(cycle, text, context)
    ):
        return refuse(command, refusal, context)
    return (TextWithdrawn(at=context.at, actor=context.actor, text=text.id, reason=command.reason),)


def _cannot_change(cycle: Cycle, text: Text, context: Context) -> Refusal | None:
    return (
        wrong_state(cycle, UNDER_WAY) or not_at_the_table(cycle, context, "change a text") or under_silence(cycle, text)
    )


def _without_paragraphs(command: TableText) -> Refusal | None:
    if command.paragraphs and all(command.paragraphs):
        return None
    return BadArgument(field="paragraphs", rule="a text has named paragraphs", remedy="give each an id, like 5b")


def _no_correction(text: Text) -> Refusal | None:
    if text.current.change is Change.CORRECTED:
        return None
    return NoCorrectionToRefuse(text=text.id, version=text.version)


def _not_its_own(cycle: Cycle, text: Text, context: Context) -> Refusal | None:
    if context.entity in (text.entity, cycle.chair_entity, cycle.membership.convenor):
        return None
    return NotPermitted(who=context.entity, what="withdraw this text", why=f"{text.entity} tabled it")
