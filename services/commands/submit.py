"""
The door: authorise, take in, deliver, answer.

What is refused here is kept in the intake as what is decided elsewhere is kept in the ledger: no refusal is silent.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rfc8785 import CanonicalizationError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.access.decision import AccessDecision, AccessPolicy
from services.commands.beside import beside
from services.commands.closed import refuse_closed
from services.commands.courier import Courier, EngineAway, StreamGone
from services.commands.identity import command_id as named
from services.commands.paper import check_entity, paper_of
from services.commands.prepare import Preparation, Prepared, body_digest, prepare, sealing, text_before
from services.commands.principal import Caller
from services.commands.refusal_row import FLOOD, denied, flooded, formless, malformed, not_there
from services.commands.register_view import STREAM, register_in
from services.commands.resource import resource_of
from services.commands.signing import Signer
from services.domain.register.state import Register
from services.storage import intake, snapshot
from services.storage.intake import IntakeRow, IntakeStatus
from services.storage.record import Clock, DatabaseClock
from services.storage.unit_of_work import Database, DatabaseAway
from services.storage.vault import Vault
from services.wire.canonical import canonical_bytes
from services.wire.message import Fault, Malformed, UnknownKind, from_json, to_json
from services.workflows.messages import Envelope, Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Submission:
    """
    A command as somebody sends it: texts plain, ``key`` the caller's own name for this attempt.

    ``on_behalf`` holds ``entity``, ``received_at`` and ``evidence`` of a paper act; ``waive`` the reason of a waiver.
    ``edition`` is that of what the command edits, as it was read.
    """

    stream: str
    kind: str
    arguments: Mapping[str, Any]
    key: str | None = None
    on_behalf: Mapping[str, Any] | None = None
    waive: str | None = None
    edition: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the caller is told: the command's id and status, its outcome once decided, a secret once and never again."""

    command_id: str
    stream: str
    kind: str
    status: IntakeStatus
    received_at: datetime
    outcome: Outcome | None = None
    refusal: Mapping[str, Any] | None = None
    secret: str | None = None
    body_digest: str = ""


class DatabaseOlder(DatabaseAway):
    """The database is older than Temporal; nothing is taken in until a person has settled which one holds."""


class KeyUsedOtherwise(Exception):
    """The idempotency key has been used for another request."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A submission as judged: the row the intake keeps and, unless it was turned away, its envelope and contents."""

    row: IntakeRow
    envelope: Envelope | None
    prepared: Prepared | None


