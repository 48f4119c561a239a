"""
Limits on how much, how long and how often is asked; nothing beyond them is looked at.

They hold in each process by itself: a count that all share would cost a write for every request, and be away when the
database is. Behind several processes a caller may so ask several times as often.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.api.allowance import Allowance, Left, Quota
from services.api.problems import problem
from services.api.veil import veiled_key

MOST_ADDRESS: Final = 8 * 1024
MOST_HEADERS: Final = 64
MOST_HEADER_BYTES: Final = 16 * 1024
REQUESTS: Final = Quota(name="requests", amount=6000, window=60)
#: Refusals are kept for ever, so that they have a bound of their own, far below that of requests.
REFUSED: Final = Quota(name="refused-commands", amount=600, window=3600)
#: Wrong keys from one address.
STRANGERS: Final = Quota(name="wrong-keys", amount=600, window=60)
#: Whoever asks how the process is, asks often.
UNCOUNTED: Final = frozenset({"/healthz", "/readyz"})
COMMANDS: Final = "x-commands"
FIRST_REFUSAL, FIRST_ERROR = HTTPStatus.BAD_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR
#: Refusals of which nothing is kept.
UNKEPT: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.PRECONDITION_REQUIRED})


@dataclass(kw_only=True)
class Allowances:
    """What callers of a process may ask for: requests and refused commands by key, wrong keys by address."""

    requests: Allowance = field(default_factory=lambda: Allowance(REQUESTS))
    refused: Allowance = field(default_factory=lambda: Allowance(REFUSED))
    strangers: Allowance = field(default_factory=lambda: Allowance(STRANGERS))


class Limits:
    """Turns away what is too long or too often, and says in every answer what is left."""

    def __init__(self, app: ASGIApp, allowances: Allowances) -> None:
        self._app = app
        self._allowances = allowances
        self._flooding: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] in UNCOUNTED:
            await self._app(scope, receive, send)
            return
        turned_away = _too_long(scope) or self._too_often(scope)
        if turned_away is not None:
            await turned_away(scope, receive, self._telling(scope, send))
        else:
            await self._app(scope, receive, self._telling(scope, send))

    def _too_often(self, scope: Scope) -> JSONResponse | None:
        allowances, caller = self._allowances, caller_of(scope)
        if not allowances.requests.take(caller):
            return _too_many(scope, allowances.requests, caller, "request")
        if allowances.strangers.left(host_of(scope)).tokens < 1:
            return _too_many(scope, allowances.strangers, host_of(scope), "wrong key")
        if scope["method"] == "POST" and allowances.refused.left(caller).tokens < 1:
            return _too_many(scope, allowances.refused, caller, "refused command")
        return None

    def _telling(self, scope: Scope, send: Send) -> Send:
        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                await self._count(scope, message["status"])
                message = {**message, "headers": [*message["headers"], *self._headers(scope)]}
            await send(message)

        return telling

    async def _count(self, scope: Scope, status: int) -> None:
        """Count an answer that was a refusal; whoever has used them up has that put on record, once."""
        if status == HTTPStatus.UNAUTHORIZED:
            self._allowances.strangers.take(host_of(scope))
        if not is_kept_refusal(scope, status):
            return
        refused, caller = self._allowances.refused, caller_of(scope)
        refused.take(caller)
        left, desk = refused.left(caller).tokens, scope.get("state", {}).get("desk")
        if left > refused.quota.amount // 2:
            self._flooding.discard(caller)
        elif left < 1 and desk is not None and caller not in self._flooding:
            self._flooding.add(caller)
            await desk.note_flood(scope["path"], refused.quota.amount, refused.quota.window)

    def _headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        caller = caller_of(scope)
        quotas = [self._allowances.requests]
        if scope["method"] == "POST":
            quotas.append(self._allowances.refused)
        told = [(each.quota, each.left(caller)) for each in quotas]
        return [
            (b"ratelimit-policy", ", ".join(quota.policy for quota, _ in told).encode()),
            (b"ratelimit", ", ".join(_left(quota, left) for quota, left in told).encode()),
        ]


def is_kept_refusal(scope: Scope, status: int) -> bool:
    """Tell whether an answer refused a command, of which something was kept."""
    described = getattr(scope.get("route"), "openapi_extra", None) or {}
    is_refusal = FIRST_REFUSAL <= status < FIRST_ERROR and status not in UNKEPT
    return is_refusal and scope["method"] == "POST" and COMMANDS in described


def caller_of(scope: Scope) -> str:
    """Return what a caller is counted by: a digest of its key, or where it comes from if it sends none."""
    sent = veiled_key(scope).encode() or next((v for name, v in scope["headers"] if name == b"authorization"), b"")
    return sha256(sent).hexdigest() if sent else host_of(scope)


def host_of(scope: Scope) -> str:
    """Return the address a request comes from."""
    client: Any = scope.get("client")
    return str(client[0]) if client else "nowhere"


def _left(quota: Quota, left: Left) -> str:
    return f'"{quota.name}";r={left.tokens};t={left.whole_in}'


def _too_long(scope: Scope) -> JSONResponse | None:
    request, headers = Request(scope), scope["headers"]
    if len(scope.get("raw_path") or b"") + len(scope.get("query_string", b"")) > MOST_ADDRESS:
        sentence = f"The address is longer than {MOST_ADDRESS} bytes; leave out what is not needed."
        return problem(request, "AddressTooLong", sentence, {"most": MOST_ADDRESS})
    if len(headers) > MOST_HEADERS or sum(len(name) + len(value) for name, value in headers) > MOST_HEADER_BYTES:
        sentence = f"At most {MOST_HEADERS} headers of {MOST_HEADER_BYTES} bytes in all are taken; send fewer."
        facts = {"most": MOST_HEADERS, "most_bytes": MOST_HEADER_BYTES}
        return problem(request, "HeadersTooLarge", sentence, facts)
    return None


def _too_many(scope: Scope, allowance: Allowance, caller: str, what: str) -> JSONResponse:
    quota, seconds = allowance.quota, max(1, allowance.left(caller).next_in)
    sentence = (
        f"More than {quota.amount} times in {quota.window} seconds there was a {what}; nothing was done. "
        f"Wait {seconds} s and send the same request again."
    )
    facts = {"quota": quota.name, "most": quota.amount, "window": quota.window, "wait": seconds}
    return problem(Request(scope), "TooManyRequests", sentence, facts, headers={"Retry-After": str(seconds)})
