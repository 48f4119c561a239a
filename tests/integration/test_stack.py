"""The embedded servers, real ones: they start, outlive every kill with their data, refuse a second holder, stop."""

import asyncio
import json
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client, WorkflowExecutionStatus

from services.runtime import postgres as machine_postgres
from services.runtime import temporal as machine_temporal
from services.runtime.binaries import postgres_bin_dir
from services.runtime.child import ChildFailed, is_held
from services.runtime.home import Home, HomeInUse
from services.runtime.port import remembered_ports
from services.runtime.postgres import EmbeddedPostgres
from services.runtime.secret import DATABASE_PASSWORD, Secrets
from services.runtime.settings import Settings, read_owner_url
from services.runtime.stack import Stack
from services.runtime.temporal import RETENTION, retention
from services.runtime.trouble import Trouble

ATTRIBUTES = {"DialogueBody": "Keyword", "DialogueDueAt": "Datetime"}
SUITE_ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Return a running stack that outlives the tests; they may kill its servers."""
    home = Home.at(tmp_path_factory.mktemp("stack") / "home")
    async with Stack(home, search_attributes=ATTRIBUTES) as running:
        await execute(running.postgres.owner_dsn, "create table kept (word text)")
        yield running


async def test_the_application_role_is_restricted(stack: Stack) -> None:
    """It owns nothing, creates nothing, and passes no row security."""
    rights = (
        "select rolsuper or rolcreatedb or rolcreaterole or rolbypassrls from pg_roles where rolname = current_user"
    )
    assert await fetch(stack.postgres.app_dsn, rights) is False
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await fetch(stack.postgres.app_dsn, "select word from kept")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await execute(stack.postgres.app_dsn, "create table made (word text)")


async def test_the_database_speaks_utf_8_keeps_utc_and_listens_here_alone(stack: Stack) -> None:
    """Nothing is taken over from the machine's locale or zone."""
    answer = "select current_setting('server_encoding') || ' ' || current_setting('timezone')"
    assert await fetch(stack.postgres.owner_dsn, answer) == "UTF8 UTC"
    assert await fetch(stack.postgres.owner_dsn, "show listen_addresses") == "127.0.0.1"
    assert await fetch(stack.postgres.owner_dsn, "show unix_socket_directories") == ""


async def test_the_namespace_keeps_histories_for_years(stack: Stack) -> None:
    """The server's own default would drop them overnight; search attributes are there."""
    client = await connect(stack)

    assert await retention(client) == RETENTION
    assert await search_attributes(client) == {
        "DialogueBody": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        "DialogueDueAt": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    }


async def test_settings_are_read_from_the_stack_whatever_the_caller_has_set(stack: Stack) -> None:
    """The stack's servers and keys replace the caller's; everything else stays."""
    caller = {
        "DIALOGUE_DATABASE_URL_FILE": "/nonexistent",
        "DIALOGUE_TEMPORAL_PROFILE": "prod",
        "TEMPORAL_API_KEY": "tk-1234",
        "DIALOGUE_LOG_LEVEL": "debug",
    }
    same_home = Stack(stack.home, search_attributes={}, environ=caller)
    same_home.postgres, same_home.temporal, same_home.api_port = stack.postgres, stack.temporal, stack.api_port

    settings = Settings.read(same_home.environment())

    assert settings.temporal.connect == {"target_host": stack.temporal.address, "namespace": "dialogue"}
    assert (settings.log_level, settings.api_port) == ("debug", stack.api_port)
    assert settings.database_url == stack.postgres.app_dsn.replace("postgresql:", "postgresql+asyncpg:")
    assert read_owner_url(same_home.environment()).startswith("postgresql+asyncpg://dialogue:")


async def test_a_second_stack_over_the_same_home_is_refused(stack: Stack) -> None:
    """The first one goes on with the same processes."""
    pids = (stack.postgres.pid, stack.temporal.pid)

    with pytest.raises(HomeInUse, match=f"is in use by process {os.getpid()}; stop that one first"):
        async with Stack(stack.home, search_attributes=ATTRIBUTES):
            pass

    assert (stack.postgres.pid, stack.temporal.pid) == pids
    assert await fetch(stack.postgres.owner_dsn, "select 1") == 1