class Door:
    """Takes commands in for authenticated callers."""

    def __init__(  # noqa: PLR0913 - the composition root hands every collaborator over once
        self,
        *,
        database: Database,
        vault: Vault,
        access: AccessPolicy,
        courier: Courier,
        signer: Signer,
        policies: Path,
        clock: Clock | None = None,
    ) -> None:
        self._database = database
        self._vault = vault
        self._access = access
        self._courier = courier
        self._signer = signer
        self._policies = policies
        self.clock = clock or DatabaseClock()
        #: Why nothing is taken in just now, if so.
        self.held: str | None = None

    async def submit(self, caller: Caller, submission: Submission) -> Answer:
        """
        Take a command in and bring its outcome, or its address if the engine is away.

        Raises:
            DatabaseAway: nothing was taken in.
            DatabaseOlder: nothing is taken in for now.
            KeyUsedOtherwise: the key belongs to another request.
        """
        taken = await self._take_in(caller, submission)
        if taken.envelope is None:
            return _answer(taken.row)
        secret = taken.prepared.secret if taken.prepared else None
        return replace(await self.deliver(taken.row.stream, taken.envelope), secret=secret)

    async def note_malformed(self, caller: Caller, kind: str, address: str, faults: Sequence[Mapping[str, Any]]) -> str:
        """
        Put the refusal of a command on record whose form was wrong: kind, address and faults, not what was sent.

        Raises:
            DatabaseAway: nothing was recorded.
        """
        command_id = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
        async with self.taking() as connection:
            at = await self.clock.now(connection, address)
            row = self._row(caller, command_id, stream=address, kind=kind, digest="", at=at)
            await intake.put(connection, formless(row, faults))
        return command_id

    async def note_flood(self, caller: Caller, address: str, most: int, window: int) -> str:
        """
        Put on record that a caller's commands are turned away for a while; of those nothing more is kept.

        Raises:
            DatabaseAway: nothing was recorded.
        """
        command_id = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
        async with self.taking() as connection:
            at = await self.clock.now(connection, address)
            row = self._row(caller, command_id, stream=address, kind=FLOOD, digest="", at=at)
            await intake.put(connection, flooded(row, most, window))
        return command_id

    async def note_denied(self, row: IntakeRow) -> str:
        """
        Put a denial on record that came of a preview, under an id of its own; return that.

        Raises:
            DatabaseAway: nothing was recorded.
        """
        command_id = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
        noted = replace(row, command_id=command_id, outcome={**(row.outcome or {}), "command_id": command_id})
        async with self.taking() as connection:
            await intake.put(connection, noted)
        return command_id

    async def deliver(self, stream: str, envelope: Envelope) -> Answer:
        """Deliver what has been taken in, and answer with what became of it."""
        pending = Answer(
            command_id=envelope.command_id,
            stream=stream,
            kind=envelope.kind,
            status=IntakeStatus.TAKEN,
            received_at=envelope.received_at,
            body_digest=envelope.body_digest,
        )
        try:
            outcome = await self._courier.deliver(stream, envelope)
        except EngineAway:
            return pending
        except StreamGone:
            row = await refuse_closed(self._database, stream, envelope)
            return _answer(row) if row else pending
        status = IntakeStatus.REFUSED if outcome.refusal else IntakeStatus.DECIDED
        return replace(pending, status=status, outcome=outcome, refusal=outcome.refusal)

    async def _take_in(self, caller: Caller, submission: Submission) -> Taken:
        command_id = command_id_of(caller, submission)
        async with self.taking() as connection:
            at = await self.clock.now(connection, submission.stream)
            taken = await self.judge(connection, caller, submission, at=at, command_id=command_id)
            if await intake.put(connection, taken.row, taken.prepared.sealed if taken.prepared else ()):
                return taken
            standing = await intake.get(connection, command_id)
            return _again(standing or taken.row, taken.row.body_digest)

    @asynccontextmanager
    async def taking(self) -> AsyncIterator[AsyncConnection]:
        """
        Give a connection in a transaction that takes something in.

        Raises:
            DatabaseAway: nothing was taken in.
            DatabaseOlder: nothing is taken in for now.
        """
        if self.held is not None:
            raise DatabaseOlder(self.held)
        async with self._database.work() as connection:
            yield connection

    async def judge(
        self, connection: AsyncConnection, caller: Caller, submission: Submission, *, at: datetime, command_id: str
    ) -> Taken:
        """Decide on access and complete a submission as of an instant; nothing is stored by it."""
        seen = await snapshot.load_all(connection, {STREAM, submission.stream})
        register, kept = register_in(seen), seen.get(submission.stream)
        row = self._row(
            caller, command_id, stream=submission.stream, kind=submission.kind, digest=digest_of(submission), at=at
        )
        received_at = row.received_at
        if kept is None or kept.state is None:
            return _turned_away(not_there(row))
        try:
            check_entity(submission.on_behalf, register)
            access = self._decide(caller, submission, register, kept.state, received_at)
            if not access.allowed:
                return _turned_away(denied(row, caller.actor.role, access))
            readable = await self._readable(connection, submission, kept.state)
            preparation = Preparation(
                stream=submission.stream,
                state=kept.state,
                register=register,
                policies=self._policies,
                at=received_at,
                vault=self._vault,
                command_id=command_id,
                beside=await beside(connection, submission.kind, submission.arguments, kept.state),
                read=lambda content: readable.get(content.address, ""),
            )
            return self._prepared(caller, submission, preparation, row, access)
        except (Malformed, UnknownKind) as error:
            return _turned_away(malformed(row, error))

    def _row(self, caller: Caller, command_id: str, *, stream: str, kind: str, digest: str, at: datetime) -> IntakeRow:
        """Return a row as of an instant, with nothing decided yet."""
        return IntakeRow(
            command_id=command_id,
            stream=stream,
            kind=kind,
            body_digest=digest,
            person=caller.actor.person,
            entity=caller.actor.entity,
            envelope={},
            is_permitted=False,
            rule="",
            policy_digest=self._access.digest,
            received_at=at,
            act_at=at,
            status=IntakeStatus.REFUSED,
        )

    def _decide(
        self, caller: Caller, submission: Submission, register: Register, state: Any, at: datetime
    ) -> AccessDecision:
        resource = resource_of(submission.stream, submission.kind, submission.arguments, state)
        if submission.on_behalf is not None:
            entity = str(submission.on_behalf.get("entity", ""))
            status = register.membership.status_at(entity, at) or "none"
            decision = self._access.decide_on_behalf(
                caller.principal, submission.kind, resource, entity=entity, status=status
            )
        else:
            decision = self._access.decide(caller.principal, submission.kind, resource)
        if submission.waive is not None:
            decision = decision.and_also(self._access.decide(caller.principal, "waive", resource))
        return decision

    def _prepared(
        self,
        caller: Caller,
        submission: Submission,
        preparation: Preparation,
        row: IntakeRow,
        access: AccessDecision,
    ) -> Taken:
        prepared = prepare(submission.kind, submission.arguments, preparation)
        seal = sealing(self._vault, prepared)
        on_behalf = paper_of(submission.on_behalf, seal, row.received_at, preparation.state)
        waiver = to_json(seal("waive", submission.waive)) if submission.waive else None
        envelope = self._signer.sign(
            Envelope(
                command_id=row.command_id,
                kind=prepared.kind,
                command=prepared.command,
                actor=to_json(caller.actor),
                at=on_behalf.received_at if on_behalf else row.received_at,
                received_at=row.received_at,
                body_digest=row.body_digest,
                rule=", ".join(access.rules),
                access=access.policy_digest,
                on_behalf=to_json(on_behalf) if on_behalf else None,
                waiver=waiver,
                edition=submission.edition,
            )
        )
        taken = replace(
            row,
            envelope=to_json(envelope),
            act_at=envelope.at,
            is_permitted=True,
            rule=envelope.rule,
            status=IntakeStatus.TAKEN,
        )
        return Taken(row=taken, envelope=envelope, prepared=prepared)

    async def _readable(self, connection: AsyncConnection, submission: Submission, state: Any) -> dict[str, str]:
        """Open the text about to be changed."""
        if submission.kind not in {"amend", "correct_editorially"}:
            return {}
        before = text_before(state, submission.arguments)
        opened = await self._vault.open_all(connection, [before] if before else [])
        return {address: data.decode() for address, data in opened.items() if data is not None}


