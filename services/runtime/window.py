"""
A window into a process: a listener of its own for whoever watches it, apart from what the world may reach.

It answers `/metrics`, `/healthz` and `/readyz` to everybody who can reach it, so it belongs on the loopback or on a
network of the operator's own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus

from services.runtime.trouble import Trouble
from services.telemetry.meters import Meters

LONGEST_REQUEST = 8 * 1024
WITHIN = 10.0
PLAIN, JSON, METRICS = "text/plain; charset=utf-8", "application/json", "text/plain; version=1.0.0; charset=utf-8"
Lacking = Callable[[], Awaitable[Sequence[str]]]
Answer = tuple[HTTPStatus, str, bytes]


class Window:
    """Answers the three questions a watcher has."""

    def __init__(self, meters: Meters, *, refresh: Callable[[], Awaitable[None]], lacking: Lacking) -> None:
        self._meters = meters
        self._refresh = refresh
        self._lacking = lacking

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request and hang up."""
        try:
            async with asyncio.timeout(WITHIN):
                head = await reader.readuntil(b"\r\n\r\n")
                status, kind, body = await self.answer_to(head.split(b"\r\n", 1)[0].decode("latin-1"))
                writer.write(_head(status, kind, len(body)) + (b"" if head.startswith(b"HEAD ") else body))
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, OSError):
            pass  # whoever asked went away, or asked for nothing that could be understood
        finally:
            writer.close()

    async def answer_to(self, line: str) -> Answer:
        """Return the answer to a request's first line."""
        method, _, rest = line.partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        if method not in {"GET", "HEAD"}:
            return HTTPStatus.METHOD_NOT_ALLOWED, PLAIN, b"Only GET is answered here.\n"
        if path == "/metrics":
            await self._refresh()
            return HTTPStatus.OK, METRICS, self._meters.page()
        if path == "/healthz":
            return HTTPStatus.OK, JSON, b'{"status":"ok"}\n'
        if path == "/readyz":
            return self._readiness(await self._lacking())
        return HTTPStatus.NOT_FOUND, PLAIN, b"Here are /metrics, /healthz and /readyz.\n"

    def _readiness(self, lacking: Sequence[str]) -> Answer:
        status = HTTPStatus.SERVICE_UNAVAILABLE if lacking else HTTPStatus.OK
        told = {"status": "not ready" if lacking else "ready", "lacking": list(lacking)}
        return status, JSON, json.dumps(told).encode() + b"\n"


@asynccontextmanager
async def opened(window: Window, host: str, port: int) -> AsyncIterator[int]:
    """
    Answer at an address until the block ends; give the port, which is chosen if it is 0.

    Raises:
        Trouble: the address cannot be had.
    """
    try:
        server = await asyncio.start_server(window.answer, host, port, limit=LONGEST_REQUEST)
    except OSError as error:
        raise Trouble(
            f"Metrics cannot be served on port {port} of {host} ({error.strerror}); "
            "stop what listens there, or set DIALOGUE_METRICS_PORT."
        ) from error
    async with server:
        yield server.sockets[0].getsockname()[1]


def _head(status: HTTPStatus, kind: str, length: int) -> bytes:
    lines = (
        f"HTTP/1.1 {int(status)} {status.phrase}",
        f"Content-Type: {kind}",
        f"Content-Length: {length}",
        "Cache-Control: no-store",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
