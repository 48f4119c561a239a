"""How appointments are told."""

from __future__ import annotations

from pydantic import Field

from services.api.showing import Instant, Read


class AppointmentRead(Read):
    """A person in a role on a seat, for one body or all, in [`since`, `until`)."""

    appointment: str
    person: str
    seat: str = Field(description="The entity; empty for an auditor.")
    delegation: str | None
    body: str | None = Field(description="`null` means all bodies.")
    role: str = Field(examples=["head_of_delegation"])
    since: Instant
    until: Instant | None
    holds: bool = Field(description="Whether it holds now.")
