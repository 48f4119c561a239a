"""What a silence or written procedure tells the cycle or body it was opened for."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.field import added
from services.domain.message import Command, Content, Event


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectedParagraph:
    """A paragraph as a corrigendum of the procedure made it read."""

    paragraph: str
    content: Content


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteProcedure(Command):
    """
    A procedure tells its home how it stands.

    ``text`` and ``version`` name the home's text; ``content`` is that version as it stands now (a corrigendum changes
    it, in the paragraphs ``corrected``); ``dissociated`` pairs each entity with the paragraph it dissociated from under
    silence.
    """

    procedure: str
    text: str | None
    version: int
    content: Content
    state: str
    dissociated: tuple[tuple[str, str], ...] = ()
    corrected: tuple[CorrectedParagraph, ...] = added(())


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureNoted(Event):
    """The home knows how the procedure stands; the procedure's own stream is the authority."""

    procedure: str
    text: str | None
    version: int
    content: Content
    state: str
    dissociated: tuple[tuple[str, str], ...] = ()
    corrected: tuple[CorrectedParagraph, ...] = added(())
