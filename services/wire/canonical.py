"""Canonical bytes of JSON values (RFC 8785) and the digests taken over them."""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785


def canonical_bytes(value: Any) -> bytes:
    """
    Return the one byte form of a JSON value: sorted keys, no white space, numbers as RFC 8785 writes them.

    Raises:
        rfc8785.CanonicalizationError: the value is no JSON value, or holds a number JSON cannot carry exactly.
    """
    return rfc8785.dumps(value)


def digest(value: Any) -> str:
    """
    Return the SHA-256, in hexadecimal, of the canonical bytes of a JSON value.

    Raises:
        rfc8785.CanonicalizationError: as for ``canonical_bytes``.
    """
    return hashlib.sha256(canonical_bytes(value)).hexdigest()
