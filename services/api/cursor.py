"""Cursors: where a page ended, sealed, so that only what this engine gave out comes back."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.wire.canonical import canonical_bytes
from services.wire.message import Fault, Malformed
from services.wire.moment import read_instant, write_instant

SEAL_BYTES = 16
INSTANT = "@"
Place = tuple[str | int | datetime, ...]


class Cursors:
    """Writes and reads cursors with one key; a cursor is good for the list and the filters it was given for."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(self, listed: str, filters: Mapping[str, Any], place: Place) -> str:
        """Return the cursor of a place in a list."""
        told = [[INSTANT, write_instant(part)] if isinstance(part, datetime) else part for part in place]
        data = canonical_bytes(told)
        return base64.urlsafe_b64encode(self._seal(listed, filters, data) + data).decode().rstrip("=")

    def read(self, listed: str, filters: Mapping[str, Any], cursor: str) -> Place:
        """
        Return the place a cursor stands for.

        Raises:
            Malformed: it was not given for this list and these filters.
        """
        try:
            whole = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        except (binascii.Error, ValueError) as error:
            raise unknown_cursor() from error
        seal, data = whole[:SEAL_BYTES], whole[SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(listed, filters, data)):
            raise unknown_cursor()
        return tuple(read_instant(part[1]) if isinstance(part, list) else part for part in json.loads(data))

    def _seal(self, listed: str, filters: Mapping[str, Any], data: bytes) -> bytes:
        asked = canonical_bytes([listed, {name: value for name, value in filters.items() if value is not None}])
        return hmac.digest(self._key, hashlib.sha256(asked).digest() + data, "sha256")[:SEAL_BYTES]


def unknown_cursor() -> Malformed:
    """Return the error of a cursor that was not given out for this question."""
    rule = "was not given for this list with these filters; ask for the first page again, without a cursor"
    return Malformed("cursor", (Fault(field="cursor", rule=rule),))
