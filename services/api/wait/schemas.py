"""How open waits are told."""

from __future__ import annotations

from pydantic import Field

from services.api.showing import Instant, Read


class WaitRead(Read):
    """An open wait: for whom, for what, since when, until when (`null`: without end)."""

    what: str = Field(examples=["respond"], description="The command that ends it, or what is missing.")
    entity: str
    role: str
    body: str = Field(description="Empty for the register.")
    stream: str = Field(examples=["cycle/dialogue/9"])
    since: Instant
    until: Instant | None
