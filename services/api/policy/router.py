"""Routes of policies."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.api.command_route import CommandRoute, command_router
from services.api.dependencies import AskedPage, Reader
from services.api.editing import POLICIES, etag_of
from services.api.entity.router import REGISTER
from services.api.policy.schemas import PolicyRead
from services.api.read_route import reads
from services.api.showing import Page
from services.domain.register import commands as asked
from services.domain.register.edited import edition_of_policies

router = APIRouter(tags=["policy"])


@router.get("/policies", **reads("read_register"))
async def list_policies(reader: Reader, page: AskedPage, response: Response) -> Page[PolicyRead]:
    """List every version of every policy, with the instant it takes effect."""
    reader.require("read_register", REGISTER)
    edition = edition_of_policies(reader.register)
    response.headers["ETag"] = await etag_of(reader.connection, "register", POLICIES, edition)
    found = page.among(reader.register.policies, lambda policy: f"{policy.kind} {policy.name} {policy.version:06}")
    return await reader.show(Page[PolicyRead], found)


router.include_router(
    command_router(
        "policy", [CommandRoute(command=asked.AdoptPolicy, path="/policies", stream="register", edits=POLICIES)]
    )
)
