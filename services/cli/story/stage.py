"""The stage: everybody's own client, what they do with it, and that things come as the story says."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from services.cli.story.narrator import Narrator
from services.client.client import DialogueClient
from services.client.refusal import Refused
from services.client.result import CommandResult
from services.runtime.trouble import Trouble

#: How long after its instant something that comes by itself may show in an answer.
GRACE = timedelta(seconds=20)
LOOK_EVERY = 0.1
CONVENOR = "INTERPOL"
COORDINATOR = "INTERPOL/coordinator"
CHAIR = "INTERPOL/chair"
DELEGATE = "head_of_delegation"


class StoryDiffers(Trouble):
    """Something did not come as the story says."""


@dataclass(frozen=True, kw_only=True)
class Seat:
    """Somebody on the stage: a person under one appointment, with a key of their own."""

    entity: str
    role: str
    zone: str
    client: DialogueClient
    key: str
    delegation: str | None = None

    @property
    def title(self) -> str:
        """Return how the narrator calls them."""
        return f"{self.delegation or self.entity}, {self.role.replace('_', ' ')}:"


@dataclass
class Stage:
    """Where the story plays: one API, the narrator, and whoever has a key; ``facts`` is what acts hand to the next."""

    url: str
    narrator: Narrator
    zones: dict[str, str] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    exits: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def admit(self, name: str, key: str, *, delegation: str | None = None) -> Seat:
        """Let somebody in under the name ``ENTITY/role``, or ``DELEGATION/role``, with their own key."""
        client = await self.exits.enter_async_context(DialogueClient(self.url, key))
        place, _, role = name.partition("/")
        entity = (await client.account()).entity
        seat = Seat(
            entity=entity,
            role=role,
            zone=self.zones.get(place, "UTC"),
            client=client,
            key=key,
            delegation=delegation,
        )
        self.seats[name] = seat
        return seat

    async def act(
        self, who: str, path: str, arguments: Mapping[str, Any] | None = None, *, told: str = ""
    ) -> CommandResult:
        """Do something as somebody, through the API, and tell it with the instant at which it was taken in."""
        seat = self.seats[who]
        result = await seat.client.command(path, arguments, if_match="*")
        if told:
            self.tell(who, result.received_at, told)
        return result

    async def refusal(self, who: str, path: str, arguments: Mapping[str, Any]) -> Refused:
        """
        Try something that has to be refused.

        Raises:
            StoryDiffers: it was not.
        """
        try:
            await self.seats[who].client.command(path, arguments)
        except Refused as refused:
            return refused
        raise StoryDiffers(f"The story differs here: {who} was not refused at {path}.")

    def tell(self, who: str, at: datetime, what: str) -> None:
        """Tell what somebody did at an instant, in their own local time."""
        seat = self.seats[who]
        self.narrator.tell(at, seat.zone, seat.title, what)

    async def read(self, who: str, path: str, **query: Any) -> Any:
        """Read something as somebody."""
        return await self.seats[who].client.get(path, **query)

    async def listed(self, who: str, path: str, **query: Any) -> list[Mapping[str, Any]]:
        """Read a whole list as somebody."""
        return [item async for item in self.seats[who].client.pages(path, **query)]

    async def delivered(self, notice: str, stream: str) -> list[tuple[str, str]]:
        """Read as the coordinator who has been told something: entity and role of each letter that was delivered."""
        everybody = (*self.facts["members"], *self.facts["observers"])
        answers = await asyncio.gather(
            *(self.read(COORDINATOR, "/v1/notices", entity=code, state="delivered", limit=200) for code in everybody)
        )
        letters = [each for answer in answers for each in answer["delivered"]]
        return [
            (each["entity"], each["role"]) for each in letters if (each["notice"], each["stream"]) == (notice, stream)
        ]

    async def until(
        self,
        look: Callable[[], Awaitable[Any]],
        holds: Callable[[Any], bool],
        sentence: str,
        *,
        by: datetime | None = None,
    ) -> Any:
        """
        Look until something holds, and return what was seen then.

        Raises:
            StoryDiffers: it does not hold so long after ``by`` or, without one, after now; ``sentence`` says what.
        """
        until = (by or datetime.now(UTC)) + GRACE
        while True:
            seen = await look()
            if holds(seen):
                return seen
            check(datetime.now(UTC) < until, sentence)
            await asyncio.sleep(LOOK_EVERY)


def check(holds: bool, sentence: str) -> None:
    """
    Make sure that something is as the story says.

    Raises:
        StoryDiffers: it is not.
    """
    if not holds:
        raise StoryDiffers(f"The story differs here: {sentence}.")


def instant(text: str) -> datetime:
    """Read an instant of the API."""
    return datetime.fromisoformat(text)
