"""
The typed client of the Dialogue's HTTP API: every resource as a frozen dataclass, every list as an async iterator.

It knows the API by its wire form alone and imports nothing of the engine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar

from services.client.account import Account, Appointment
from services.client.action import Action, ActionItem, MatrixRow
from services.client.body import Body, BodyItem
from services.client.calendar import Calendar, CalendarItem
from services.client.connection import Connection
from services.client.cycle import AgendaItem, Contribution, Credentials, Cycle, CycleItem, Paper, Presences
from services.client.deadline import Deadline
from services.client.entity import Entity, EntityItem
from services.client.notice import Notice, Notices
from services.client.preview import Mailings
from services.client.procedure import Procedure, ProcedureItem
from services.client.reading import read_as
from services.client.result import CommandRecord
from services.client.text import Text, TextVersion
from services.client.wait import Wait

T = TypeVar("T")


class DialogueClient(Connection):
    """
    Speaks to one API under one key; use it as an async context manager.

    Every reading raises ``Refused`` where the caller may not or nothing is there, ``Unreachable`` where the API does
    not answer. What is not given is not filtered by.
    """

    async def account(self) -> Account:
        """Return who the caller is here."""
        return await self._one(Account, "/v1/me")

    def entities(self) -> AsyncIterator[EntityItem]:
        """Give who is at the table, was, or will be."""
        return self._all(EntityItem, "/v1/entities")

    async def entity(self, code: str) -> Entity:
        """Return an entity."""
        return await self._one(Entity, f"/v1/entities/{code}")

    def appointments(self, *, entity: str | None = None) -> AsyncIterator[Appointment]:
        """Give the appointments to the seat of an entity, the caller's own unless another is named."""
        return self._all(Appointment, "/v1/appointments", entity=entity)

    def calendars(self) -> AsyncIterator[CalendarItem]:
        """Give the working calendars of all delegations."""
        return self._all(CalendarItem, "/v1/calendars")

    async def calendar(self, code: str, *, year: int | None = None) -> Calendar:
        """Return the working calendar of a delegation with what it says of a year, this one unless another is named."""
        return await self._one(Calendar, f"/v1/calendars/{code}", year=year)

    def bodies(self) -> AsyncIterator[BodyItem]:
        """Give the standing bodies."""
        return self._all(BodyItem, "/v1/bodies")

    async def body(self, code: str) -> Body:
        """Return a standing body."""
        return await self._one(Body, f"/v1/bodies/{code}")

    def cycles(self, *, body: str | None = None, states: Sequence[str] = ()) -> AsyncIterator[CycleItem]:
        """Give cycles, the latest session first."""
        return self._all(CycleItem, "/v1/cycles", body=body, state=list(states))

    async def cycle(self, body: str, number: int) -> Cycle:
        """Return a cycle."""
        return await self._one(Cycle, f"/v1/cycles/{body}/{number}")

    def credentials(self, body: str, number: int) -> AsyncIterator[Credentials]:
        """Give the persons each entity sends to a cycle."""
        return self._all(Credentials, f"/v1/cycles/{body}/{number}/credentials")

    def agenda(self, body: str, number: int) -> AsyncIterator[AgendaItem]:
        """Give the agenda items of a cycle, in the order of the agenda."""
        return self._all(AgendaItem, f"/v1/cycles/{body}/{number}/items")

    def papers(self, body: str, number: int) -> AsyncIterator[Paper]:
        """Give the meeting papers of a cycle."""
        return self._all(Paper, f"/v1/cycles/{body}/{number}/papers")

    def contributions(self, body: str, number: int) -> AsyncIterator[Contribution]:
        """Give contributions and statements to a cycle."""
        return self._all(Contribution, f"/v1/cycles/{body}/{number}/contributions")

    async def presences(self, body: str, number: int) -> Presences:
        """Return who is present at a cycle's session, and whether that makes a quorum."""
        return await self._one(Presences, f"/v1/cycles/{body}/{number}/presences")

    async def text(self, text: str) -> Text:
        """Return a text."""
        return await self._one(Text, f"/v1/texts/{text}")

    async def text_version(self, text: str, number: int) -> TextVersion:
        """Return one version of a text."""
        return await self._one(TextVersion, f"/v1/texts/{text}/versions/{number}")

    def procedures(self, *, body: str | None = None, states: Sequence[str] = ()) -> AsyncIterator[ProcedureItem]:
        """Give silence and written procedures, the latest first."""
        return self._all(ProcedureItem, "/v1/procedures", body=body, state=list(states))

    async def procedure(self, procedure: str) -> Procedure:
        """Return a procedure; for a person its letter is addressed to this proves that the entity has been told."""
        return await self._one(Procedure, f"/v1/procedures/{procedure}")

    def actions(
        self,
        *,
        body: str | None = None,
        cycle: int | None = None,
        owner: str | None = None,
        state: str | None = None,
        overdue: bool | None = None,
    ) -> AsyncIterator[ActionItem]:
        """Give action items, the first due first."""
        return self._all(ActionItem, "/v1/actions", body=body, cycle=cycle, owner=owner, state=state, overdue=overdue)

    async def action(self, action: str) -> Action:
        """Return an action item."""
        return await self._one(Action, f"/v1/actions/{action}")

    def follow_up_matrix(self, *, body: str | None = None, cycle: int | None = None) -> AsyncIterator[MatrixRow]:
        """Give the rows of the follow-up matrix, the first due first."""
        return self._all(MatrixRow, "/v1/follow-up-matrix", body=body, cycle=cycle)

    def deadlines(
        self,
        *,
        entity: str | None = None,
        body: str | None = None,
        met: bool | None = None,
        would_move: bool | None = None,
        everybody: bool = False,
    ) -> AsyncIterator[Deadline]:
        """Give deadlines, the first due first: of the caller's entity, of another, or of everybody it may see."""
        asked = {"entity": entity, "body": body, "met": met, "would_move": would_move, "everybody": everybody or None}
        return self._all(Deadline, "/v1/deadlines", **asked)

    def waits(self, *, entity: str | None = None, body: str | None = None) -> AsyncIterator[Wait]:
        """Give every open wait the caller may see, the oldest first."""
        return self._all(Wait, "/v1/waiting", entity=entity, body=body)

    async def notices(
        self,
        *,
        entity: str | None = None,
        body: str | None = None,
        states: Sequence[str] = (),
        everybody: bool = False,
    ) -> AsyncIterator[Notice]:
        """Give notices, page by page the latest first: to the caller's entity, another, or everybody it may see."""
        cursor: str | None = None
        while True:
            asked = {"entity": entity, "body": body, "state": list(states), "everybody": everybody or None}
            page = await self._one(Notices, "/v1/notices", **asked, cursor=cursor)
            told: tuple[Notice, ...] = (*page.queued, *page.delivered, *page.failed)
            for notice in sorted(told, key=lambda each: each.queued_at, reverse=True):
                yield notice
            cursor = page.next
            if cursor is None:
                return

    async def cycle_mailings(self, body: str, number: int) -> Mailings:
        """Return what a cycle, its procedures and its actions will send by themselves, as far as the caller sees it."""
        return await self._one(Mailings, f"/v1/cycles/{body}/{number}/mailings")

    async def procedure_mailings(self, procedure: str) -> Mailings:
        """Return what a procedure will send by itself."""
        return await self._one(Mailings, f"/v1/procedures/{procedure}/mailings")

    async def action_mailings(self, action: str) -> Mailings:
        """Return what an action item will send by itself: its reminders and its ladder."""
        return await self._one(Mailings, f"/v1/actions/{action}/mailings")

    def commands(self) -> AsyncIterator[CommandRecord]:
        """Give what the caller has sent, the latest first, with what became of it."""
        return self._all(CommandRecord, "/v1/commands")

    async def command_record(self, command_id: str) -> CommandRecord:
        """Return a command of the caller's own as it stands in the record, refused or not."""
        return await self._one(CommandRecord, f"/v1/commands/{command_id}")

    async def _one(self, kind: type[T], path: str, **query: Any) -> T:
        return read_as(kind, await self.get(path, **query))

    async def _all(self, kind: type[T], path: str, **query: Any) -> AsyncIterator[T]:
        async for item in self.pages(path, **query):
            yield read_as(kind, item)
