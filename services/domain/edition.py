"""What several people edit has an edition, by which an edit that builds on an earlier one is told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from services.domain.message import Context, Refusal, plain

#: Hexadecimal digits of an edition: enough that no two that follow one another are alike.
LONG = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedSince(Refusal):
    """The {what} was changed after you read it; read it again, bring your edit in line with it, and send that."""

    what: str


def edition_of(parts: Iterable[Any]) -> str:
    """
    Return the edition of what plain parts make up.

    Streams are decided again years later: the parts that a thing's edition is made of never change.
    """
    spelt = json.dumps([plain(part) for part in parts], ensure_ascii=False, separators=(",", ":"))
    return sha256(spelt.encode()).hexdigest()[:LONG]


def changed_since(what: str, edition: str, context: Context) -> Refusal | None:
    """Refuse an edit that says on which edition it builds, if another stands."""
    return ChangedSince(what=what) if context.edition not in {"", edition} else None
