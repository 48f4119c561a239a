"""The one route that asks nobody who they are."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from services.api.problem.describing import describe
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
