"""Canonical bytes and digests."""

from __future__ import annotations

import hashlib

import pytest
import rfc8785

from services.wire.canonical import canonical_bytes, digest


def test_keys_are_sorted_and_white_space_is_gone() -> None:
    """Two spellings of one value have one byte form."""
    assert canonical_bytes({"b": 1, "a": ["é", None, True]}) == '{"a":["é",null,true],"b":1}'.encode()


def test_digest_is_sha_256_of_the_canonical_bytes() -> None:
    """Anybody can recompute a digest with a JSON canonicalizer and SHA-256."""
    assert digest({"a": 1.0}) == hashlib.sha256(b'{"a":1}').hexdigest()


def test_a_number_json_cannot_carry_is_refused() -> None:
    """An integer that readers would round has no canonical form."""
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical_bytes(2**60)
