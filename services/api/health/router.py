"""The routes that ask nobody who they are."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from services.api.problem.describing import describe
from services.api.refused import Refused
from services.storage import queries

router = APIRouter(tags=["health"])


class HealthRead(BaseModel):
    """This process lives, and its database answers."""

    status: Literal["ok"] = "ok"


@router.get("/healthz", responses=describe(()))
async def read_health(request: Request) -> HealthRead:
    """Tell that this process lives and its database answers."""
    async with request.app.state.engine.database.read() as connection:
        await queries.clock(connection)
    return HealthRead()


class ReadinessRead(BaseModel):
    """This process does its work."""

    status: Literal["ready"] = "ready"


@router.get("/readyz", responses=describe({"NotReady"}))
async def read_readiness(request: Request) -> ReadinessRead:
    """
    Tell whether this process can do its work, and if not, by name what it lacks: database, schema or register.

    Temporal is none of these: while it is away commands are taken in and answered 202, and reading goes on.
    """
    lacking = await request.app.state.engine.lacking()
    if lacking:
        sentence = f"This process cannot do its work yet: it lacks the {' and the '.join(lacking)}."
        raise Refused("NotReady", sentence, {"lacking": list(lacking)})
    return ReadinessRead()