def command_id_of(caller: Caller, submission: Submission) -> str:
    """Return a command's id: SHA-256 of principal, route, target and key; without a key every attempt is its own."""
    key = submission.key if submission.key is not None else secrets.token_hex(16)
    return named(person=caller.actor.person, kind=submission.kind, stream=submission.stream, key=key)


def digest_of(submission: Submission) -> str:
    """
    Return the digest by which a request sent again is told from another under the same key.

    Raises:
        Malformed: it holds a number that JSON cannot carry exactly.
    """
    body = {
        "arguments": dict(submission.arguments),
        "on_behalf": dict(submission.on_behalf) if submission.on_behalf else None,
        "waive": submission.waive,
        **({"edition": submission.edition} if submission.edition else {}),
    }
    try:
        return body_digest(submission.kind, canonical_bytes(body))
    except CanonicalizationError as error:
        rule = "holds a number that JSON cannot carry exactly; nothing here needs one beyond 9007199254740991"
        raise Malformed("command", (Fault(field="body", rule=rule),)) from error


def _turned_away(row: IntakeRow) -> Taken:
    return Taken(row=row, envelope=None, prepared=None)


def _again(standing: IntakeRow, digest: str) -> Taken:
    """Answer a request sent again; another request under the same key is refused."""
    if standing.body_digest != digest:
        raise KeyUsedOtherwise(standing.command_id)
    is_open = standing.status is IntakeStatus.TAKEN
    envelope = from_json(Envelope, dict(standing.envelope)) if is_open else None
    return Taken(row=standing, envelope=envelope, prepared=None)


def _answer(row: IntakeRow) -> Answer:
    outcome = from_json(Outcome, dict(row.outcome)) if row.outcome else None
    return Answer(
        command_id=row.command_id,
        stream=row.stream,
        kind=row.kind,
        status=row.status,
        received_at=row.received_at,
        outcome=outcome,
        refusal=outcome.refusal if outcome else None,
        body_digest=row.body_digest,
    )
