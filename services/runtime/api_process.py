"""The process `dialogue api`: serves the HTTP API on one port until a signal, whatever else is away meanwhile."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import uvicorn

from services.api.allowance import Allowance
from services.api.app import create_app
from services.api.limits import REFUSED, REQUESTS, Allowances
from services.runtime.composition import Engine, compose
from services.runtime.observation import telemetry_of, watched_by
from services.runtime.older import LOOK_WITHIN, until_current
from services.runtime.settings import Settings
from services.runtime.trouble import Trouble

SIGNALS = (signal.SIGINT, signal.SIGTERM)
#: Seconds for what is being answered when the signal comes; with the rest a stop takes less than two.
GRACE = 1
BACKLOG = 2048
#: What this process is called in traces.
API = "dialogue-api"

log = logging.getLogger(__name__)


class ApiPort(uvicorn.Server):
    """A uvicorn server that leaves signals to whoever runs it: the process ends by itself, with its own exit code."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def serve_api(settings: Settings) -> None:
    """
    Serve the API until SIGINT or SIGTERM.

    Database and Temporal may be away: requests say so, and commands taken in while Temporal is away are answered 202.

    Raises:
        Trouble: the port cannot be had.
    """
    with bound(settings.api_host, settings.api_port) as listener:
        async with compose(settings, telemetry=telemetry_of(settings, API)) as engine, watched_by(engine):
            server = ApiPort(config_of(engine))
            loop = asyncio.get_running_loop()
            for number in SIGNALS:
                loop.add_signal_handler(number, stop, server)
            known = asyncio.Event()
            looking = asyncio.create_task(until_current(engine, known))
            with suppress(TimeoutError):
                await asyncio.wait_for(known.wait(), LOOK_WITHIN)
            log.info("serving on http://%s:%s", settings.api_host, settings.api_port)
            try:
                await server.serve(sockets=[listener])
            finally:
                looking.cancel()


def config_of(engine: Engine) -> uvicorn.Config:
    """Return how the API is served: nothing tells which server this is, nothing logs who asked for what."""
    return uvicorn.Config(
        create_app(engine, telemetry=engine.telemetry, allowances=allowances_of(engine.settings)),
        http="httptools",
        ws="none",
        lifespan="on",
        server_header=False,
        access_log=False,
        log_config=None,
        log_level=logging.WARNING,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE,
    )


def allowances_of(settings: Settings) -> Allowances:
    """Return how often callers may ask, as the settings say."""
    return Allowances(
        requests=Allowance(replace(REQUESTS, amount=settings.api_requests_a_minute)),
        refused=Allowance(replace(REFUSED, amount=settings.api_refusals_an_hour)),
    )


def stop(server: uvicorn.Server) -> None:
    """Stop taking requests, finish what is under way; a second signal leaves even that."""
    if server.should_exit:
        server.force_exit = True
    server.should_exit = True


@contextmanager
def bound(host: str, port: int) -> Iterator[socket.socket]:
    """
    Give a socket bound to an address.

    Raises:
        Trouble: the address is taken, or is none of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise Trouble(f"{host} is no address to serve on ({error.strerror}); set DIALOGUE_API_HOST.") from error
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            raise Trouble(
                f"Nothing can be served on port {port} of {host} ({error.strerror}); "
                "stop what listens there, or set DIALOGUE_API_PORT."
            ) from error
        yield listener
