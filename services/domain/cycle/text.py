"""A text before a meeting: its versions, dissociations and footnotes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.domain.audience import Audience
from services.domain.message import Content


class TextKind(StrEnum):
    """Outcome types, kept apart (domain.md 5.1)."""

    JOINT_COMMUNIQUE = "joint_communique"
    JOINT_DECLARATION = "joint_declaration"
    SUMMARY_OF_CONCLUSIONS = "summary_of_conclusions"
    DECISION_LIST = "decision_list"
    MINUTES = "minutes"


class TextState(StrEnum):
    """
    Where a text stands.

    ``ad_referendum``: adopted in session, silence over the whole electorate to follow. ``in_procedure``: before the
    members in a silence or written procedure. ``to_meeting``: only a meeting can settle it.
    """

    TABLED = "tabled"
    AD_REFERENDUM = "ad_referendum"
    IN_PROCEDURE = "in_procedure"
    TO_MEETING = "to_meeting"
    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"


#: the text can still be changed
OPEN_TO_AMENDMENT = frozenset({TextState.TABLED, TextState.TO_MEETING})
#: no procedure runs and nothing is final: members may dissociate, the chair may correct
UNDECIDED = OPEN_TO_AMENDMENT | {TextState.AD_REFERENDUM}
#: nothing more is expected of this cycle, once its session is over
SETTLED = frozenset({TextState.ADOPTED, TextState.WITHDRAWN, TextState.TO_MEETING})


class Change(StrEnum):
    """How a version came about."""

    TABLED = "tabled"
    AMENDED = "amended"
    CORRECTED = "corrected"


class FootnoteKind(StrEnum):
    """Footnotes of record on absence and representation, and dissociations (domain.md 5.1)."""

    WRITTEN_CONTRIBUTION = "absent_with_written_contribution"
    ONE_SEAT = "one_seat_several_delegations"
    DISSOCIATED = "dissociated"


@dataclass(frozen=True, kw_only=True, slots=True)
class Footnote:
    """A footnote as facts; its wording in each language is made where it is shown."""

    kind: FootnoteKind
    entity: str
    delegations: tuple[str, ...] = ()
    paragraph: str | None = None
    statement: Content | None = None
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Dissociation:
    """An entity does not block and is recorded as dissociated from a paragraph of a version."""

    entity: str
    paragraph: str
    version: int
    at: datetime
    statement: Content | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TextVersion:
    """One version: its paragraphs, and ``content``, the whole canonical text; ``base`` is the version it changed."""

    number: int
    base: int
    change: Change
    paragraphs: Mapping[str, Content]
    content: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """
    A text of a cycle.

    ``version`` is the one before the members. ``procedure`` is the last procedure over it. ``footnotes`` are those
    bound to the adopted version; before that they are derived. ``adopted_at`` is set by an adoption ad referendum too.
    """

    id: str
    title: Content
    kind: TextKind
    entity: str
    audience: Audience
    state: TextState
    version: int
    versions: tuple[TextVersion, ...]
    dissociations: tuple[Dissociation, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    procedure: str | None = None
    is_ad_referendum: bool = False
    adopted_at: datetime | None = None

    @property
    def current(self) -> TextVersion:
        """Return the version before the members."""
        return next(v for v in self.versions if v.number == self.version)

    @property
    def next_version(self) -> int:
        """Return the number of the next version; numbers are never used twice."""
        return max(v.number for v in self.versions) + 1

    @property
    def dissociated(self) -> tuple[tuple[str, str], ...]:
        """Return who is dissociated from which paragraph."""
        return tuple((d.entity, d.paragraph) for d in self.dissociations)

    def dissociates(self, entity: str, paragraph: str) -> bool:
        """Tell whether an entity is dissociated from a paragraph."""
        return (entity, paragraph) in self.dissociated

    def with_version(self, version: TextVersion) -> Text:
        """Return the text with one more version, which is now the one before the members."""
        others = tuple(v for v in self.versions if v.number != version.number)
        return replace(self, version=version.number, versions=(*others, version))
