"""What the API knows of what the steps of a scenario made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from services.client.client import DialogueClient
from services.client.procedure import ProcedureItem
from services.domain.cycle.state import LIVE, OVER
from services.rehearsal.resolving import CycleSeen, Thing
from services.rehearsal.vocabulary import INSTANTS

#: What a list of procedures tells already; to read a procedure itself would count as having read its letter.
LISTED = frozenset({"opened_at", "expires_at"})


class KnownByApi:
    """Asks as one caller: of an instant of a thing, of the cycles of a body, of the text of a procedure."""

    def __init__(self, client: DialogueClient) -> None:
        self._client = client

    async def instant(self, thing: Thing, field: str) -> datetime | None:
        """Return an instant of a thing as it is now; ``None`` if it has none."""
        name = INSTANTS.get(thing.noun, {}).get(field)
        if name is None:
            return None
        readers: dict[str, Callable[[Thing], Awaitable[Any]]] = {
            "silence": self._listed if name in LISTED else self._procedure,
            "cycle": self._cycle,
            "action": self._action,
        }
        at: datetime | None = getattr(await readers[thing.noun](thing), name, None)
        return at

    async def cycles(self, body: str) -> tuple[CycleSeen, ...]:
        """Return a body's cycles that are neither closed nor cancelled, by number."""
        found = [each async for each in self._client.cycles(body=body) if each.state not in OVER]
        seen = [CycleSeen(number=each.number, is_live=each.state in LIVE) for each in found]
        return tuple(sorted(seen, key=lambda each: each.number))

    async def text_of(self, procedure: str) -> str | None:
        """Return the text that a procedure is over."""
        found = await self._in_list(procedure)
        return found.text if found else None

    async def _listed(self, thing: Thing) -> ProcedureItem | None:
        return await self._in_list(thing.id)

    async def _in_list(self, procedure: str) -> ProcedureItem | None:
        async for each in self._client.procedures():
            if each.id == procedure:
                return each
        return None

    async def _procedure(self, thing: Thing) -> Any:
        return await self._client.procedure(thing.id)

    async def _cycle(self, thing: Thing) -> Any:
        _, body, number = thing.stream.split("/")
        return await self._client.cycle(body, int(number))

    async def _action(self, thing: Thing) -> Any:
        return await self._client.action(thing.id)
