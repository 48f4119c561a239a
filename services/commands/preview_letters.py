"""Writes foreseen letters out as their readers would get them; a person's name only for whoever may see that person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.commands.preview_course import Mailing
from services.domain.action.state import ActionItem, Hold
from services.gateways.letter import Letter as Paper
from services.gateways.letter import body_of, subject_of
from services.storage.addressing import Recipient
from services.storage.vault import Vault
from services.workflows.papers import Draft, draft_of, once_each, papers_for

ESCALATED = "action_escalated"

#: Tells whether the people of an entity may be named.
MayName = Callable[[str], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """
    One addressee of a foreseen letter, and the letter as it would be read there.

    ``held_by`` is the role of whoever is written to: the addressed one, one that stands in, or ``None`` if nobody does.
    ``persons`` are their names, in the order in which they are tried; ``None`` if they are not to be named.
    """

    entity: str
    role: str
    held_by: str | None
    persons: tuple[str, ...] | None
    zone: str
    subject: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreseen:
    """A foreseen letter, written out; ``hold`` is what holds the rung that sends it."""

    mailing: Mailing
    readers: tuple[Reader, ...]
    hold: Hold | None = None


async def written_out(
    connection: AsyncConnection,
    vault: Vault,
    mailings: Iterable[Mailing],
    *,
    may_name: MayName,
    zones: Mapping[str, tuple[str, ...]],
    unsealed: Mapping[str, bytes] | None = None,
) -> tuple[Foreseen, ...]:
    """Write letters out; ``zones`` are those of the entities, ``unsealed`` texts that lie in no vault yet."""
    found = []
    for mailing in mailings:
        draft = await draft_of(connection, vault, mailing.stream, mailing.letter, unsealed=unsealed, zones=zones)
        papers = await papers_for(connection, vault, draft, mailing.letter.to, at=mailing.letter.at)
        readers = [
            _reader(draft, to, written, is_named=may_name(to["entity"]))
            for to, written in once_each(mailing.letter.to, papers)
        ]
        found.append(Foreseen(mailing=mailing, readers=tuple(readers), hold=hold_of(mailing)))
    return tuple(found)


def is_escalation(mailing: Mailing) -> bool:
    """Tell whether a mailing is a rung of a ladder, which observers never see (domain.md LD-3)."""
    return mailing.letter.notice == ESCALATED


def hold_of(mailing: Mailing) -> Hold | None:
    """Return what holds the rung that sends a letter; ``None`` if nothing does."""
    if not is_escalation(mailing) or not isinstance(mailing.state, ActionItem):
        return None
    rung = mailing.letter.facts.get("rung")
    return next((hold for hold in reversed(mailing.state.holds) if hold.rung == rung), None)


def _reader(
    draft: Draft, to: Mapping[str, Any], papers: Sequence[tuple[Recipient, Paper]], *, is_named: bool
) -> Reader:
    paper = papers[0][1] if papers else draft.paper(to, None)
    shown = paper if is_named else replace(paper, name="")
    return Reader(
        entity=to["entity"],
        role=to["role"],
        held_by=papers[0][0].role if papers else None,
        persons=tuple(each.name for _, each in papers) if is_named else None,
        zone=paper.zone,
        subject=subject_of(shown),
        text=body_of(shown),
    )
