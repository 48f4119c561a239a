"""The desk: where commands are handed in, each under one caller, one key and one address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Header, Request, Response

from services.api.command.schemas import CommandRead, links_of, receipt_of, told_events
from services.api.dependencies import SpeltKey
from services.api.engine import Clock, Engine
from services.api.reading import Viewer, identified, reading
from services.api.refused import Refused
from services.api.showing import Showing
from services.commands.principal import Caller
from services.commands.submit import Answer, Submission
from services.storage.intake import IntakeStatus

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="Your own name for this command: sent again under it, the command is answered again and done once.",
    ),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """Takes one caller's commands in; ``key`` is the caller's own name for this one."""

    engine: Engine
    clock: Clock | None
    spelt_key: str
    caller: Caller
    zone: ZoneInfo
    key: str | None
    response: Response

    async def submit(self, stream: str, kind: str, arguments: Mapping[str, Any], *, edition: str = "") -> Answer:
        """
        Hand a command in: its arguments as sent, with ``on_behalf`` and ``waive`` among them.

        ``edition`` is that of what it edits, as it was read.

        Raises:
            Refused: it was refused, here or by its aggregate.
        """
        answer = await self.engine.door.submit(
            self.caller, submission_of(self, stream, kind, arguments, edition=edition)
        )
        if answer.refusal is not None:
            refusal = answer.refusal
            raise Refused(refusal["reason"], refusal["sentence"], refusal["facts"], answer.command_id)
        return answer

    async def acknowledge(self, stream: str, *, letter: int) -> Answer:
        """
        Hand in that a letter was read; once a letter and person, however often it is read.

        Raises:
            Refused: it was refused.
        """
        return await replace(self, key=f"letter-{letter}").submit(stream, "acknowledge", {})

    async def note_malformed(self, kind: str, address: str, faults: Sequence[Mapping[str, Any]]) -> str:
        """Put the refusal of a malformed command on record, without its words; return the command's id."""
        return await self.engine.door.note_malformed(self.caller, kind, address, faults)

    async def note_flood(self, address: str, most: int, window: int) -> str:
        """Put on record that commands are turned away for a while, so many having been refused; return the id."""
        return await self.engine.door.note_flood(self.caller, address, most, window)

    def told(self, answer: Answer, **more: Any) -> dict[str, Any]:
        """Return the answer to a command that was not refused; one still to be decided is answered 202."""
        events = events_of(answer)
        links = links_of(answer.command_id, answer.stream, events)
        if answer.status is IntakeStatus.TAKEN:
            self.response.status_code = HTTPStatus.ACCEPTED
            self.response.headers["Location"] = links["self"]
        return {
            "command_id": answer.command_id,
            "kind": answer.kind,
            "status": answer.status.value,
            "received_at": answer.received_at,
            "stream": answer.stream,
            "events": told_events(events),
            "receipt": receipt_of(
                digest=answer.body_digest, at=answer.received_at, stream=answer.stream, events=events
            ),
            "links": links,
            **more,
        }

    def show(self, kind: type[CommandRead], value: Mapping[str, Any]) -> CommandRead:
        """Make the answer."""
        return kind.model_validate(value, context=Showing(zone=self.zone))

    def viewer(self) -> AbstractAsyncContextManager[Viewer]:
        """Give a viewer of the state as it is now, for this caller."""
        return reading(self.engine, self.spelt_key, clock=self.clock)


def submission_of(desk: Desk, stream: str, kind: str, arguments: Mapping[str, Any], *, edition: str = "") -> Submission:
    """Return a command as the door takes it, from its arguments as sent."""
    given = dict(arguments)
    on_behalf, waive = given.pop("on_behalf", None), given.pop("waive", None)
    return Submission(
        stream=stream,
        kind=kind,
        arguments=given,
        key=desk.key,
        on_behalf=on_behalf,
        waive=waive,
        edition=edition,
    )


def events_of(answer: Answer) -> tuple[Any, ...]:
    """Return the events of an answer as plain values."""
    return tuple(asdict(event) for event in answer.outcome.events) if answer.outcome else ()


async def open_desk(request: Request, response: Response, spelt: SpeltKey, key: IdempotencyKey = None) -> Desk:
    """
    Return the desk for whoever a key stands for.

    Raises:
        NotAuthenticated: the key is not good.
    """
    engine, clock = request.app.state.engine, request.app.state.clock
    caller, zone = await identified(engine, spelt, clock=clock)
    # kept for the refusal of a request whose body is found to be wrong after this
    request.state.zone = zone
    request.state.desk = desk = Desk(
        engine=engine, clock=clock, spelt_key=spelt, caller=caller, zone=zone, key=key, response=response
    )
    return desk


async def open_reading_desk(request: Request, response: Response, spelt: SpeltKey) -> Desk:
    """
    Return the desk for who reads something whose reading is itself an act.

    Raises:
        NotAuthenticated: the key is not good.
    """
    return await open_desk(request, response, spelt)


DeskDep = Annotated[Desk, Depends(open_desk)]
ReadingDesk = Annotated[Desk, Depends(open_reading_desk)]
