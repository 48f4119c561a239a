"""A Temporal server of this machine alone: one process over one SQLite file."""

from __future__ import annotations

import json
import signal
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from services.runtime.aside import Aside, aside
from services.runtime.child import ENVIRONMENT, Child, Program
from services.runtime.home import Home
from services.runtime.trouble import Trouble

# Loaded when it is needed: until then the engine's own processes can begin to load what they need.
if TYPE_CHECKING:
    from temporalio.api.enums.v1 import IndexedValueType
    from temporalio.client import Client

NAMESPACE = "dialogue"
RETENTION = timedelta(days=3650)
START_SECONDS = 60.0
RPC_TIMEOUT = timedelta(seconds=10)
#: Collects garbage four times as often as Go would: one machine has more time than memory to spare.
LEAN = {"GOGC": "25"}


class EmbeddedTemporal:
    """
    One Temporal server over the home's database file, listening on 127.0.0.1 alone.

    ``search_attributes`` maps names to Temporal's types ("Keyword", "Datetime", …); ones that a newer release adds are
    added to existing data. The home must be held by this process as long as the object is used.
    """

    name = "Temporal"

    def __init__(
        self, *, home: Home, port: int, ui_port: int, binary: Path, search_attributes: Mapping[str, str]
    ) -> None:
        self.port = port
        self.ui_port = ui_port
        self._search_attributes = search_attributes
        self._child = Child(
            Program(
                name=self.name,
                command=(
                    *(str(binary), "server", "start-dev", "--log-level", "error", "--disable-config-file"),
                    *("--db-filename", str(home.temporal / "temporal.db"), "--namespace", NAMESPACE),
                    *("--ip", "127.0.0.1", "--port", str(port), "--ui-port", str(ui_port), "--ui-disable-news-fetch"),
                    *(f"--search-attribute={name}={kind}" for name, kind in search_attributes.items()),
                ),
                log=home.logs / "temporal.log",
                lifeline=lifeline(home),
                stop_signal=signal.SIGTERM,
                environment={**ENVIRONMENT, **LEAN},
            )
        )

    @property
    def pid(self) -> int | None:
        """Return the server's process id, or None when it does not run."""
        return self._child.pid

    @property
    def address(self) -> str:
        """Return host and port for clients."""
        return f"127.0.0.1:{self.port}"

    @property
    def ui_url(self) -> str:
        """Return the address of Temporal's own web interface."""
        return f"http://127.0.0.1:{self.ui_port}"

    async def start(self) -> None:
        """
        Start the server and wait until the namespace is there, with its retention and search attributes.

        Raises:
            ChildFailed: it did not come up.
            Trouble: the data has a search attribute of another type, or did not take the retention.
        """
        await self._child.start()
        attributes = json.dumps(dict(self._search_attributes))
        async with aside("services.runtime.namespace", self.address, attributes, environment=ENVIRONMENT) as readying:
            await self._child.wait_until_ready(partial(_ended, readying), within=START_SECONDS)
            ended = await readying.ended()
        if ended.code != 0:
            raise Trouble(ended.sentence)

    async def died(self) -> int:
        """Wait until the server has ended; return its exit code, negative for a signal."""
        return await self._child.died()

    async def stop(self, *, within: float) -> None:
        """Stop the server; kill it after ``within`` seconds, which loses nothing."""
        await self._child.stop(within=within)


async def _ended(readying: Aside) -> bool | None:
    return readying.has_ended or None


async def retention(client: Client) -> timedelta:
    """Return how long the namespace keeps closed workflows."""
    from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest

    request = DescribeNamespaceRequest(namespace=client.namespace)
    description = await client.workflow_service.describe_namespace(request, retry=True, timeout=RPC_TIMEOUT)
    return description.config.workflow_execution_retention_ttl.ToTimedelta()


async def ensure_retention(client: Client) -> None:
    """
    Make the namespace keep closed workflows for ten years; the server's own default is one day.

    Raises:
        Trouble: the server did not take it.
    """
    from google.protobuf.duration_pb2 import Duration
    from temporalio.api.namespace.v1 import NamespaceConfig
    from temporalio.api.workflowservice.v1 import UpdateNamespaceRequest

    if await retention(client) == RETENTION:
        return
    wanted = Duration()
    wanted.FromTimedelta(RETENTION)
    config = NamespaceConfig(workflow_execution_retention_ttl=wanted)
    request = UpdateNamespaceRequest(namespace=client.namespace, config=config)
    await client.workflow_service.update_namespace(request, retry=True, timeout=RPC_TIMEOUT)
    if (kept := await retention(client)) != RETENTION:
        raise Trouble(f"Temporal keeps closed workflows for {kept}, not for {RETENTION}; see its log.")


async def ensure_search_attributes(client: Client, wanted: Mapping[str, IndexedValueType.ValueType]) -> None:
    """
    Add the search attributes that existing data lacks; the server's own flags serve new data only.

    Raises:
        Trouble: one is there with another type.
    """
    from temporalio.api.enums.v1 import IndexedValueType
    from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest

    listing = ListSearchAttributesRequest(namespace=client.namespace)
    answer = await client.operator_service.list_search_attributes(listing, retry=True, timeout=RPC_TIMEOUT)
    present = dict(answer.custom_attributes)
    for name, kind in wanted.items():
        if present.get(name, kind) != kind:
            raise Trouble(
                f"Temporal has the search attribute {name} as {IndexedValueType.Name(present[name])}, "
                f"but the engine needs {IndexedValueType.Name(kind)}; start over an empty data folder."
            )
    if missing := {name: kind for name, kind in wanted.items() if name not in present}:
        request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
        await client.operator_service.add_search_attributes(request, retry=True, timeout=RPC_TIMEOUT)


def value_type(name: str, kind: str) -> IndexedValueType.ValueType:
    """Return Temporal's number for a type of search attribute, as "Keyword" or "KeywordList"."""
    from temporalio.api.enums.v1 import IndexedValueType

    known = {
        label.removeprefix("INDEXED_VALUE_TYPE_").replace("_", "").lower(): label
        for label in IndexedValueType.keys()  # noqa: SIM118 - no dict
    }
    try:
        return IndexedValueType.Value(known[kind.lower()])
    except KeyError:
        raise ValueError(f"search attribute {name}: {kind} is no type that Temporal knows") from None


def lifeline(home: Home) -> Path:
    """Return the file that stays locked while the server lives."""
    return home.run / "temporal"
