"""Routes of policies."""

from __future__ import annotations

from fastapi import APIRouter

from services.api.command_route import CommandRoute, command_router
from services.api.dependencies import AskedPage, Reader
from services.api.entity.router import REGISTER
from services.api.policy.schemas import PolicyRead
from services.api.read_route import reads
from services.api.showing import Page
from services.domain.register import commands as asked

router = APIRouter(tags=["policy"])


@router.get("/policies", **reads("read_register"))
async def list_policies(reader: Reader, page: AskedPage) -> Page[PolicyRead]:
    """List every version of every policy, with the instant it takes effect."""
    reader.require("read_register", REGISTER)
    found = page.among(reader.register.policies, lambda policy: f"{policy.kind} {policy.name} {policy.version:06}")
    return await reader.show(Page[PolicyRead], found)


router.include_router(
    command_router("policy", [CommandRoute(command=asked.AdoptPolicy, path="/policies", stream="register")])
)
