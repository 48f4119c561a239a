"""How keys are told; never their secrets."""

from __future__ import annotations

from pydantic import Field

from services.api.showing import Instant, Read, Words


class KeyRead(Read):
    """An API key of an appointment, good in [`issued_at`, `expires_at`) unless revoked."""

    id: str = Field(validation_alias="key")
    appointment: str
    label: Words
    scopes: tuple[str, ...] = Field(examples=[["read", "act"]])
    issued_at: Instant
    expires_at: Instant = Field(validation_alias="expires")
    revoked_at: Instant | None
    is_valid: bool = Field(description="Whether it may be used now.")
