"""A PostgreSQL of this machine alone: initialised once, started, repaired after any death, stopped."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg

from services.runtime.child import Child, Program, User, released
from services.runtime.durable import settle
from services.runtime.home import Home
from services.runtime.secret import DATABASE_APP_PASSWORD, DATABASE_PASSWORD, Secrets
from services.runtime.trouble import Trouble

OWNER = "dialogue"
APP_ROLE = "dialogue_app"
DATABASE = "dialogue"
START_SECONDS = 60.0  # a crash recovery may have much to replay
FIRST_WITH_IO_METHOD = 18
NOBODY = 65_534

# For a machine of two cores that has a Temporal server to carry as well.
TUNING = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "jit": "off",
    "max_logical_replication_workers": "0",  # or a process of its own waits for what never comes
    "timezone": "UTC",
    "log_timezone": "UTC",
}
#: For data that are thrown away afterwards: nothing is kept safe, and so nothing is waited for.
FLEETING = TUNING | {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "30",
}


class EmbeddedPostgres:
    """
    One PostgreSQL server over the home's data directory, listening on 127.0.0.1 alone.

    The home must be held by this process as long as the object is used.
    """

    name = "PostgreSQL"

    def __init__(self, *, home: Home, port: int, bin_dir: Path, tuning: Mapping[str, str] = TUNING) -> None:
        self.port = port
        self._tuning = tuning
        self._home = home
        self._bin_dir = bin_dir
        self._secrets = Secrets(home.secrets)
        self._child: Child | None = None

    @property
    def pid(self) -> int | None:
        """Return the postmaster's process id, or None when it does not run."""
        return self._child.pid if self._child else None

    @property
    def owner_dsn(self) -> str:
        """Return the address for whoever owns the schema (migrations); holds the password."""
        return self._dsn(OWNER, self._secrets.read(DATABASE_PASSWORD))

    @property
    def app_dsn(self) -> str:
        """Return the address for the engine, whose rights are what the migrations grant; holds the password."""
        return self._dsn(APP_ROLE, self._secrets.read(DATABASE_APP_PASSWORD))

    async def start(self) -> None:
        """
        Start the server and wait until database and application role are there.

        Raises:
            ChildFailed: it did not come up.
            Trouble: the data directory is not one, or does not know the password.
        """
        await released(lifeline(self._home), name=self.name)
        try:
            await self._prepare()
            self._child = Child(self._server())
        except PermissionError as error:
            raise Trouble(
                f"{error.filename} cannot be used ({error.strerror}); start the engine as the user it belongs to, "
                "and not as a root that may not pass it."
            ) from error
        await self._child.start()
        connection = await self._child.wait_until_ready(self._connected, within=START_SECONDS)
        try:
            await self._ensure_database(connection)
        finally:
            await connection.close()

    async def died(self) -> int:
        """Wait until the server has ended; return its exit code, negative for a signal."""
        if self._child is None:
            raise RuntimeError("PostgreSQL was never started")
        return await self._child.died()

    async def stop(self, *, within: float) -> None:
        """Stop the server, ending its sessions; kill it after ``within`` seconds."""
        if self._child:
            await self._child.stop(within=within)

    def _dsn(self, role: str, password: str) -> str:
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{DATABASE}"

    async def _prepare(self) -> None:
        if not (self._home.postgres / "PG_VERSION").exists():
            await self._initialise()
        # No process of an earlier start lives, so its file says nothing; PostgreSQL would take a zombie for a server.
        (self._home.postgres / "postmaster.pid").unlink(missing_ok=True)

    async def _initialise(self) -> None:
        # Made beside its place and moved there when complete: what was killed half-way is thrown away, not started.
        unfinished = self._home.postgres.with_name("postgres.new")
        user = server_user(self._home.postgres)
        self._refuse_foreign_data()
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        password = unfinished / "password"
        password.touch(mode=0o600)
        password.write_text(self._secrets.read(DATABASE_PASSWORD))
        if user:
            for path in (password, unfinished):
                os.chown(path, user.uid, user.gid)
        await Child(self._initdb(unfinished / "data", password, user)).finish()
        (unfinished / "data").replace(self._home.postgres)
        settle(self._home.path)
        shutil.rmtree(unfinished)

    def _refuse_foreign_data(self) -> None:
        data = self._home.postgres
        if data.exists() and any(data.iterdir()):
            raise Trouble(f"{data} holds something that is no PostgreSQL data directory; move it away.")

    def _initdb(self, data: Path, password: Path, user: User | None) -> Program:
        return Program(
            name="initdb",
            command=(
                str(self._bin_dir / "initdb"),
                *("-D", str(data), "-U", OWNER, "--pwfile", str(password)),
                *("--no-locale", "-E", "UTF8", "--auth-local=scram-sha-256", "--auth-host=scram-sha-256"),
            ),
            log=self._home.logs / "postgres.log",
            lifeline=lifeline(self._home),
            user=user,
            reach=(self._bin_dir / "initdb", data.parent),
        )

    def _server(self) -> Program:
        data = self._home.postgres
        tuning = {**self._tuning, "port": str(self.port)}
        if int((data / "PG_VERSION").read_text()) >= FIRST_WITH_IO_METHOD:
            tuning["io_method"] = "sync"  # saves three worker processes
        return Program(
            name=self.name,
            command=(
                *(str(self._bin_dir / "postgres"), "-D", str(data)),
                *(part for key, value in tuning.items() for part in ("-c", f"{key}={value}")),
            ),
            log=self._home.logs / "postgres.log",
            lifeline=lifeline(self._home),
            stop_signal=signal.SIGINT,
            user=server_user(data),
            reach=(self._bin_dir / "postgres", data),
        )

    async def _connected(self) -> Any:
        """Return the superuser's connection, or None while the server takes none yet."""
        try:
            return await asyncpg.connect(
                host="127.0.0.1",
                port=self.port,
                user=OWNER,
                password=self._secrets.read(DATABASE_PASSWORD),
                database="postgres",
                ssl=False,
                timeout=10,
            )
        except asyncpg.InvalidPasswordError as error:
            raise Trouble(
                f"The database in {self._home.postgres} does not know the password in "
                f"{self._secrets.file(DATABASE_PASSWORD)}; put back the file that belongs to it."
            ) from error
        except (
            OSError,
            asyncpg.PostgresConnectionError,
            asyncpg.CannotConnectNowError,
            asyncpg.TooManyConnectionsError,
        ):
            return None

    async def _ensure_database(self, connection: Any) -> None:
        if not await connection.fetchval("select true from pg_database where datname = $1", DATABASE):
            await connection.execute(f"create database {DATABASE}")
        known = await connection.fetchval("select true from pg_roles where rolname = $1", APP_ROLE)
        verb = "alter" if known else "create"
        # The file is the authority, so that a replaced one holds from the next start.
        password = self._secrets.read(DATABASE_APP_PASSWORD)
        await connection.execute(
            f"{verb} role {APP_ROLE} login nosuperuser nocreatedb nocreaterole password '{password}'"
        )
        await connection.execute(f"revoke all on database {DATABASE} from public")
        await connection.execute(f"grant connect on database {DATABASE} to {APP_ROLE}")


def lifeline(home: Home) -> Path:
    """Return the file that stays locked while any process of the server lives."""
    return home.run / "postgres"


def server_user(data: Path) -> User | None:
    """Return whom the server must become, since it refuses to run as root: the data's owner, else ``nobody``."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return User(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        return User(NOBODY, NOBODY)
    return User(nobody.pw_uid, nobody.pw_gid)
