"""Takes keys out of addresses before anything else sees these: no log, error, trace or problem can tell one then."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Receive, Scope, Send

#: what stands in an address in a key's place
VEIL: Final = "key"
_KEY: Final = re.compile(r"dlg_k-[0-9a-z]+_[A-Za-z0-9_-]+")
_TAKEN: Final = "dialogue.key"


class Veil:
    """Serves every request as if a key in its address were the word ``key``; routes ask ``veiled_key`` for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; the server's own scope is changed, for its access log reads that."""
        if scope["type"] == "http":
            veil(scope)
        await self._app(scope, receive, send)


def veil(scope: Scope) -> None:
    """Take the keys out of an address, path and query."""
    found = _KEY.search(scope["path"])
    if found:
        scope[_TAKEN] = found[0]
        scope["path"] = _KEY.sub(VEIL, scope["path"])
        scope["raw_path"] = quote(scope["path"]).encode()
    if _KEY.search(unquote(scope.get("query_string", b"").decode("latin-1"))):
        scope["query_string"] = b""


def veiled_key(scope: Scope) -> str:
    """Return the key that stood in the path of an address, or nothing."""
    return str(scope.get(_TAKEN, ""))
