"""The window into a process: three questions, answered to whoever can reach it, and nothing else."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from services.runtime.trouble import Trouble
from services.runtime.window import Window, opened
from services.telemetry.meters import Meters

HOST = "127.0.0.1"


def window(*lacking: str) -> Window:
    """Return the window of a process that lacks something."""

    async def names() -> tuple[str, ...]:
        return lacking

    async def refresh() -> None:
        refreshed.append(True)

    refreshed: list[bool] = []
    return Window(Meters(release="r"), refresh=refresh, lacking=names)


async def ask(through: Window, path: str, method: str = "GET") -> httpx.Response:
    """Ask something through a window that is opened for it."""
    async with opened(through, HOST, 0) as port, httpx.AsyncClient(base_url=f"http://{HOST}:{port}") as client:
        return await client.request(method, path)


async def test_meters_are_read_as_prometheus_reads_them() -> None:
    """As text, with the release among them."""
    answer = await ask(window(), "/metrics")

    assert answer.status_code == httpx.codes.OK
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'dialogue_build_info{release="r"} 1.0' in answer.text


async def test_what_is_not_ready_is_said_by_name() -> None:
    """Whoever balances load reads the status, whoever repairs the name."""
    ready, unready = await ask(window(), "/readyz"), await ask(window("schema"), "/readyz")

    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "lacking": []})
    assert (unready.status_code, unready.json()) == (503, {"status": "not ready", "lacking": ["schema"]})


@pytest.mark.parametrize(("path", "method", "status"), [("/v1/me", "GET", 404), ("/metrics", "POST", 405)])
async def test_nothing_else_is_answered(path: str, method: str, status: int) -> None:
    """It is no second API."""
    assert (await ask(window(), path, method)).status_code == status


async def test_a_request_without_end_is_hung_up_on() -> None:
    """No more of it is kept than a few kilobytes."""
    async with opened(window(), HOST, 0) as port:
        reader, writer = await asyncio.open_connection(HOST, port)
        writer.write(b"GET /metrics HTTP/1.1\r\nX: " + b"x" * 100_000)
        assert await reader.read() == b""
        writer.close()
        alive = await asyncio.open_connection(HOST, port)
        alive[1].write(b"GET /healthz HTTP/1.1\r\n\r\n")
        assert json.loads((await alive[0].read()).split(b"\r\n\r\n")[1]) == {"status": "ok"}
        alive[1].close()


async def test_an_address_that_is_taken_is_named() -> None:
    """With the setting to change."""
    async with opened(window(), HOST, 0) as port:
        with pytest.raises(Trouble, match=f"port {port} .* set DIALOGUE_METRICS_PORT"):
            async with opened(window(), HOST, port):
                pass
