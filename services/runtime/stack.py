"""The servers of one machine as one thing: a home held, a PostgreSQL and a Temporal kept alive over it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from services.runtime import postgres, temporal
from services.runtime.binaries import postgres_bin_dir, temporal_binary
from services.runtime.child import is_held, released
from services.runtime.home import Home
from services.runtime.port import remembered_ports
from services.runtime.postgres import EmbeddedPostgres
from services.runtime.secret import CURSOR_KEY, MASTER_KEY, SIGNING_KEY, Secrets
from services.runtime.supervisor import Supervisor
from services.runtime.temporal import EmbeddedTemporal
from services.runtime.trouble import Trouble

PORTS = ("api", "postgres", "temporal", "temporal-ui", "metrics-api", "metrics-worker")
STOP_SECONDS = 4.0  # for each server, all at once; both lose nothing when killed after that


class Stack:
    """
    PostgreSQL and Temporal of one machine, from ``async with`` to its end.

    Entering holds the home and waits until both servers serve; leaving stops them and lets the home go. Should this
    process be killed, the kernel stops them; what they had acknowledged is there at the next start.
    """

    def __init__(
        self, home: Home, *, search_attributes: Mapping[str, str], environ: Mapping[str, str] = os.environ
    ) -> None:
        self.home = home
        self.secrets = Secrets(home.secrets)
        self._search_attributes = search_attributes
        self._environ = environ
        self._exit = AsyncExitStack()

    async def __aenter__(self) -> Self:
        """
        Start everything.

        Raises:
            HomeInUse: another process runs the servers of this home.
            Trouble: anything else that the operator must put right.
        """
        async with AsyncExitStack() as exits:
            await self.take_place(exits)
            await self.start(exits)
            self._exit = exits.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything, in less than five seconds."""
        await self._exit.aclose()

    async def take_place(self, exits: AsyncExitStack) -> None:
        """
        Hold the home until ``exits`` close and settle where everything will be; nothing is started yet.

        Raises:
            HomeInUse: another process runs the servers of this home.
            Trouble: anything else that the operator must put right.
        """
        bin_dir, binary = postgres_bin_dir(self._environ), temporal_binary(self._environ)
        exits.enter_context(self.home.held())
        self.secrets.fill(has_data=self.home.postgres.exists())
        # Servers of a killed predecessor may still be going down, on the ports that we are about to ask for.
        await released(postgres.lifeline(self.home), name="PostgreSQL")
        await released(temporal.lifeline(self.home), name="Temporal")
        self._place(remembered_ports(self.home.ports, PORTS), bin_dir, binary)

    async def start(self, exits: AsyncExitStack) -> None:
        """
        Start both servers, wait until they serve, and stop them when ``exits`` close.

        Raises:
            Trouble: one could not be started.
        """
        supervisor = Supervisor((self.postgres, self.temporal))
        exits.push_async_callback(supervisor.stop, within=STOP_SECONDS)
        await supervisor.start()

    def attach(self) -> Self:
        """
        Take over where the servers are that another process runs over the home; nothing is started.

        Raises:
            Trouble: nothing runs there.
        """
        if not is_held(self.home.lock):
            raise Trouble(f"Nothing runs over {self.home.path}; start it with `dialogue up --home {self.home.path}`.")
        ports = json.loads(self.home.ports.read_bytes())
        self._place(ports, postgres_bin_dir(self._environ), temporal_binary(self._environ))
        return self

    def _place(self, ports: Mapping[str, int], bin_dir: Path, binary: Path) -> None:
        self.api_port = ports["api"]
        self.metrics_ports = {verb: ports.get(f"metrics-{verb}", 0) for verb in ("api", "worker")}
        self.postgres = EmbeddedPostgres(home=self.home, port=ports["postgres"], bin_dir=bin_dir)
        self.temporal = EmbeddedTemporal(
            home=self.home,
            port=ports["temporal"],
            ui_port=ports["temporal-ui"],
            binary=binary,
            search_attributes=self._search_attributes,
        )

    def environment(self) -> dict[str, str]:
        """
        Return the environment for an API or worker of this stack: the caller's, with this stack's servers and keys.

        ``Settings.read`` understands it, here or in another process. It holds the database's passwords.
        """
        ours = {
            "DIALOGUE_DATABASE_URL": self.postgres.app_dsn,
            "DIALOGUE_DATABASE_OWNER_URL": self.postgres.owner_dsn,
            "DIALOGUE_MASTER_KEY_FILE": str(self.secrets.file(MASTER_KEY)),
            "DIALOGUE_SIGNING_KEY_FILE": str(self.secrets.file(SIGNING_KEY)),
            "DIALOGUE_CURSOR_KEY_FILE": str(self.secrets.file(CURSOR_KEY)),
            "TEMPORAL_ADDRESS": self.temporal.address,
            "TEMPORAL_NAMESPACE": temporal.NAMESPACE,
            "TEMPORAL_CONFIG_FILE": os.devnull,  # the user's profiles speak of other servers
        }
        replaced = {name.removesuffix("_FILE") for name in ours} | {"DIALOGUE_TEMPORAL_PROFILE"}
        theirs = {
            name: value
            for name, value in self._environ.items()
            if not name.startswith("TEMPORAL_") and name.removesuffix("_FILE") not in replaced
        }
        return {"DIALOGUE_API_PORT": str(self.api_port)} | theirs | ours
