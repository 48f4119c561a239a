"""Canonical bytes of JSON values (RFC 8785) and the digests taken over them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import rfc8785

#: Without white space, keys in the order of their code points, which is that of UTF-16 for ASCII.
_PLAIN = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
#: Integers beyond this are not exact in every reader.
_LARGEST = 2**53 - 1


def canonical_bytes(value: Any) -> bytes:
    """
    Return the one byte form of a JSON value: sorted keys, no white space, numbers as RFC 8785 writes them.

    Raises:
        rfc8785.CanonicalizationError: the value is no JSON value, or holds a number JSON cannot carry exactly.
    """
    if _is_plain(value):
        try:
            return _PLAIN.encode(value).encode()
        except UnicodeEncodeError:
            pass
    return rfc8785.dumps(value)


def _is_plain(value: Any) -> bool:
    """Tell whether a value is of the kinds that the standard library writes as RFC 8785 does: nearly every one is."""
    kind = type(value)
    if kind is dict:
        for key, inner in value.items():
            if type(key) is not str or not key.isascii() or not _is_plain(inner):
                return False
        return True
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    return kind is str or value is None or kind is bool or (kind is int and abs(value) <= _LARGEST)


def digest(value: Any) -> str:
    """
    Return the SHA-256, in hexadecimal, of the canonical bytes of a JSON value.

    Raises:
        rfc8785.CanonicalizationError: as for ``canonical_bytes``.
    """
    return hashlib.sha256(canonical_bytes(value)).hexdigest()
