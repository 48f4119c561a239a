"""
Seals what Temporal keeps: every payload and failure under AES-256-GCM, each with the id of its key.

What was written plain stays readable, and so does what was sealed under an older key, as long as that key is there.
Ids of workflows, search attributes and trace headers are not payloads: they hold opaque ids alone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes, PayloadCodec

ENCODING = b"binary/encrypted"
KEY_ID = "encryption-key-id"
NONCE_BYTES = 12
SETTING = "DIALOGUE_PAYLOAD_KEYS"


class PayloadUnreadable(Exception):
    """A sealed payload cannot be opened; the message is one sentence saying why, and what to do."""

    is_for_operators = True


class Codec(PayloadCodec):
    """Opens under any of its keys; seals under the first of them, if it seals."""

    def __init__(self, keys: Sequence[bytes], *, seals: bool) -> None:
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self._sealing = key_id(keys[0]) if seals else None

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal payloads."""
        return [self._sealed(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """
        Open payloads; what is plain is given as it is.

        Raises:
            PayloadUnreadable: the key is not there, or what was sealed has been altered.
        """
        return [self._opened(payload) for payload in payloads]

    def _sealed(self, payload: Payload) -> Payload:
        if self._sealing is None:
            return payload
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._sealing].encrypt(nonce, payload.SerializeToString(), _context(self._sealing))
        return Payload(metadata={"encoding": ENCODING, KEY_ID: self._sealing.encode()}, data=nonce + sealed)

    def _opened(self, payload: Payload) -> Payload:
        id_ = sealed_under(payload)
        if id_ is None:
            return payload
        if id_ not in self._ciphers:
            raise PayloadUnreadable(f"What Temporal keeps is sealed under key {id_}; {put_back(id_)}.")
        nonce, sealed = payload.data[:NONCE_BYTES], payload.data[NONCE_BYTES:]
        try:
            return Payload.FromString(self._ciphers[id_].decrypt(nonce, sealed, _context(id_)))
        except (InvalidTag, ValueError):
            raise PayloadUnreadable(
                f"What Temporal keeps under key {id_} is not what was sealed; restore its database from your backup."
            ) from None


def data_converter(keys: Sequence[bytes], *, seals: bool) -> DataConverter:
    """
    Return how values become what Temporal keeps.

    Without keys nothing is sealed; with ``seals`` everything is, what failures say included.
    """
    if not keys:
        return replace(pydantic_data_converter, payload_codec=Codec((), seals=False))
    converter = replace(pydantic_data_converter, payload_codec=Codec(keys, seals=seals))
    if not seals:
        return converter
    return replace(converter, failure_converter_class=DefaultFailureConverterWithEncodedAttributes)


def key_id(key: bytes) -> str:
    """Return the id of a key, which tells nothing of it."""
    return sha256(b"dialogue payload key" + key).hexdigest()[:12]


def sealed_under(payload: Payload) -> str | None:
    """Return the id of the key a payload is sealed under; ``None`` for a plain one."""
    if payload.metadata.get("encoding") != ENCODING:
        return None
    return payload.metadata.get(KEY_ID, b"").decode(errors="replace")


def put_back(id_: str) -> str:
    """Say what to do where a key is missing."""
    return f"put the key {id_} back into {SETTING}, on any line but the first"


def _context(id_: str) -> bytes:
    """Return what is authenticated beside the payload, so that one cannot pass for one of another key or kind."""
    return b"dialogue payload 1 " + id_.encode()
