"""A key in an address is seen by the route that asks for it and by nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from services.api.veil import Veil, veil, veiled_key

KEY = "dlg_k-0123456789abcdef_AbC-dEf_0123456789abcdefghijABCDEFGHIJ01234"


def scope_of(path: str, query: bytes = b"") -> dict[str, Any]:
    """Return what a server gives an application of a request."""
    return {"type": "http", "path": path, "raw_path": path.encode(), "query_string": query}


def test_a_key_in_a_path_is_replaced() -> None:
    """In the very scope that the server logs from."""
    scope = scope_of(f"/v1/feeds/{KEY}.ics")

    veil(scope)

    assert scope["path"] == "/v1/feeds/key.ics"
    assert scope["raw_path"] == b"/v1/feeds/key.ics"
    assert veiled_key(scope) == KEY


@pytest.mark.parametrize("path", [f"/v1/feeds/{KEY}", f"/v2/{KEY}/x/{KEY}", f"/{KEY}.ics"])
def test_no_path_keeps_a_key(path: str) -> None:
    """Whether or not there is anything at the address."""
    scope = scope_of(path)

    veil(scope)

    assert KEY not in f"{scope['path']} {scope['raw_path']!r}"


@pytest.mark.parametrize("query", [f"key={KEY}", f"a=1&b=x{KEY}", "key=" + KEY.replace("_", "%5F")])
def test_a_query_with_a_key_is_dropped(query: str) -> None:
    """Nobody asks for one there."""
    scope = scope_of("/v1/cycles", query.encode())

    veil(scope)

    assert scope["query_string"] == b""
    assert veiled_key(scope) == ""


def test_other_addresses_stay_as_they_are() -> None:
    """Path and query of everything else reach the application untouched."""
    scope = scope_of("/v1/bodies/wg-sc", b"cursor=dlg")

    veil(scope)

    assert scope == scope_of("/v1/bodies/wg-sc", b"cursor=dlg")


async def test_what_is_no_request_is_let_through() -> None:
    """Such as the beginning of the application's life."""
    seen: list[Any] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    async def nothing(*_: Any) -> Any:
        return None

    await Veil(application)({"type": "lifespan"}, nothing, nothing)

    assert seen == [{"type": "lifespan"}]
