"""Bounds on every request, and the last resort: nothing large or deep is parsed, and no error goes out bare."""

from __future__ import annotations

import re
from itertools import accumulate

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.pace import begin
from services.api.problems import too_deep, too_large, unexpected

MOST_BYTES = 256 * 1024
MOST_LEVELS = 20
#: What one caller was told is kept by nobody on the way, unless the answer says so itself, and taken for nothing but
#: what it says it is.
ON_EVERY_ANSWER = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
#: Everything that is no bracket outside a string. One without an end goes to the end, so that no byte is read twice.
_FLAT = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[^\[\]{}"]++', re.DOTALL)


class Bounds:
    """Reads a request's body up to a bound before anything else sees it, and answers what nobody else answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begin(scope)
        request, guarded = Request(scope), _guarded(send)
        try:
            body = await bounded_body(receive)
        except ClientDisconnect:
            return
        if body is None:
            await too_large(request, MOST_BYTES)(scope, receive, guarded)
        elif levels_of(body) > MOST_LEVELS:
            await too_deep(request, MOST_LEVELS)(scope, receive, guarded)
        else:
            await self._serve(scope, _Replay(body, receive), guarded)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def noting(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if has_begun:
                raise
            await unexpected(Request(scope), error)(scope, receive, send)


def _guarded(send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            said = {name for name, _ in message["headers"]}
            more = (header for header in ON_EVERY_ANSWER if header[0] not in said)
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return with_headers


class _Replay:
    """Gives a body that has been read once more, then whatever comes."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


async def bounded_body(receive: Receive) -> bytes | None:
    """
    Return a request's body, or ``None`` if it is larger than the bound; no more than the bound is kept.

    Raises:
        ClientDisconnect: whoever sent it went away before its end.
    """
    parts: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
        if sum(map(len, parts)) > MOST_BYTES:
            return None
    return b"".join(parts)


def levels_of(body: bytes) -> int:
    """Return how many levels of brackets stand within one another, whether or not the body is JSON."""
    brackets = _FLAT.sub(b"", body)
    return max(accumulate(1 if bracket in b"[{" else -1 for bracket in brackets), default=0)