@pytest.mark.parametrize("victims", [("postgres",), ("temporal",), ("postgres", "temporal")])
async def test_killed_servers_come_back_with_what_they_had_acknowledged(
    stack: Stack, victims: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """Same addresses, other processes, one line in the log for each."""
    word = "-".join(victims)
    servers = [getattr(stack, victim) for victim in victims]
    await execute(stack.postgres.owner_dsn, "insert into kept values ($1)", word)
    await start_workflow(await connect(stack), word)
    killed = [server.pid for server in servers]

    with caplog.at_level(logging.WARNING, logger="services.runtime.supervisor"):
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        await eventually(lambda: len(caplog.messages) == len(victims))

    assert {server.pid for server in servers}.isdisjoint({*killed, None})
    assert all("was ended by SIGKILL and was started again" in message for message in caplog.messages)
    assert await fetch(stack.postgres.owner_dsn, "select count(*) from kept where word = $1", word) == 1
    assert await is_running(await connect(stack), word)


@pytest.mark.parametrize("also", ["nothing else", "its servers"])
async def test_everything_outlives_the_supervising_process_being_killed(tmp_path: Path, also: str) -> None:
    """
    Its servers go down by themselves; the next start waits for them, keeps the addresses, and finds the data.

    So it does when they were killed too, and stay zombies because whoever inherited them does not reap them.
    """
    home = Home.at(tmp_path / "home")
    process, environment = await run_elsewhere(home)
    owner_dsn = environment["DIALOGUE_DATABASE_OWNER_URL"]
    await execute(owner_dsn, "create table kept as select 'here' as word")
    client = await Client.connect(environment["TEMPORAL_ADDRESS"], namespace=environment["TEMPORAL_NAMESPACE"])
    await start_workflow(client, "here")

    with pytest.raises(HomeInUse, match=f"is in use by process {process.pid};"), home.held():
        pass
    process.kill()
    if also == "its servers":
        for lifeline in home.run.iterdir():
            with suppress(ProcessLookupError):
                os.kill(int(lifeline.read_text()), signal.SIGKILL)
    await process.wait()

    async with Stack(home, search_attributes=ATTRIBUTES) as stack:
        assert stack.postgres.owner_dsn == owner_dsn
        assert stack.temporal.address == environment["TEMPORAL_ADDRESS"]
        assert await fetch(owner_dsn, "select word from kept") == "here"
        client = await connect(stack)
        assert await is_running(client, "here")
        # The first run knew one of the two search attributes; a newer release adds its own to existing data.
        assert (await search_attributes(client)).keys() == ATTRIBUTES.keys()

    assert not is_held(machine_postgres.lifeline(home))
    assert not is_held(machine_temporal.lifeline(home))
    assert (home.logs / "postgres.log").read_text().rstrip().endswith("database system is shut down")
    with home.held():
        pass


@pytest.fixture
async def postgres_home(tmp_path: Path) -> AsyncIterator[Home]:
    """Return a held home with its secrets, for a PostgreSQL alone."""
    home = Home.at(tmp_path / "home")
    with home.held():
        Secrets(home.secrets).fill(has_data=False)
        yield home


StartPostgres = Callable[[], EmbeddedPostgres]


@pytest.fixture
async def make_postgres(postgres_home: Home) -> AsyncIterator[StartPostgres]:
    """Return a way to make servers over one home, which are stopped in the end."""
    made: list[EmbeddedPostgres] = []

    def make() -> EmbeddedPostgres:
        port = remembered_ports(postgres_home.ports, ("postgres",))["postgres"]
        made.append(EmbeddedPostgres(home=postgres_home, port=port, bin_dir=postgres_bin_dir()))
        return made[-1]

    yield make
    for server in made:
        await server.stop(within=4)


async def test_a_set_up_killed_half_way_is_begun_again(postgres_home: Home, make_postgres: StartPostgres) -> None:
    """What lies beside the data directory was never one; and a port that somebody took meanwhile is left to him."""
    unfinished = postgres_home.path / "postgres.new" / "data"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = make_postgres()
    await server.start()
    await server.stop(within=4)

    with socket.create_server(("127.0.0.1", server.port)):
        moved = make_postgres()
        await moved.start()

    assert moved.port != server.port
    assert await fetch(moved.owner_dsn, "select current_database()") == "dialogue"
    assert not unfinished.parent.exists()
    await moved.stop(within=4)

    Secrets(postgres_home.secrets).file(DATABASE_PASSWORD).write_text("another")
    with pytest.raises(Trouble, match=r"does not know the password in .*database-password; put back the file"):
        await make_postgres().start()


async def test_a_folder_of_something_else_is_left_alone(postgres_home: Home, make_postgres: StartPostgres) -> None:
    """Nothing of it is deleted or written over."""
    postgres_home.postgres.mkdir()
    (postgres_home.postgres / "letter").write_text("dear")

    with pytest.raises(Trouble, match="holds something that is no PostgreSQL data directory; move it away"):
        await make_postgres().start()

    assert (postgres_home.postgres / "letter").read_text() == "dear"


async def test_a_server_that_cannot_start_is_told_by_its_own_words(
    postgres_home: Home, make_postgres: StartPostgres
) -> None:
    """Data of another major version is the usual case."""
    postgres_home.postgres.mkdir(mode=0o700)
    (postgres_home.postgres / "PG_VERSION").write_text("9\n")

    with pytest.raises(ChildFailed, match=r"PostgreSQL ended while starting: .* \(log: .*postgres\.log\)\.$"):
        await make_postgres().start()


async def run_elsewhere(home: Home) -> tuple[asyncio.subprocess.Process, dict[str, str]]:
    """Run a stack in a process of its own; return it and its environment once it serves."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.integration.stack_process", str(home.path)),
        stdout=asyncio.subprocess.PIPE,
        cwd=SUITE_ROOT,
    )
    assert process.stdout is not None
    return process, json.loads(await process.stdout.readline())


async def connect(stack: Stack) -> Client:
    """Return a client of the stack's Temporal."""
    return await Client.connect(stack.temporal.address, namespace=machine_temporal.NAMESPACE)


async def start_workflow(client: Client, workflow_id: str) -> None:
    """Start a workflow that no worker ever takes up."""
    await client.start_workflow("Waiting", id=workflow_id, task_queue="nobody")


async def is_running(client: Client, workflow_id: str) -> bool:
    """Tell whether the server knows the workflow as running."""
    description = await client.get_workflow_handle(workflow_id).describe()
    return description.status == WorkflowExecutionStatus.RUNNING


async def search_attributes(client: Client) -> dict[str, IndexedValueType.ValueType]:
    """Return the namespace's own search attributes."""
    request = ListSearchAttributesRequest(namespace=client.namespace)
    return dict((await client.operator_service.list_search_attributes(request)).custom_attributes)


async def execute(dsn: str, statement: str, *values: str) -> None:
    """Run one statement."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement, *values)
    finally:
        await connection.close()


async def fetch(dsn: str, query: str, *values: str) -> Any:
    """Return the one value a query gives."""
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query, *values)
    finally:
        await connection.close()


async def eventually(condition: Callable[[], bool]) -> None:
    """Wait until ``condition`` holds."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
