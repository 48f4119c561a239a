"""The route of clashes."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from services.api.arguments import InstantText
from services.api.clash.schemas import ClashesRead
from services.api.clash.telling import READ_CLASHES, clashes_told
from services.api.dependencies import BodyQuery, Reader
from services.api.read_route import reads
from services.commands.fill import read_instant_within
from services.commands.series import malformed

router = APIRouter(tags=["clash"])
SinceQuery = Annotated[InstantText | None, Query(description="From when on; from now if left out.")]
UntilQuery = Annotated[InstantText | None, Query(description="Until when; two years later if left out.")]
USUAL = timedelta(days=2 * 366)
LONGEST = timedelta(days=12 * 366)


@router.get("/clashes", **reads(READ_CLASHES, "read_cycle", "read_body"))
async def list_clashes(
    reader: Reader, body: BodyQuery = None, since: SinceQuery = None, until: UntilQuery = None
) -> ClashesRead:
    """List sessions that meet, and persons booked for two that share a day; nothing is refused for it."""
    start = read_instant_within(since) if since else reader.at
    end = read_instant_within(until) if until else start + USUAL
    if not timedelta(0) < end - start <= LONGEST:
        raise malformed("until", "should be later than since, by twelve years at most")
    return await reader.show(ClashesRead, await clashes_told(reader, body=body, since=start, until=end))
