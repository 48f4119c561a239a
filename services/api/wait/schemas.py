"""How open waits are told."""

from __future__ import annotations

from pydantic import Field

from services.api.showing import Instant, Read


class CallRead(Read):
    """A call of this API; `command` is its kind, empty for a reading."""

    method: str = Field(examples=["POST"])
    path: str = Field(examples=["/v1/cycles/dialogue/9/responses"])
    command: str = Field(examples=["respond"])
    arguments: tuple[str, ...] = Field(
        examples=[["answer: accepted|declined|tentative"]], description="As `name: what`; `name?` may be left out."
    )
    if_match: str | None = Field(
        examples=["/v1/bodies/wg-sc"],
        description="Where the ETag is read that goes with it as `If-Match`; `null` where none is asked for.",
    )


class WaitRead(Read):
    """An open wait: for whom, for what, since when, until when (`null`: without end), and what ends it."""

    what: str = Field(examples=["respond"], description="The command that ends it, or what is missing.")
    entity: str
    role: str
    body: str = Field(description="Empty for the register.")
    stream: str = Field(examples=["cycle/dialogue/9"])
    since: Instant
    until: Instant | None
    ended_by: tuple[CallRead, ...] = Field(description="Calls that end it; none where only the engine can.")
