"""
Previews: what a command would do if it were sent now, and what will go by itself from what stands.

Access, completing and deciding are those of the command itself, on one consistent reading of the record; nothing is
written, and no secret is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.commands.closed import refusal_when_closed
from services.commands.preview_course import Answered, Course, Mailing, Standing
from services.commands.principal import Caller
from services.commands.submit import Door, KeyUsedOtherwise, Submission, Taken, command_id_of, digest_of
from services.domain.catalogue import decider_of
from services.domain.deaf_time import deaf_spans
from services.domain.message import Interval
from services.storage import intake, listening, snapshot
from services.storage.addressing import recipients
from services.storage.tables import notice
from services.storage.vault import Vault
from services.wire.message import from_json
from services.workflows.messages import Envelope, Letter, Outcome

#: How far ahead of now mailings are foreseen.
HORIZON = timedelta(days=3 * 366)
#: A letter that is on its way is one that nothing is known of yet.
ON_ITS_WAY = "queued"


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """
    What a command would do if it were sent at ``taken.row.received_at``.

    ``letters`` would go at once, ``coming`` by itself later if nobody acts. ``is_done`` says that the command was sent
    before under its key, so that it would be answered again and do nothing. ``unsealed`` are its contents by address.
    ``is_whole`` is ``False`` if more follows than one look ahead follows.
    """

    taken: Taken
    answered: Answered
    is_done: bool = False
    is_whole: bool = True
    letters: tuple[Mailing, ...] = ()
    coming: tuple[Mailing, ...] = ()
    unsealed: dict[str, bytes] = field(default_factory=dict)


async def preview_command(  # noqa: PLR0913 - what the look is taken with, at and of
    connection: AsyncConnection,
    *,
    door: Door,
    vault: Vault,
    caller: Caller,
    submission: Submission,
    at: datetime,
    most: int,
) -> Preview:
    """
    Say what a command would do at an instant, with at most ``most`` mailings that come later.

    Raises:
        KeyUsedOtherwise: its key belongs to another request.
    """
    command_id = command_id_of(caller, submission)
    taken = await door.judge(connection, caller, submission, at=at, command_id=command_id)
    standing = await intake.get(connection, command_id)
    if standing is not None:
        if standing.body_digest != digest_of(submission):
            raise KeyUsedOtherwise(command_id)
        return Preview(taken=taken, answered=_answered(standing.outcome), is_done=True)
    if taken.envelope is None or taken.prepared is None:
        return Preview(taken=taken, answered=_answered(taken.row.outcome))
    contents = {sealed.content.address: vault.unseal(sealed) for sealed in taken.prepared.sealed}
    course = course_of(connection, at)
    answered = await _give(connection, course, submission.stream, taken.envelope)
    letters = tuple(course.mailings)
    if answered.refusal is None:
        await course.run(course.moved, until=at + HORIZON, most=len(letters) + most)
    return Preview(
        taken=taken,
        answered=answered,
        is_whole=not course.is_exhausted,
        letters=letters,
        coming=tuple(course.mailings[len(letters) :][:most]),
        unsealed=contents,
    )


async def foresee(
    connection: AsyncConnection, streams: Sequence[str], *, body: str, at: datetime, most: int
) -> tuple[Mailing, ...]:
    """Return what will go by itself from streams of a body, if nobody acts from an instant on; the first first."""
    course = course_of(connection, at)
    for stream, letter in await _on_their_way(connection, streams, body):
        await course.arrive(stream, letter)
    await course.run(streams, until=at + HORIZON, most=most)
    return tuple(course.mailings[:most])


def course_of(connection: AsyncConnection, at: datetime) -> Course:
    """Return the course of things over the record as it stands at an instant."""

    async def load(stream: str) -> Standing | None:
        kept = await snapshot.load(connection, stream)
        return Standing(state=kept.state, version=kept.version) if kept else None

    async def reaches(to: dict[str, Any], when: datetime) -> bool:
        found = await recipients(connection, entity=to["entity"], role=to["role"], body=to.get("body"), at=when)
        return bool(found)

    async def deaf(since: datetime, until: datetime) -> tuple[Interval, ...]:
        known = min(until, at)
        if since >= known:
            return ()
        heard = await listening.heard_between(connection, since - listening.GRAIN, known)
        return deaf_spans(heard=heard, since=since, until=known, grain=listening.GRAIN)

    return Course(load=load, reaches=reaches, deaf=deaf)


async def _give(connection: AsyncConnection, course: Course, stream: str, envelope: Envelope) -> Answered:
    kept = await snapshot.load(connection, stream)
    if kept is not None and kept.state is not None and decider_of(stream).is_closed(kept.state):
        return Answered(events=(), refusal=refusal_when_closed(stream, kept.state, envelope))
    return await course.give(stream, envelope)


async def _on_their_way(connection: AsyncConnection, streams: Sequence[str], body: str) -> Iterable[tuple[str, Letter]]:
    """Return the letters of whose fate nothing is known yet, each with who is still to be told."""
    columns = (notice.c.stream, notice.c.cause, notice.c.notice, notice.c.entity, notice.c.role, notice.c.queued_at)
    rows = await connection.execute(
        select(*columns).where(notice.c.stream.in_(streams), notice.c.state == ON_ITS_WAY).order_by(*columns)
    )
    letters: dict[tuple[str, int, str], Letter] = {}
    for stream, cause, named, entity, role, queued_at in rows:
        before = letters.get((stream, cause, named))
        to = (*(before.to if before else ()), {"entity": entity, "role": role, "body": body})
        letters[stream, cause, named] = Letter(cause=cause, notice=named, to=to, facts={}, at=queued_at)
    return [(stream, letter) for (stream, _, _), letter in letters.items()]


def _answered(outcome: Any) -> Answered:
    if not outcome:
        return Answered(events=(), refusal=None)
    told = from_json(Outcome, dict(outcome))
    return Answered(events=told.events, refusal=told.refusal)
