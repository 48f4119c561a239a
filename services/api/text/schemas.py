"""How texts are told: paragraph by paragraph, in the canonical form that the hash is taken over."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo

from services.api.cycle.schemas import TextItemRead
from services.api.showing import Answer, Instant, Read, Words, worded
from services.commands.wording import paragraphs_of


def _in_paragraphs(value: Any, info: ValidationInfo) -> Any:
    whole = worded(value, info)
    return paragraphs_of(whole) if isinstance(whole, str) else whole


Paragraphs = Annotated[
    dict[str, str] | None,
    BeforeValidator(_in_paragraphs),
    Field(description="The paragraphs by number; `null` once erased.", examples=[{"1": "The members have agreed."}]),
]
Hash = Annotated[str | None, Field(description="SHA-256 of the whole canonical text.")]


class TextVersionItemRead(Read):
    """A version of a text: `base` is the one it changed, 0 for the first."""

    number: int
    base: int
    change: str = Field(examples=["amended"])
    digest: Hash


class TextVersionRead(TextVersionItemRead, Answer):
    """A version of a text, in full."""

    text: str
    paragraphs: Paragraphs


class FootnoteRead(Read):
    """A footnote as facts: on absence, on representation, on dissociation."""

    kind: str
    entity: str
    delegations: tuple[str, ...]
    paragraph: str | None
    statement: Words
    at: Instant | None


class DissociationRead(Read):
    """An entity that does not block, and is recorded as dissociated from a paragraph of a version."""

    entity: str
    paragraph: str
    version: int
    at: Instant
    statement: Words


class TextRead(TextItemRead, Answer):
    """A text: the version before the members, and what is bound to it."""

    body: str
    cycle: int
    digest: Hash
    paragraphs: Paragraphs
    footnotes: tuple[FootnoteRead, ...]
    dissociations: tuple[DissociationRead, ...]
    versions: tuple[TextVersionItemRead, ...]
