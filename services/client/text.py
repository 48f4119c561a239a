"""Texts, as the API tells them: paragraph by paragraph, with footnotes and dissociations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TextItem:
    """A text in a list."""

    id: str
    title: str | None
    kind: str
    entity: str
    audience: str
    state: str
    version: int
    procedure: str | None
    is_ad_referendum: bool
    adopted_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TextVersionItem:
    """A version of a text: ``base`` is the one it changed, 0 for the first."""

    number: int
    base: int
    change: str
    digest: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class TextVersion(TextVersionItem):
    """A version of a text, in full; its paragraphs are ``None`` once erased."""

    zone: str
    text: str
    paragraphs: Mapping[str, str] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Footnote:
    """A footnote as facts: on absence, on representation, on dissociation."""

    kind: str
    entity: str
    delegations: tuple[str, ...]
    paragraph: str | None
    statement: str | None
    at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dissociation:
    """An entity that does not block, and is recorded as dissociated from a paragraph of a version."""

    entity: str
    paragraph: str
    version: int
    at: datetime
    statement: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Text(TextItem):
    """A text: the version before the members, and what is bound to it."""

    zone: str
    body: str
    cycle: int
    digest: str | None
    paragraphs: Mapping[str, str] | None
    footnotes: tuple[Footnote, ...]
    dissociations: tuple[Dissociation, ...]
    versions: tuple[TextVersionItem, ...]
