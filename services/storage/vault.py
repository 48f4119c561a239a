"""
The vault: texts and files, each under a key of its own, addressed by ciphertext; erasing is destroying the key.

Only references leave it. Whoever holds the master key can read what has not been erased.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.domain.message import Content
from services.storage.tables import vault, vault_key

KEY_BYTES = 32
SALT_BYTES = 32
NONCE_BYTES = 12


class ContentErased(LookupError):
    """The key of this content has been destroyed; a tombstone stays."""


class ContentDamaged(ValueError):
    """What lies in the vault is not what its reference commits to."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """A content sealed in memory, to be stored in the transaction that takes its command in."""

    content: Content
    ciphertext: bytes
    wrapped: bytes
    master_key_id: str


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The key that wraps the contents' keys; its id names it in every row."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        return f"MasterKey(id={self.id!r})"


class Vault:
    """Seals, opens and erases contents; ``keys`` holds the current master key first, then retired ones."""

    def __init__(self, *keys: MasterKey) -> None:
        self._current = keys[0]
        self._keys = {key.id: AESGCM(key.secret) for key in keys}

    def seal(self, data: bytes, *, media_type: str = "text/plain; charset=utf-8", show_digest: bool = False) -> Sealed:
        """Seal bytes under a fresh key and salt; ``show_digest`` also gives the plain SHA-256 in the reference."""
        key, salt, nonce = os.urandom(KEY_BYTES), os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
        ciphertext = nonce + AESGCM(key).encrypt(nonce, data, None)
        address = hashlib.sha256(ciphertext).hexdigest()
        wrap_nonce = os.urandom(NONCE_BYTES)
        wrapped = wrap_nonce + self._keys[self._current.id].encrypt(wrap_nonce, key + salt, address.encode())
        content = Content(
            address=address,
            commitment=hashlib.sha256(salt + data).hexdigest(),
            size=len(data),
            media_type=media_type,
            digest=hashlib.sha256(data).hexdigest() if show_digest else None,
        )
        return Sealed(content=content, ciphertext=ciphertext, wrapped=wrapped, master_key_id=self._current.id)

    def unseal(self, sealed: Sealed) -> bytes:
        """Return the plain bytes of a content that has been sealed and not stored."""
        return self._unseal(sealed.content, sealed.ciphertext, sealed.wrapped, sealed.master_key_id)

    async def open(self, connection: AsyncConnection, content: Content) -> bytes:
        """
        Return the plain bytes of a content.

        Raises:
            ContentErased: its key is gone.
            ContentDamaged: ciphertext, key or commitment do not fit together.
        """
        return (await self.open_all(connection, [content]))[content.address] or self._erased(content)

    async def open_all(self, connection: AsyncConnection, contents: Iterable[Content]) -> Mapping[str, bytes | None]:
        """
        Return the plain bytes of several contents by address, in one statement; ``None`` where erased.

        Raises:
            ContentDamaged: ciphertext, key or commitment do not fit together.
        """
        wanted = {content.address: content for content in contents}
        if not wanted:
            return {}
        rows = await connection.execute(
            select(vault.c.address, vault.c.ciphertext, vault_key.c.wrapped, vault_key.c.master_key_id)
            .outerjoin(vault_key, vault_key.c.address == vault.c.address)
            .where(vault.c.address.in_(wanted))
        )
        opened: dict[str, bytes | None] = dict.fromkeys(wanted)
        for address, ciphertext, wrapped, key_id in rows:
            if wrapped is not None:
                opened[address] = self._unseal(wanted[address], ciphertext, wrapped, key_id)
        return opened

    async def erase(self, connection: AsyncConnection, content: Content) -> None:
        """Destroy key and salt of a content; its reference and tombstone stay."""
        await destroy_keys(connection, [content])

    def _unseal(self, content: Content, ciphertext: bytes, wrapped: bytes, key_id: str) -> bytes:
        if key_id not in self._keys:
            raise ContentDamaged(f"content {content.address[:12]} is wrapped by master key {key_id}, which is not here")
        try:
            secret = self._keys[key_id].decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], content.address.encode())
            key, salt = secret[:KEY_BYTES], secret[KEY_BYTES:]
            data = AESGCM(key).decrypt(ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:], None)
        except InvalidTag as error:
            raise ContentDamaged(f"content {content.address[:12]} does not decrypt") from error
        if hashlib.sha256(salt + data).hexdigest() != content.commitment:
            raise ContentDamaged(f"content {content.address[:12]} is not what its reference commits to")
        return data

    def _erased(self, content: Content) -> bytes:
        if content.size == 0:
            return b""
        raise ContentErased(content.address)


async def destroy_keys(connection: AsyncConnection, contents: Iterable[Content]) -> None:
    """Destroy keys and salts of contents, which no key is needed for; references and tombstones stay."""
    addresses = [content.address for content in contents]
    if addresses:
        await connection.execute(delete(vault_key).where(vault_key.c.address.in_(addresses)))
