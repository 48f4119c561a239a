"""Answers whoever asks only for what stands above an answer (HEAD) as whoever asks for the answer (RFC 9110, 9.3.2)."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Head:
    """Serves a HEAD as a GET whose body is kept back; calendars and watchdogs ask so."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        # The server itself still has to know that no body follows, so its own scope stays as it is.
        asked = {**scope, "method": "GET"}
        await self._app(asked, receive, without_body)
        if "route" in asked:
            scope["route"] = asked["route"]
