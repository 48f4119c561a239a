"""Watches every request: its trace, its one log line, its meters; never what was asked or answered."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.trace import named_trace
from services.telemetry.log import told
from services.telemetry.span import SpanKind
from services.telemetry.telemetry import Telemetry
from services.telemetry.trace import taking_notes, within_trace

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNKNOWN: Final = "unknown"
#: What balancers and probes ask all the time; it is measured, and written down only when something is wrong.
QUIET: Final = frozenset({"/healthz", "/readyz"})
NO_ANSWER: Final = 499
WRONG: Final = 500

log = logging.getLogger(__name__)


class Watch:
    """Serves every request within a trace: the caller's own, if it names one."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = app
        self._meters, self._spans = telemetry.meters, telemetry.spans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = NO_ANSWER

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"] if scope["method"] in METHODS else UNKNOWN
        span = self._spans.begin(method, SpanKind.SERVER, named_trace(scope), facts={"http.request.method": method})
        began = perf_counter()
        self._meters.begun()
        with within_trace(span.trace), taking_notes() as notes:
            try:
                await self._app(scope, receive, noting)
            finally:
                seconds, route = perf_counter() - began, route_of(scope)
                self._meters.served(route=route, method=method, status=status, what=what_of(scope), seconds=seconds)
                facts: dict[str, str | int | bool] = {f"dialogue.{name}": fact for name, fact in notes.items()}
                facts |= {"http.route": route, "http.response.status_code": status}
                span.end(str(status) if status >= WRONG else None, facts=facts)
                _write(method, route, status, seconds, notes)


def _write(method: str, route: str, status: int, seconds: float, notes: dict[str, str]) -> None:
    level = logging.DEBUG if route in QUIET and status < WRONG else logging.INFO
    facts = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1), **notes}
    log.log(level, "request", extra=told(**facts))


def route_of(scope: Scope) -> str:
    """Return the form of an address, with its places as they are declared; never what stood in them."""
    return str(getattr(scope.get("route"), "path", UNKNOWN))


def what_of(scope: Scope) -> str:
    """Return what a request was: a command, a reading, or something else."""
    described = getattr(scope.get("route"), "openapi_extra", None) or {}
    if "x-commands" in described:
        return "command"
    return "reading" if "x-reads" in described else "other"
