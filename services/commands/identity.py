"""What a command is called: the same act of the same person under the same key, however often it is sent."""

from __future__ import annotations

import hashlib

from services.wire.canonical import canonical_bytes


def command_id(*, person: str, kind: str, stream: str, key: str) -> str:
    """Return a command's id: SHA-256 of principal, route, target and key."""
    return hashlib.sha256(canonical_bytes([person, kind, stream, key])).hexdigest()
