"""Several workers and APIs as processes over one world, of this release or of an earlier one."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx

from services.commands.pollers import pollers_of
from services.runtime.port import is_free
from services.runtime.stack import Stack
from tests.faults.seating import world_over
from tests.integration.cli_process import ROOT, plain_environment
from tests.world import Peopled, World, fresh_settings, make_namespace

PORTS = range(29_000, 29_900)
#: The release before this one.
BEFORE = "f191496"


@dataclass
class Deployment:
    """A world and the processes that serve it."""

    world: World
    environ: Mapping[str, str]
    workers: list[asyncio.subprocess.Process] = field(default_factory=list)
    apis: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    async def start_worker(self, code: Path = ROOT) -> asyncio.subprocess.Process:
        """Start a worker of some code and wait until it asks for work."""
        worker = await self._start("worker", code, {})
        self.workers.append(worker)
        await self.world.until(partial(self._polls, worker), within=60)
        return worker

    async def start_api(self) -> str:
        """Start an API and return its address once it answers."""
        port = next(port for port in PORTS if is_free(port))
        url = f"http://127.0.0.1:{port}"
        self.apis[url] = await self._start("api", ROOT, {"DIALOGUE_API_PORT": str(port)})
        await self.world.until(partial(answers, url), within=60)
        return url

    async def _start(self, verb: str, code: Path, more: Mapping[str, str]) -> asyncio.subprocess.Process:
        environ = plain_environment(**{**self.environ, **more, "PYTHONPATH": str(code)})
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.cli", verb), env=environ, cwd=code, stderr=asyncio.subprocess.DEVNULL
        )

    async def _polls(self, worker: asyncio.subprocess.Process) -> bool:
        assert worker.returncode is None, "the worker ended"
        settings = self.world.engine.settings
        pollers = await pollers_of(self.world.engine.client, settings.temporal.task_queue)
        return any(identity.startswith(f"{worker.pid}@") for identity in pollers)

    async def stop(self) -> None:
        """End what is left."""
        for process in (*self.workers, *self.apis.values()):
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


class Alternating(httpx.AsyncBaseTransport):
    """Sends each request to the next of several addresses, as a balancer does that does not look who lives."""

    def __init__(self, urls: tuple[str, ...]) -> None:
        self._urls = [httpx.URL(url) for url in urls]
        self._next = 0
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request on."""
        url = self._urls[self._next % len(self._urls)]
        self._next += 1
        request.url = request.url.copy_with(host=url.host, port=url.port)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._inner.aclose()


async def answers(url: str) -> bool:
    """Tell whether an API answers over its database."""
    async with httpx.AsyncClient() as client:
        with suppress(httpx.TransportError):
            return (await client.get(f"{url}/healthz")).status_code == httpx.codes.OK
    return False


@asynccontextmanager
async def deployment(stack: Stack, peopled: Peopled) -> AsyncIterator[Deployment]:
    """Give a world in which everybody has a key and that nobody serves yet."""
    async with AsyncExitStack() as exits:
        settings, environ = await exits.enter_async_context(fresh_settings(stack, peopled.template))
        await make_namespace(stack, settings)
        world = await exits.enter_async_context(world_over(environ))
        await world.come_back(peopled.keys)
        served = Deployment(world=world, environ=environ)
        exits.push_async_callback(served.stop)
        yield served


def earlier_code(folder: Path) -> Path | None:
    """Lay the code of the release before into a folder; ``None`` where its commit is not at hand."""
    command = ("git", "archive", BEFORE, "services", "policies", "migrations", "pyproject.toml")
    try:
        made = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    except FileNotFoundError:
        return None
    if made.returncode:
        return None
    with tarfile.open(fileobj=io.BytesIO(made.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder
