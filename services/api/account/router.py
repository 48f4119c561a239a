"""The route of one's own account."""

from __future__ import annotations

from fastapi import APIRouter

from services.access.request import Resource, ResourceKind
from services.api.account.schemas import AccountRead
from services.api.dependencies import Reader
from services.api.read_route import reads
from services.api.showing import parts_of
from services.domain.register.tenure import appointments_of

router = APIRouter(tags=["account"])


@router.get("/me", **reads("read_own"))
async def read_account(reader: Reader) -> AccountRead:
    """Read who one is here, what the key in use is for, and which zone answers are told in."""
    actor, register = reader.caller.actor, reader.register
    reader.require("read_own", Resource(kind=ResourceKind.ACCOUNT, id=actor.person, owner=actor.person))
    person = register.persons.get(actor.person)
    value = parts_of(
        actor,
        name=person.name if person else None,
        status=register.membership.status_at(actor.entity, reader.at),
        key=reader.caller.key,
        scopes=sorted(reader.caller.principal.scopes),
        appointments=[parts_of(a, holds=True) for a in appointments_of(register, actor.person, reader.at)],
    )
    return await reader.show(AccountRead, value)
