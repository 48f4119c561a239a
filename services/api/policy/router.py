"""Routes of policies."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api.command_route import CommandRoute, command_router
from services.api.dependencies import AskedPage, Reader
from services.api.editing import POLICIES, etag_of
from services.api.entity.router import REGISTER
from services.api.policy.schemas import PolicyRead
from services.api.read_route import reads
from services.api.showing import Page
from services.api.sorting import PolicySort, order_of
from services.domain.register import commands as asked
from services.domain.register.edited import edition_of_policies
from services.domain.register.state import PolicyKind

router = APIRouter(tags=["policy"])
KindQuery = Annotated[PolicyKind | None, Query(description="Only policies of this kind.")]


@router.get("/policies", **reads("read_register"))
async def list_policies(
    reader: Reader, page: AskedPage, response: Response, sort: PolicySort = "kind", kind: KindQuery = None
) -> Page[PolicyRead]:
    """List every version of every policy, with the instant it takes effect."""
    reader.require("read_register", REGISTER)
    edition = edition_of_policies(reader.register)
    response.headers["ETag"] = await etag_of(reader.connection, "register", POLICIES, edition)
    listed = (policy for policy in reader.register.policies if kind in {None, policy.kind})
    found = page.among(listed, lambda policy: f"{policy.kind} {policy.name} {policy.version:06}", order_of(sort))
    return await reader.show(Page[PolicyRead], found)


router.include_router(
    command_router(
        "policy", [CommandRoute(command=asked.AdoptPolicy, path="/policies", stream="register", edits=POLICIES)]
    )
)
