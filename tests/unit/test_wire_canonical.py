"""Canonical bytes and digests."""

from __future__ import annotations

import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

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


LEAVES = st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.floats() | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


def written(value: object) -> bytes | None:
    """Return the bytes of a value by the standard's own library; ``None`` if it has none."""
    try:
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except rfc8785.CanonicalizationError:
        return None


@given(VALUES)
def test_every_value_is_written_as_the_standard_says(value: object) -> None:
    """The short way for what is usual gives what the long one gives, or the same refusal."""
    expected = written(value)

    if expected is None:
        with pytest.raises(rfc8785.CanonicalizationError):
            canonical_bytes(value)
    else:
        assert canonical_bytes(value) == expected


@pytest.mark.parametrize("text", ["\ud800", 'a\x00\x1f\x7f\u2028\u2029"\\/', "\U0001f600\ue000"])
def test_odd_characters_are_written_as_the_standard_says(text: str) -> None:
    """Controls, separators, pairs of surrogates; half a pair is refused."""
    value = {"text": text} if text == "\ud800" else {text: [text]}
    expected = written(value)

    if expected is None:
        with pytest.raises(rfc8785.CanonicalizationError):
            canonical_bytes(value)
    else:
        assert canonical_bytes(value) == expected
