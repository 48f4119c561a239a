"""The passwords and keys of one machine: made once, kept as files only their owner reads, never made twice."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.runtime.durable import write_whole
from services.runtime.trouble import Trouble

KEY_BYTES = 32
#: What stands before the key itself. Made by hand, so that who supervises the servers need not load a whole library.
ED25519_HEAD = bytes.fromhex("302e020100300506032b657004220420")


class SecretMissing(Trouble):
    """A secret that existing data depends on is not there."""


@dataclass(frozen=True, slots=True)
class SecretKind:
    """How a secret is made, and whether data already written can do without the one that was lost."""

    make: Callable[[], str]
    replaceable: bool


def password() -> str:
    """Make a password of 256 random bits, in letters that need no quoting anywhere."""
    return secrets.token_hex(KEY_BYTES)


def symmetric_key() -> str:
    """Make 32 random bytes, in base64."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def signing_key() -> str:
    """Make an Ed25519 private key, in PEM (PKCS 8, which is 32 random bytes behind a fixed head; RFC 8410)."""
    der = ED25519_HEAD + secrets.token_bytes(KEY_BYTES)
    return f"-----BEGIN PRIVATE KEY-----\n{base64.b64encode(der).decode()}\n-----END PRIVATE KEY-----\n"


DATABASE_PASSWORD = "database-password"  # noqa: S105
DATABASE_APP_PASSWORD = "database-app-password"  # noqa: S105
MASTER_KEY = "master-key"
SIGNING_KEY = "signing-key"
CURSOR_KEY = "cursor-key"

KINDS = {
    DATABASE_PASSWORD: SecretKind(password, replaceable=False),
    DATABASE_APP_PASSWORD: SecretKind(password, replaceable=True),
    MASTER_KEY: SecretKind(symmetric_key, replaceable=False),
    SIGNING_KEY: SecretKind(signing_key, replaceable=False),
    CURSOR_KEY: SecretKind(symmetric_key, replaceable=True),
}


@dataclass(frozen=True, slots=True)
class Secrets:
    """The folder of secrets; a file each, mode 0600."""

    folder: Path

    def fill(self, *, has_data: bool) -> None:
        """
        Make every secret that is not there yet.

        Raises:
            SecretMissing: there is data already, and a secret it cannot be read without is gone.
        """
        for name, kind in KINDS.items():
            path = self.file(name)
            if path.exists():
                continue
            if has_data and not kind.replaceable:
                raise SecretMissing(
                    f"{path} is missing, and the data beside it is of no use without it; put it back from your backup."
                )
            write_whole(path, kind.make().strip().encode() + b"\n")

    def file(self, name: str) -> Path:
        """Return where the secret ``name`` lies."""
        return self.folder / name

    def read(self, name: str) -> str:
        """
        Return the secret ``name``.

        Raises:
            SecretMissing: the file is not there, or empty.
        """
        path = self.file(name)
        value = path.read_text().strip() if path.exists() else ""
        if not value:
            raise SecretMissing(f"{path} is missing or empty; put it back from your backup.")
        return value
