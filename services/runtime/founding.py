"""Founds the register from the policy files, once; what the files say later comes in by command."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from temporalio.client import Client

from services.access.decision import AccessPolicy
from services.commands.register_view import STREAM
from services.domain.message import command_kind
from services.domain.register.commands import FoundRegister
from services.domain.register.state import PolicyInForce, PolicyKind
from services.policies.edition import Edition, load_edition
from services.storage import snapshot
from services.storage.unit_of_work import Database
from services.wire.message import to_json
from services.workflows.errands import Errander
from services.workflows.messages import Errand, Errands, Told

KINDS = {"procedures": PolicyKind.PROCEDURE, "membership": PolicyKind.MEMBERSHIP, "calendars": PolicyKind.CALENDAR}


async def found_register(
    *,
    database: Database,
    client: Client,
    task_queue: str,
    policies: Path,
    at: datetime,
    edition: Edition | None = None,
) -> bool:
    """
    Found the register and with it every standing body; ``False`` if it has been founded already.

    ``edition`` is that of the policies, if it has been read.

    A worker must be serving. Safe to repeat after a crash: the register's first command has one id.
    """
    async with database.read() as connection:
        if await snapshot.load(connection, STREAM) is not None:
            return False
    edition = edition or load_edition(policies)
    command = founding_of(edition, AccessPolicy.load(policies / "access").digest, at)
    told = Told(
        reference=f"edition@{edition.digest[:16]}>{STREAM}",
        kind=command_kind(FoundRegister),
        command=to_json(command),
        at=at,
    )
    errand = Errand(stream=STREAM, cause=0, starts=True, told=told)
    await Errander(client, database, task_queue).carry_out(Errands(errands=(errand,)))
    return True


def founding_of(edition: Edition, access_digest: str, at: datetime) -> FoundRegister:
    """Return the command that founds the register on an edition; its policies hold from ``at``."""
    policies = [
        PolicyInForce(
            kind=KINDS[path.split("/")[0]],
            name=path.split("/")[1].split("@")[0],
            version=int(path.rsplit("@", 1)[1]),
            digest=digest,
            since=at,
        )
        for path, digest in edition.digests.items()
    ]
    policies.append(PolicyInForce(kind=PolicyKind.ACCESS, name="access", version=1, digest=access_digest, since=at))
    return FoundRegister(
        membership=edition.membership,
        charters=edition.charters,
        procedures=tuple(edition.procedures.values()),
        policies=tuple(policies),
        calendars=edition.calendars,
    )
