"""Routes of calendar feeds: one opens a feed by the key in its address, one issues such a key."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from services.api.command_route import CommandRoute, command_router
from services.api.feed.gathering import gather
from services.api.feed.opening import feed_reading
from services.api.feed.rendering import render
from services.api.feed.schemas import IssuedFeedRead
from services.api.person.people import look_at_feed
from services.api.problem.describing import describe
from services.api.read_route import reads
from services.api.veil import veiled_key
from services.commands.principal import key_of
from services.commands.submit import Answer
from services.domain.register import commands as asked

router = APIRouter(tags=["feed"])
CALENDAR = "text/calendar; charset=utf-8"
#: Nobody on the way keeps it, and where a link in it leads, its address is not told.
HEADERS = {"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
IfNoneMatch = Annotated[str | None, Header(max_length=2000, description="The ETag of the feed as last read.")]


async def spelt_in_address(
    request: Request,
    _key: Annotated[str, Path(alias="key", description="A feed's key; kept out of logs, errors and traces.")],
) -> str:
    """Return the key that stood in the address; it has been taken out of it by now."""
    return veiled_key(request.scope)


@router.get(
    "/feeds/{key}.ics",
    **reads("read_feed", "read_body", "read_cycle", "read_deadlines")
    | {
        "response_class": Response,
        "responses": {
            200: {"content": {"text/calendar": {}}, "description": "The calendar (RFC 5545)"},
            304: {"description": "As last read"},
            **describe({"NotFound", "Malformed", "RegisterMissing"}),
        },
    },
)
async def read_feed(
    request: Request, key: Annotated[str, Depends(spelt_in_address)], if_none_match: IfNoneMatch = None
) -> Response:
    """Read the calendar feed of a key's holder: sessions and their entity's deadlines, a year back and two ahead."""
    state = request.app.state
    async with feed_reading(state.engine, key, clock=state.clock) as viewer:
        feed = await gather(viewer, str(request.base_url).rstrip("/"))
    calendar = await asyncio.to_thread(render, feed)
    headers = {**HEADERS, "ETag": f'"{sha256(calendar).hexdigest()}"'}
    if is_known(if_none_match, headers["ETag"]):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(calendar, media_type=CALENDAR, headers=headers)


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Tell whether whoever asks has this state already (RFC 9110 13.1.2: compared weakly)."""
    known = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    return etag in known or "*" in known


def told_once(answer: Answer) -> Mapping[str, str | None]:
    """Return the address of the feed that was opened; whoever sends the request again is not told again."""
    key = key_of(answer.command_id, answer.secret) if answer.secret else None
    return {"key": key, "address": key and f"/v1/feeds/{key}.ics"}


router.include_router(
    command_router(
        "feed",
        [
            CommandRoute(
                command=asked.IssueFeedKey, path="/feeds", stream="register", answer=IssuedFeedRead, more=told_once
            ),
            CommandRoute(
                command=asked.RevokeFeedKey,
                path="/feeds/{id}/revocation",
                stream="register",
                placed={"key": "id"},
                look=look_at_feed,
            ),
        ],
    )
)
