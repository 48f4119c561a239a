"""Delivers notices: who is written to is found when the letter goes, and its fate is told addressee by addressee."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio import activity

from services.domain.notice import Delivery
from services.gateways.letter import Letter as Paper
from services.gateways.letter import Post as Gateway
from services.gateways.letter import Undeliverable
from services.storage.addressing import Recipient
from services.storage.posted import PostBook, posted_of
from services.storage.unit_of_work import Database
from services.storage.vault import Vault
from services.wire.message import to_json
from services.workflows.beating import beating
from services.workflows.messages import Letter, Post, Posted, PostResult
from services.workflows.papers import draft_of, once_each, papers_for

#: Letters in flight at once; a slow server holds back no more than these.
IN_FLIGHT = 8


class Deliverer:
    """Delivers letters over one gateway."""

    def __init__(
        self, database: Database, vault: Vault, gateway: Gateway, clock: Callable[[], Awaitable[datetime]]
    ) -> None:
        self._database, self._vault, self._gateway, self._clock = database, vault, gateway, clock
        self._bound = asyncio.Semaphore(IN_FLIGHT)
        self._book = PostBook(database)

    @activity.defn(name="deliver")
    async def deliver(self, post: Post) -> PostResult:
        """Deliver letters; a letter posted by an earlier attempt of this activity is not posted again."""
        async with beating():
            return PostResult(posted=tuple([await self._deliver(post.stream, letter) for letter in post.letters]))

    async def _deliver(self, stream: str, letter: Letter) -> Posted:
        async with self._database.work() as connection:
            done = await self._done(connection, stream, letter)
            draft = await draft_of(connection, self._vault, stream, letter)
            at = await self._clock()
            left = [to for to in letter.to if (to["entity"], to["role"]) not in done]
            plans = await papers_for(connection, self._vault, draft, left, at=at)
        sent = await asyncio.gather(*(self._send(stream, letter, to, papers) for to, papers in once_each(left, plans)))
        deliveries = [*done.values(), *sent]
        return Posted(cause=letter.cause, notice=letter.notice, deliveries=tuple(to_json(d) for d in deliveries))

    async def _send(
        self, stream: str, letter: Letter, to: Mapping[str, Any], papers: list[tuple[Recipient, Paper]]
    ) -> Delivery:
        reason = "nobody holds the addressed role, nor one that stands in for it"
        for recipient, paper in papers:
            try:
                async with self._bound:
                    await self._gateway.send(paper)
            except Undeliverable as error:
                reason = str(error)
                continue
            delivery = self._delivery(to, recipient.person, await self._clock(), reason="", delivered=True)
            await self._note(stream, letter, delivery)
            return delivery
        return self._delivery(to, None, await self._clock(), reason=reason, delivered=False)

    def _delivery(
        self, to: Mapping[str, Any], who: str | None, at: datetime, *, reason: str, delivered: bool
    ) -> Delivery:
        return Delivery(
            entity=to["entity"],
            role=to["role"],
            person=who,
            channel=self._gateway.channel,
            at=at,
            delivered=delivered,
            reason=reason,
        )

    async def _done(self, connection: AsyncConnection, stream: str, letter: Letter) -> dict[tuple[str, str], Delivery]:
        rows = await posted_of(connection, stream, letter.cause, letter.notice)
        wanted = {(to["entity"], to["role"]) for to in letter.to}
        return {
            (row.entity, row.role): Delivery(
                entity=row.entity, role=row.role, person=row.person, channel=row.channel, at=row.at, delivered=True
            )
            for row in rows
            if (row.entity, row.role) in wanted
        }

    async def _note(self, stream: str, letter: Letter, delivery: Delivery) -> None:
        await self._book.note(
            {
                "stream": stream,
                "cause": letter.cause,
                "notice": letter.notice,
                "entity": delivery.entity,
                "role": delivery.role,
                "person": delivery.person,
                "channel": delivery.channel,
                "at": delivery.at,
            }
        )
