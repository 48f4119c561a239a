"""A mixed load of commands from twelve entities, sent as the client's documentation says; every attempt is noted."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from services.client.client import DialogueClient
from services.client.patience import Patience
from services.client.refusal import Refused, Undecided, Unreachable
from services.client.result import CommandResult
from tests.faults.seating import BODY, CHAIR, COORDINATOR, ENTITIES, written
from tests.world import DELEGATE, MEMBERS

#: Far beyond any outage of a storm, so that a command is not lost because its sender gave up.
PATIENCE = Patience(total=180)
FIRST_SERVER_ERROR = 500
#: How many of the silences are of the body itself, and how many are objected to.
OF_BODY, OBJECTED_TO = 0.25, 0.5
#: How many things the chair does at a time.
CHAIRS = 3
#: Whose persons come for one of its two delegations.
ONE_SEAT = {f"SCO/{DELEGATE}": {"delegation": "SCO_SECRETARIAT"}}


@dataclass(kw_only=True)
class Sent:
    """A command that somebody sent: when first, what was answered and when."""

    who: str
    path: str
    began: datetime
    ended: datetime | None = None
    result: CommandResult | None = None
    refused: Refused | None = None
    taken: str | None = None
    lost: str | None = None

    @property
    def command_id(self) -> str | None:
        """Return the id of a command that was answered 2xx."""
        return self.result.command_id if self.result else self.taken

    def __str__(self) -> str:
        became = self.result and f"{self.result.status} {self.result.kinds} {self.result.received_at:%H:%M:%S.%f}"
        end = f"{self.ended:%H:%M:%S.%f}" if self.ended else "never"
        said = became or self.refused or self.taken or self.lost
        return f"{self.who} {self.path} from {self.began:%H:%M:%S.%f} to {end}: {self.command_id} {said}"


@dataclass(kw_only=True)
class Silence:
    """A silence that was opened, and the objection to it that was sent, if one was."""

    procedure: str
    objection: Sent | None = None


@dataclass
class Load:
    """Twelve senders and a chair over one or several addresses of the API."""

    urls: tuple[str, ...]
    keys: Mapping[str, str]
    cycle: str
    seed: int
    entities: tuple[str, ...] = ENTITIES
    transport: Callable[[], httpx.AsyncBaseTransport | None] = lambda: None
    sent: list[Sent] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    is_over: bool = False
    _objections: list[asyncio.Task[None]] = field(default_factory=list)

    async def run(self) -> None:
        """Send until it is over, and then until everything that was begun has been answered."""
        senders = [self._entity(entity, number) for number, entity in enumerate(self.entities)]
        await asyncio.gather(*(self._chair(number) for number in range(CHAIRS)), *senders)
        await asyncio.gather(*self._objections)

    async def _entity(self, entity: str, number: int) -> None:
        chance = random.Random(f"{self.seed}:{entity}")  # noqa: S311 - to be repeated, not to be secret
        delegate, head = f"{entity}/{DELEGATE}", f"{entity}/head_of_entity"
        async with self._client(delegate, number) as one, self._client(head, number) as other:
            count = 0
            while not self.is_over:
                count += 1
                await self._one_of(chance, count, (delegate, one), (head, other))
                await asyncio.sleep(chance.uniform(0.1, 0.6))

    async def _one_of(
        self, chance: random.Random, count: int, delegate: tuple[str, DialogueClient], head: tuple[str, DialogueClient]
    ) -> None:
        text = f"{delegate[0]} says {count}"
        match chance.randrange(5):
            case 0:
                person = {"name": text, "address": f"n{count}@x.example", "entity": head[0].partition("/")[0]}
                await self.send(*head, "/v1/persons", person)
            case 1:
                person = {"person": text, "role": DELEGATE, **ONE_SEAT.get(delegate[0], {})}
                await self.send(*delegate, f"{self.cycle}/credentials", {"persons": [person]})
            case 2 if self.silences:
                silence = chance.choice(self.silences[-3:])
                await self.send(*delegate, f"/v1/procedures/{silence.procedure}/comments", {"comment": text})
            case 3:
                await self._read(delegate[1])
            case _:
                await self.send(*delegate, f"{self.cycle}/contributions", {"kind": "statement", "text": text})

    async def _read(self, client: DialogueClient) -> None:
        async for _ in client.waits():
            break

    async def _chair(self, place: int) -> None:
        """Table texts and put each to silence; let some be objected to; assign actions that fall due soon."""
        chance = random.Random(f"{self.seed}:chair {place}")  # noqa: S311 - to be repeated, not to be secret
        async with self._client(CHAIR, 0) as chair, self._client(COORDINATOR, 1) as coordinator:
            number = place
            while not self.is_over:
                number += CHAIRS
                await self._put_to_silence(chance, number, chair)
                due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=4)
                action = {"owner": chance.choice(MEMBERS), "title": f"Action {number}", "due": written(due)}
                await self.send(COORDINATOR, coordinator, f"{self.cycle}/actions", action)
                await asyncio.sleep(chance.uniform(0.5, 2))

    async def _put_to_silence(self, chance: random.Random, number: int, chair: DialogueClient) -> None:
        objector = chance.choice(MEMBERS[1:]) if chance.random() < OBJECTED_TO else None
        after = chance.uniform(0, 6)
        opened = await self._open(number, chair, is_of_body=chance.random() < OF_BODY)
        if opened is None:
            return
        silence = Silence(procedure=str(opened.fact("procedure")))
        self.silences.append(silence)
        if objector:
            self._objections.append(asyncio.create_task(self._object(silence, f"{objector}/{DELEGATE}", after)))

    async def _open(self, number: int, chair: DialogueClient, *, is_of_body: bool) -> CommandResult | None:
        """Open a silence over a text of the cycle, or of the body by its own procedure, with a far longer tolerance."""
        if is_of_body:
            given = {"subject": f"Subject {number}", "text": "1. We agree.", "period": "PT8S", "waive": "An exercise"}
            return (await self.send(CHAIR, chair, f"/v1/bodies/{BODY}/silence-procedures", given)).result
        text = {"title": f"Text {number}", "kind": "decision_list", "paragraphs": {"1": "We agree."}}
        tabled = (await self.send(CHAIR, chair, f"{self.cycle}/texts", text)).result
        if tabled is None:
            return None
        return (await self.send(CHAIR, chair, f"/v1/texts/{tabled.fact('text')}/silence-procedures", {})).result

    async def _object(self, silence: Silence, who: str, after: float) -> None:
        await asyncio.sleep(after)
        async with self._client(who, len(self.sent)) as client:
            path = f"/v1/procedures/{silence.procedure}/objections"
            silence.objection = self._begin(who, path)
            await self._finish(silence.objection, client, {"reason": "No."})

    async def send(self, who: str, client: DialogueClient, path: str, arguments: Mapping[str, Any]) -> Sent:
        """Send one command and note what became of it."""
        sent = self._begin(who, path)
        await self._finish(sent, client, arguments)
        return sent

    def _begin(self, who: str, path: str) -> Sent:
        sent = Sent(who=who, path=path, began=datetime.now(UTC))
        self.sent.append(sent)
        return sent

    async def _finish(self, sent: Sent, client: DialogueClient, arguments: Mapping[str, Any]) -> None:
        given = dict(arguments)
        waive = given.pop("waive", None)
        try:
            sent.result = await client.command(sent.path, given, waive=waive)
        except Refused as refused:
            sent.refused = refused
        except Undecided as undecided:
            sent.taken = undecided.command_id
        except Unreachable as unreachable:
            sent.lost = str(unreachable)
        sent.ended = datetime.now(UTC)

    def _client(self, who: str, number: int) -> DialogueClient:
        return DialogueClient(
            self.urls[number % len(self.urls)],
            self.keys[who],
            patience=PATIENCE,
            verdict=PATIENCE,
            transport=self.transport(),
        )
