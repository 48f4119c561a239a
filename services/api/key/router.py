"""Routes of API keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query

from services.api.command.schemas import IssuedKeyRead
from services.api.command_route import CommandRoute, command_router
from services.api.dependencies import AskedPage, EntityQuery, Reader
from services.api.key.schemas import KeyRead
from services.api.person.people import look_at_key, people_of
from services.api.read_route import reads
from services.api.showing import Page, parts_of
from services.api.sorting import KeySort, order_of
from services.commands.principal import key_of
from services.commands.submit import Answer
from services.domain.register import commands as asked
from services.domain.register.tenure import key_valid_at

router = APIRouter(tags=["key"])
NAMED = {"id": lambda key: key.key, "expires_at": lambda key: key.expires}
ValidQuery = Annotated[bool | None, Query(description="Only keys that are, or are not, valid now.")]


@router.get("/keys", **reads("read_people"))
async def list_keys(
    reader: Reader, page: AskedPage, entity: EntityQuery = None, sort: KeySort = "id", valid: ValidQuery = None
) -> Page[KeyRead]:
    """List the keys of an entity's people, one's own entity's unless another is named."""
    wanted, register = people_of(reader, entity), reader.register
    issued = (
        k
        for k in register.keys.values()
        if wanted in {"", register.appointments[k.appointment].seat}
        and valid in {None, key_valid_at(register, k.key, reader.at)}
    )
    found = page.among(issued, lambda key: key.key, order_of(sort), NAMED)
    items = [parts_of(k, is_valid=key_valid_at(register, k.key, reader.at)) for k in found["items"]]
    return await reader.show(Page[KeyRead], {**found, "items": items})


def told_once(answer: Answer) -> Mapping[str, str | None]:
    """Return the key that was issued, spelt for its holder; whoever sends the request again is not told again."""
    return {"key": key_of(answer.command_id, answer.secret) if answer.secret else None}


router.include_router(
    command_router(
        "key",
        [
            CommandRoute(command=asked.IssueKey, path="/keys", stream="register", answer=IssuedKeyRead, more=told_once),
            CommandRoute(
                command=asked.RevokeKey,
                path="/keys/{id}/revocation",
                stream="register",
                placed={"key": "id"},
                look=look_at_key,
            ),
        ],
    )
)
