"""How a feed's key is told, once."""

from __future__ import annotations

from pydantic import Field

from services.api.command.schemas import IssuedKeyRead


class IssuedFeedRead(IssuedKeyRead):
    """A feed that was opened; `address` is told this once and never again, for the key stands in it."""

    address: str | None = Field(
        description="Where the feed is read from, below the address of this API; `null` when this was sent before.",
        examples=["/v1/feeds/dlg_k-0123456789abcdef_….ics"],
    )
