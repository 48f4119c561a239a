"""How events are told: what happened to what, when and by whom; the thing itself is read at its own address."""

from __future__ import annotations

from pydantic import Field

from services.api.showing import Answer, Instant, Read


class HappenedRead(Read):
    """One event of the record."""

    id: str = Field(examples=["e-6f1ed002ab5595859014ebf0951522d9"], description="Opaque; the same for every reader.")
    kind: str = Field(examples=["silence_broken"])
    at: Instant
    stream: str = Field(examples=["silence/s-1f2e3d4c5b6a7988"])
    body: str = Field(description="Empty for the register.")
    entity: str = Field(description="Whose act it was; `engine` for what happened by itself.")
    role: str = Field(examples=["head_of_delegation"])
    command_id: str | None = Field(description="The caller's own command, where one of these did it.")
    links: dict[str, str] = Field(description="Where to read what it happened to.")


class HappeningsRead(Answer):
    """
    Events in the order of the record, the first first.

    `next` is the cursor to go on from and is always there: at the end of the record it waits for what comes.
    """

    items: tuple[HappenedRead, ...]
    next: str
