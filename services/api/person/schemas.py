"""How persons are told."""

from __future__ import annotations

from pydantic import Field

from services.api.showing import Read, Words


class PersonRead(Read):
    """A person, by an opaque id that stays, with a name and an address that can be erased."""

    person: str = Field(examples=["p-0123456789abcdef"])
    entity: str = Field(description="Empty for an auditor.")
    name: Words
    address: Words
