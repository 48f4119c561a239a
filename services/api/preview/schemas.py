"""How mailings that have not gone yet are told."""

from __future__ import annotations

from pydantic import Field

from services.api.command.schemas import EventRead, RefusalRead
from services.api.showing import Answer, Instant, Read, Words


class ReaderRead(Read):
    """One addressee of a mailing, and the letter as it would be read there."""

    entity: str
    role: str
    held_by: str | None = Field(
        description="The role of whoever is written to: the addressed one, or one that stands in; `null` if nobody is."
    )
    persons: tuple[str, ...] | None = Field(
        description="Their names, in the order in which they are tried; `null` if they are not yours to see."
    )
    reader_zone: str = Field(validation_alias="zone", description="The zone of the letter's local times.")
    subject: str
    text: str


class RungHoldRead(Read):
    """What holds a rung: it goes at `until` instead of its own instant."""

    until: Instant
    reason: Words


class MailingRead(Read):
    """A letter that would go at an instant, to each of its addressees."""

    notice: str = Field(examples=["cycle_convened"])
    at: Instant
    stream: str
    because: str | None = Field(description="What falls due by itself then; `null` for what a command sends at once.")
    hold: RungHoldRead | None
    to: tuple[ReaderRead, ...]


class MailingsRead(Answer):
    """What will go by itself if nobody acts, the first first; `is_more` says that there would be more after these."""

    items: tuple[MailingRead, ...]
    is_more: bool


class CommandPreviewRead(Answer):
    """
    What a command would do if it were sent now; nothing has been done.

    Result `decided`: it would be decided so, and these `letters` would go at once. Result `refused`: it would be
    refused. Result `done`: it was sent before under its key, and would only be answered again. `coming` is what would
    go by itself afterwards if nobody acts, as far as that is yours to see. Ids of what would be made are those it
    would get under the same `Idempotency-Key`.
    """

    kind: str
    stream: str
    result: str = Field(examples=["decided"])
    is_whole: bool = Field(
        description="Whether all that follows was followed; `false` if it is more than is looked at."
    )
    at: Instant
    events: tuple[EventRead, ...]
    refusal: RefusalRead | None
    letters: tuple[MailingRead, ...]
    coming: tuple[MailingRead, ...]
