"""What is known of what the steps made: read from the record of a rehearsal."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.domain.body.state import Body
from services.domain.cycle.state import CycleState
from services.rehearsal.resolving import CycleSeen, Thing
from services.rehearsal.vocabulary import INSTANTS
from services.storage import snapshot
from services.storage.unit_of_work import Database


class RecordFacts:
    """Reads states as last recorded."""

    def __init__(self, record: Database) -> None:
        self._record = record

    async def state(self, stream: str) -> Any:
        """Return the state of a stream; ``None`` if it has none."""
        async with self._record.single() as connection:
            kept = await snapshot.load(connection, stream)
        return kept.state if kept else None

    async def instant(self, thing: Thing, field: str) -> datetime | None:
        """Return an instant of a thing; ``None`` if it has none."""
        state = await self.state(thing.stream)
        name = INSTANTS.get(thing.noun, {}).get(field)
        found: datetime | None = getattr(state, name, None) if name else None
        return found

    async def cycles(self, body: str) -> tuple[CycleSeen, ...]:
        """Return a body's cycles that are neither closed nor cancelled, by number."""
        state = await self.state(f"body/{body}")
        if not isinstance(state, Body):
            return ()
        seen = (c for c in state.cycles if c.state not in (CycleState.CLOSED, CycleState.CANCELLED))
        return tuple(
            CycleSeen(number=c.number, is_live=c.is_live) for c in sorted(seen, key=lambda cycle: cycle.number)
        )
