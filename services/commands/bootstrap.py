"""The first key: the one act without a key, taken in like any other and refused by the register ever after."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from services.commands.fill import fill
from services.commands.prepare import Prepared, sealing
from services.commands.principal import make_secret, spell_key
from services.commands.register_view import STREAM
from services.commands.submit import Answer, Door
from services.domain.message import ENGINE
from services.domain.register.commands import Bootstrap
from services.storage import intake
from services.storage.intake import IntakeRow, IntakeStatus
from services.storage.vault import Vault
from services.wire.canonical import canonical_bytes
from services.wire.message import from_json, to_json
from services.wire.moment import write_instant
from services.workflows.messages import Envelope

RULE = "bootstrap"


async def bootstrap(
    *, door: Door, vault: Vault, arguments: Mapping[str, str], expires: datetime
) -> tuple[Answer, str | None]:
    """
    Enrol and equip the first person: ``name``, ``address``, ``entity``, ``role``; return the answer and the spelt key.

    Raises:
        DatabaseAway: nothing was taken in.
        Malformed: an argument is missing or wrong.
    """
    secret, digest = make_secret()
    prepared = Prepared(kind=RULE, command={})
    given = {**arguments, "secret_digest": digest, "expires": write_instant(expires)}
    prepared.command = fill(Bootstrap, given, sealing(vault, prepared))
    from_json(Bootstrap, prepared.command, forbid_unknown=True)
    command_id = hashlib.sha256(canonical_bytes([RULE, digest])).hexdigest()
    async with door.taking() as connection:
        received_at = await door.clock.now(connection, STREAM)
        envelope = Envelope(
            command_id=command_id,
            kind=RULE,
            command=prepared.command,
            actor=to_json(ENGINE),
            at=received_at,
            received_at=received_at,
            rule=RULE,
        )
        await intake.put(connection, _row(envelope), prepared.sealed)
    answer = await door.deliver(STREAM, envelope)
    issued = next((e.facts["key"] for e in answer.outcome.events if "key" in e.facts), None) if answer.outcome else None
    return answer, spell_key(issued, secret) if issued else None


def _row(envelope: Envelope) -> IntakeRow:
    return IntakeRow(
        command_id=envelope.command_id,
        stream=STREAM,
        kind=RULE,
        body_digest=envelope.command_id,
        person=ENGINE.person,
        entity=ENGINE.entity,
        envelope=to_json(envelope),
        is_permitted=True,
        rule=RULE,
        policy_digest="",
        received_at=envelope.received_at,
        act_at=envelope.at,
        status=IntakeStatus.TAKEN,
    )
