"""Finds what open waits are about, where the calls that end them name it: the id of a text of a cycle."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from services.api.wait.ending import names_text
from services.domain.catalogue import decider_of
from services.domain.message import Wait
from services.storage import snapshot
from services.storage.rows import WaitRow

#: A wait by stream, what, entity and ordinal.
WaitKey = tuple[str, str, str, int]


async def texts_awaited(connection: AsyncConnection, rows: Iterable[WaitRow]) -> Mapping[WaitKey, str]:
    """Return the text that each of some waits is about; the streams of all others are not even looked at."""
    found: dict[WaitKey, str] = {}
    for stream in sorted({row.stream for row in rows if names_text(row)}):
        kept = await snapshot.load(connection, stream)
        if kept is not None and kept.state is not None:
            found |= _numbered(stream, decider_of(stream).waits(kept.state))
    return found


def key_of(row: WaitRow) -> WaitKey:
    """Return what tells a wait from all others."""
    return (row.stream, row.what, row.entity, row.ordinal)


def _numbered(stream: str, waits: Iterable[Wait]) -> dict[WaitKey, str]:
    """Number waits for the same of the same as their rows are."""
    seen: Counter[tuple[str, str]] = Counter()
    found: dict[WaitKey, str] = {}
    for wait in waits:
        of = (wait.what, wait.entity)
        if wait.about:
            found[stream, *of, seen[of]] = wait.about
        seen[of] += 1
    return found
