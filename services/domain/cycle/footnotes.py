"""Footnotes of a text: on absence, on representation, on dissociation (domain.md 5.1; communique fn1, fn2)."""

from __future__ import annotations

from services.domain.cycle.attendance import delegations_of, presence_of
from services.domain.cycle.records import Presence
from services.domain.cycle.state import Cycle
from services.domain.cycle.text import Footnote, FootnoteKind, Text, TextKind
from services.domain.membership import ParticipationStatus


def footnotes_of(cycle: Cycle, text: Text) -> tuple[Footnote, ...]:
    """
    Return the footnotes a text carries: those bound at its final adoption, before that as the facts stand.

    A joint communique carries the footnotes of record by itself.
    """
    if text.footnotes:
        return text.footnotes
    of_record = footnotes_of_record(cycle) if text.kind is TextKind.JOINT_COMMUNIQUE else ()
    return (*of_record, *dissociations_of(text))


def footnotes_of_record(cycle: Cycle) -> tuple[Footnote, ...]:
    """Return who was absent and contributed in writing, and who came by several delegations in one seat."""
    entities = cycle.convening.invited if cycle.convening else ()
    absent = tuple(
        Footnote(kind=FootnoteKind.WRITTEN_CONTRIBUTION, entity=code)
        for code in entities
        if presence_of(cycle, code) is Presence.ABSENT_WITH_WRITTEN_CONTRIBUTION and _is_member(cycle, code)
    )
    one_seat = tuple(
        Footnote(kind=FootnoteKind.ONE_SEAT, entity=code, delegations=delegations)
        for code in entities
        if len(delegations := delegations_of(cycle, code)) > 1
    )
    return absent + one_seat


def dissociations_of(text: Text) -> tuple[Footnote, ...]:
    """Return the signed footnotes of those dissociated from a paragraph."""
    return tuple(
        Footnote(
            kind=FootnoteKind.DISSOCIATED,
            entity=d.entity,
            paragraph=d.paragraph,
            statement=d.statement,
            at=d.at,
        )
        for d in text.dissociations
    )


def _is_member(cycle: Cycle, entity: str) -> bool:
    return cycle.membership.status_at(entity, cycle.starts) is ParticipationStatus.MEMBER
