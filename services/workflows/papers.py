"""Letters as their readers get them: who is written to, and what stands on each one's paper; sent or only shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.message import OWN, Content
from services.gateways.letter import Letter as Paper
from services.storage import snapshot
from services.storage.addressing import Recipient, recipients_of
from services.storage.vault import Vault
from services.wire.message import Malformed, from_json
from services.workflows.messages import Letter

ERASED = "(no longer kept)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """One letter with its texts opened and the zones of its readers at hand; each paper is written from it."""

    stream: str
    letter: Letter
    zones: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]

    def paper(self, to: Mapping[str, Any], recipient: Recipient | None) -> Paper:
        """Return the paper for an addressee, still without name and address; ``None``: nobody holds its role."""
        who = recipient.person if recipient else ""
        zone, *elsewhere = self.zones.get(to["entity"], ("UTC",))
        return Paper(
            reference=reference_of(self.stream, self.letter.cause, self.letter.notice, who),
            notice=self.letter.notice,
            entity=to["entity"],
            role=recipient.role if recipient else to["role"],
            name="",
            address=None,
            zone=zone,
            elsewhere=tuple(elsewhere),
            facts=facts_for(to["entity"], self.letter.facts),
            texts=self.texts,
        )


def once_each(
    to: Sequence[Mapping[str, Any]], papers: Sequence[list[tuple[Recipient, Paper]]]
) -> list[tuple[Mapping[str, Any], list[tuple[Recipient, Paper]]]]:
    """Return addressees with their papers; who holds one role of an entity for several bodies is written to once."""
    found: dict[tuple[str, ...], tuple[Mapping[str, Any], list[tuple[Recipient, Paper]]]] = {}
    for addressee, written in zip(to, papers, strict=True):
        readers = (recipient.person for recipient, _ in written)
        found.setdefault((addressee["entity"], addressee["role"], *readers), (addressee, written))
    return list(found.values())


def facts_for(entity: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a letter as one entity reads them: of what differs from entity to entity, its own."""
    own = {name: value[OWN].get(entity) if _is_own(value) else value for name, value in facts.items()}
    return {name: value for name, value in own.items() if value is not None or not _is_own(facts[name])}


def _is_own(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {OWN}


def reference_of(stream: str, cause: int, notice: str, person: str) -> str:
    """Return the reference of a letter: what it is caused by, and who gets it."""
    return f"{stream}@{cause}:{notice}:{person}"


async def draft_of(
    connection: AsyncConnection,
    vault: Vault,
    stream: str,
    letter: Letter,
    *,
    unsealed: Mapping[str, bytes] | None = None,
    zones: Mapping[str, tuple[str, ...]] | None = None,
) -> Draft:
    """Open a letter's texts; ``unsealed`` are those, by address, that lie in no vault yet; ``zones`` if known."""
    return Draft(
        stream=stream,
        letter=letter,
        zones=await _zones(connection) if zones is None else zones,
        texts=await _texts(connection, vault, letter.facts, unsealed or {}),
    )


async def papers_for(
    connection: AsyncConnection, vault: Vault, draft: Draft, addressees: Sequence[Mapping[str, Any]], *, at: datetime
) -> list[list[tuple[Recipient, Paper]]]:
    """Return for each addressee the papers of whoever holds the role at an instant or stands in, if anybody does."""
    found = await recipients_of(connection, addressees, at=at)
    contents = [content for several in found for r in several for content in (r.name, r.address) if content]
    named = await vault.open_all(connection, contents)
    return [
        [(recipient, _addressed(draft.paper(to, recipient), recipient, named)) for recipient in several]
        for to, several in zip(addressees, found, strict=True)
    ]


def _addressed(paper: Paper, recipient: Recipient, named: Mapping[str, bytes | None]) -> Paper:
    return replace(paper, name=_text(named, recipient.name), address=_text(named, recipient.address) or None)


async def _texts(
    connection: AsyncConnection, vault: Vault, facts: Mapping[str, Any], unsealed: Mapping[str, bytes]
) -> dict[str, str]:
    wanted = {name: content for name, value in facts.items() if (content := _content(value)) is not None}
    kept = [content for content in wanted.values() if content.address not in unsealed]
    opened = {**await vault.open_all(connection, kept), **unsealed}
    return {name: _spelt(opened[content.address]) for name, content in wanted.items()}


def _content(value: Any) -> Content | None:
    if not isinstance(value, Mapping) or "commitment" not in value:
        return None
    try:
        return from_json(Content, dict(value))
    except Malformed:
        return None


def _spelt(data: bytes | None) -> str:
    try:
        return ERASED if data is None else data.decode()
    except UnicodeDecodeError:
        return ERASED


def _text(opened: Mapping[str, bytes | None], content: Content | None) -> str:
    data = opened.get(content.address) if content else None
    return data.decode() if data else ""


async def _zones(connection: AsyncConnection) -> dict[str, tuple[str, ...]]:
    register = await snapshot.load(connection, "register")
    return {entity.code: entity.zones for entity in register.state.membership.entities} if register else {}
