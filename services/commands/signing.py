"""The API's signature over what it took in, so that an update put in past it can be told apart."""

from __future__ import annotations

import base64
from dataclasses import replace

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.wire.canonical import canonical_bytes
from services.wire.message import to_json
from services.workflows.messages import Envelope


class Signer:
    """Signs envelopes with one Ed25519 key."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @property
    def public(self) -> Ed25519PublicKey:
        """Return the key others check signatures with."""
        return self._key.public_key()

    def sign(self, envelope: Envelope) -> Envelope:
        """Return the envelope with its signature."""
        signature = self._key.sign(_signed_bytes(envelope))
        return replace(envelope, signature=base64.b64encode(signature).decode())


def is_signed(envelope: Envelope, public: Ed25519PublicKey) -> bool:
    """Tell whether an envelope carries a true signature by a key."""
    try:
        public.verify(base64.b64decode(envelope.signature), _signed_bytes(envelope))
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed_bytes(envelope: Envelope) -> bytes:
    return canonical_bytes({**to_json(envelope), "signature": ""})
