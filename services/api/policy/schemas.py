"""How policies are told."""

from __future__ import annotations

from pydantic import Field

from services.api.showing import Instant, Read


class PolicyRead(Read):
    """A version of a policy, in force from `since` until the next version is."""

    kind: str = Field(examples=["procedure"])
    name: str
    version: int
    digest: str = Field(description="SHA-256 of its canonical content.")
    since: Instant
