"""Folds entries of a stream into what they come to: its state, and the notices they queue and tell of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.domain.catalogue import decider_of
from services.domain.register.events import PersonErased
from services.storage import snapshot, tables
from services.storage.ledger import LedgerEntry
from services.storage.notices import queued_by, told_by
from services.storage.projection import Row

NOTICE_KEY = tuple(column.name for column in tables.notice.primary_key.columns)
EMPTY_NOTICE = dict.fromkeys(column.name for column in tables.notice.columns)
Key = tuple[Any, ...]


@dataclass(kw_only=True)
class Folded:
    """What a stream has come to; ``erased`` are addresses of contents whose keys are to be destroyed."""

    stream: str
    state: Any = None
    version: int = 0
    erased: list[str] = field(default_factory=list)
    _queued: dict[Key, dict[str, Any]] = field(default_factory=dict)
    _told: dict[Key, dict[str, Any]] = field(default_factory=dict)

    def add(self, entry: LedgerEntry) -> None:
        """Fold one more entry in."""
        event = snapshot.event_of(entry)
        self.state, self.version = decider_of(self.stream).evolve(self.state, event), entry.version
        if isinstance(event, PersonErased):
            self.erased += [content.address for content in event.contents]
        if told := told_by(event):
            self._tell(*told)
            return
        for row in queued_by(self.stream, self.version, self.state, event):
            self._queued[_key(row)] = {**EMPTY_NOTICE, **row}

    @property
    def queued(self) -> list[Row]:
        """Return the notices that are queued, with what became of them already."""
        return [(tables.notice, row) for row in self._queued.values()]

    @property
    def told(self) -> list[dict[str, Any]]:
        """Return what became of notices that were queued before."""
        return list(self._told.values())

    @property
    def kept(self) -> snapshot.Snapshot:
        """Return the stream's snapshot."""
        return snapshot.Snapshot(stream=self.stream, version=self.version, state=self.state)

    def _tell(self, which: Mapping[str, Any], became: Mapping[str, Any]) -> None:
        named = {"stream": self.stream, **which}
        key = _key(named)
        if key in self._queued:
            self._queued[key] |= became
        else:
            self._told[key] = {**named, **became}


def _key(row: Mapping[str, Any]) -> Key:
    return tuple(row[name] for name in NOTICE_KEY)
