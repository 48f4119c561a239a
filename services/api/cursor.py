"""Cursors: where a page ended, sealed, so that only what this engine gave out comes back, and nobody reads in it."""

from __future__ import annotations

import base64
import binascii
import json
import os
from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.wire.canonical import canonical_bytes
from services.wire.message import Fault, Malformed
from services.wire.moment import read_instant, write_instant

NONCE_BYTES = 12
INSTANT = "@"
Place = tuple[Any, ...]


class Cursors:
    """Writes and reads cursors with one key; a cursor is good for the list and the filters it was given for."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._key = key

    def name(self, *parts: str | int) -> str:
        """Return an opaque name of something, always the same, that nobody without the key can make or count by."""
        return blake2b(canonical_bytes(list(parts)), key=self._key, digest_size=16).hexdigest()

    def write(self, listed: str, filters: Mapping[str, Any], place: Place) -> str:
        """Return the cursor of a place in a list."""
        told = [[INSTANT, write_instant(part)] if isinstance(part, datetime) else part for part in place]
        # a nonce is used once: it is random, and cursors are few and of no use to anybody else
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, canonical_bytes(told), canonical_bytes([listed, dict(filters)]))
        return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")

    def read(self, listed: str, filters: Mapping[str, Any], cursor: str) -> Place:
        """
        Return the place a cursor stands for.

        Raises:
            Malformed: it was not given for this list and these filters.
        """
        try:
            whole = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            asked = canonical_bytes([listed, dict(filters)])
            told = json.loads(self._cipher.decrypt(whole[:NONCE_BYTES], whole[NONCE_BYTES:], asked))
        except (binascii.Error, ValueError, InvalidTag) as error:
            rule = "was not given for this list with these filters; ask for the first page again, without a cursor"
            raise Malformed("cursor", (Fault(field="cursor", rule=rule),)) from error
        return tuple(read_instant(part[1]) if isinstance(part, list) else part for part in told)
