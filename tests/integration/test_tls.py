"""TLS to PostgreSQL and to Temporal, with real certificates: who is trusted, who is not, and who has to show one."""

from __future__ import annotations

from pathlib import Path

import pytest
from temporalio.client import Client

from services.runtime.settings import Settings
from services.runtime.stack import Stack
from services.storage import queries
from services.storage.unit_of_work import Database, DatabaseAway
from tests.integration.tls import LOCALHOST, Authority, encrypted
from tests.world import Peopled, World, fresh_settings, real_world


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give the authority that the deployment trusts."""
    return Authority.found(tmp_path_factory.mktemp("tls") / "trusted")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give one that it does not know."""
    return Authority.found(tmp_path_factory.mktemp("tls") / "stranger")


@pytest.fixture
async def environ(stack: Stack) -> dict[str, str]:
    """Give the environment of a process over the servers of these tests."""
    async with fresh_settings(stack) as (_, environ):
        return environ


async def ask_database(stack: Stack, monkeypatch: pytest.MonkeyPatch, port: int, **variables: str) -> None:
    """Ask the database for its clock over TLS, as the settings of a process say."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    address = stack.postgres.app_dsn.replace(f"127.0.0.1:{stack.postgres.port}", f"{LOCALHOST}:{port}")
    settings = Settings.read(
        {**stack.environment(), **variables, "DIALOGUE_DATABASE_URL": f"{address}?sslmode=verify-full"}
    )
    async with Database(settings.database_url) as database, database.read() as connection:
        await queries.clock(connection)


async def test_a_database_that_its_authority_vouches_for_is_spoken_to(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, trusted: Authority
) -> None:
    """By name, over TLS, from the setting alone."""
    async with encrypted(stack.postgres.port, trusted.context(asks_clients=False), is_postgres=True) as port:
        await ask_database(stack, monkeypatch, port, PGSSLROOTCERT=str(trusted.ca))


async def test_a_database_that_nobody_vouches_for_is_not(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, trusted: Authority, stranger: Authority
) -> None:
    """The sentence says that it is the certificate."""
    async with encrypted(stack.postgres.port, stranger.context(asks_clients=False), is_postgres=True) as port:
        with pytest.raises(DatabaseAway, match=r"(?i)certificate verify failed"):
            await ask_database(stack, monkeypatch, port, PGSSLROOTCERT=str(trusted.ca))


async def test_a_database_of_another_name_is_not(stack: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Its certificate is good, and is another's."""
    elsewhere = Authority.found(tmp_path / "elsewhere", host="db.example.org")
    async with encrypted(stack.postgres.port, elsewhere.context(asks_clients=False), is_postgres=True) as port:
        with pytest.raises(DatabaseAway, match=r"(?i)hostname mismatch"):
            await ask_database(stack, monkeypatch, port, PGSSLROOTCERT=str(elsewhere.ca))


async def test_a_database_that_asks_for_a_certificate_gets_one(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, trusted: Authority
) -> None:
    """And none who have none are let in."""
    async with encrypted(stack.postgres.port, trusted.context(asks_clients=True), is_postgres=True) as port:
        with pytest.raises(DatabaseAway):
            await ask_database(stack, monkeypatch, port, PGSSLROOTCERT=str(trusted.ca))
        shown = {"PGSSLCERT": str(trusted.client_cert), "PGSSLKEY": str(trusted.client_key)}
        await ask_database(stack, monkeypatch, port, PGSSLROOTCERT=str(trusted.ca), **shown)


async def test_temporal_is_spoken_to_over_tls_with_certificates_on_both_sides(
    world: World, stack: Stack, trusted: Authority, stranger: Authority
) -> None:
    """From Temporal's own variables; a command goes through, and a process without its certificate does not."""
    context = trusted.context(asks_clients=True, protocol="h2")
    async with encrypted(stack.temporal.port, context) as port:
        whole = {
            **world.environ,
            "TEMPORAL_ADDRESS": f"{LOCALHOST}:{port}",
            "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(trusted.ca),
            "TEMPORAL_TLS_CLIENT_CERT_PATH": str(trusted.client_cert),
            "TEMPORAL_TLS_CLIENT_KEY_PATH": str(trusted.client_key),
        }
        client = await Client.connect(**Settings.read(whole).temporal.connect)
        described = await client.get_workflow_handle("register").describe()
        assert described.id == "register"

        unshown = {name: value for name, value in whole.items() if "CLIENT" not in name}
        for wrong in (unshown, whole | {"TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(stranger.ca)}):
            with pytest.raises(RuntimeError):
                await Client.connect(**Settings.read(wrong).temporal.connect)


async def test_a_whole_command_goes_over_tls(
    stack: Stack, peopled: Peopled, trusted: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken in, decided and recorded by an engine that speaks TLS, with certificates of its own, to both servers."""
    shown = {
        "PGSSLROOTCERT": str(trusted.ca),
        "PGSSLCERT": str(trusted.client_cert),
        "PGSSLKEY": str(trusted.client_key),
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(trusted.ca),
        "TEMPORAL_TLS_CLIENT_CERT_PATH": str(trusted.client_cert),
        "TEMPORAL_TLS_CLIENT_KEY_PATH": str(trusted.client_key),
    }
    for name, value in shown.items():
        monkeypatch.setenv(name, value)
    context = trusted.context(asks_clients=True)
    async with (
        encrypted(stack.postgres.port, context, is_postgres=True) as database,
        encrypted(stack.temporal.port, trusted.context(asks_clients=True, protocol="h2")) as temporal,
        fresh_settings(stack, peopled.template) as (_, environ),
    ):
        plain, owner = environ["DIALOGUE_DATABASE_URL"], f"127.0.0.1:{stack.postgres.port}"
        environ.update(shown, TEMPORAL_ADDRESS=f"{LOCALHOST}:{temporal}")
        environ["DIALOGUE_DATABASE_URL"] = plain.replace(owner, f"{LOCALHOST}:{database}") + "?sslmode=verify-full"
        async with real_world(stack, Settings.read(environ), environ) as world:
            await world.come_back(peopled.keys)
            head = "AFRIPOL/head_of_entity"
            await world.act(head, "register", "enrol_person", name="N", address="n@x.example", entity="AFRIPOL")
