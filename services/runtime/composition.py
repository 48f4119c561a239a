"""The composition root: from settings to the collaborators a process works with."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from temporalio.client import Client, Interceptor
from temporalio.runtime import Runtime

from services.access.decision import AccessPolicy
from services.commands.courier import Courier
from services.commands.signing import Signer
from services.commands.submit import Door
from services.commands.watched import WatchedDoor
from services.gateways.console import ConsolePost
from services.gateways.letter import Post
from services.gateways.smtp import SmtpPost
from services.policies.folder import policies_dir
from services.runtime.readiness import lacking
from services.runtime.settings import MailSettings, Settings
from services.storage.record import Clock
from services.storage.unit_of_work import Database
from services.storage.vault import MasterKey, Vault
from services.telemetry.telemetry import Telemetry
from services.workflows.codec import data_converter
from services.workflows.sending import Sender

RECONNECT_EVERY = 1.0

log = logging.getLogger(__name__)


def now() -> datetime:
    """Return the present instant; only edges ask."""
    return datetime.now(UTC)


async def present() -> datetime:
    """Return the present instant to whoever can wait for a clock."""
    return now()


@dataclass(frozen=True, kw_only=True)
class Engine:
    """What a process of one deployment works with."""

    settings: Settings
    policies: Path
    database: Database
    vault: Vault
    access: AccessPolicy
    client: Client
    courier: Courier
    signer: Signer
    door: Door
    post: Post
    telemetry: Telemetry | None

    async def lacking(self) -> tuple[str, ...]:
        """Return what this process lacks to do its work, by name."""
        return await lacking(self.database)


@asynccontextmanager
async def compose(
    settings: Settings, *, lazy: bool = True, telemetry: Telemetry | None = None, runtime: Runtime | None = None
) -> AsyncIterator[Engine]:
    """
    Build an engine; the database may be away, and is reached when it is needed.

    So may Temporal, when ``lazy``; a worker has nothing to do without it, and waits. ``telemetry`` sees what it does,
    and ``runtime`` is Temporal's own, if it is to be measured.
    """
    interceptors = (Sender(telemetry.spans),) if telemetry else ()
    client = await connect(settings, lazy=lazy, interceptors=interceptors, runtime=runtime)
    async with Database(settings.database_url) as database:
        if telemetry and telemetry.is_traced:
            database.tell_statements(telemetry.spans)
        yield engine_of(settings, client=client, database=database, courier=Courier(client), telemetry=telemetry)


def engine_of(  # noqa: PLR0913 - the settings, and what a rehearsal gives of its own
    settings: Settings,
    *,
    client: Client,
    database: Database,
    courier: Courier,
    clock: Clock | None = None,
    post: Post | None = None,
    telemetry: Telemetry | None = None,
) -> Engine:
    """Put an engine together; without ``clock`` the intake has the database's, without ``post`` the settings say."""
    folder = policies_dir(settings.policies_dir)
    vault = Vault(master_key(settings.keys.master))
    signer = Signer(settings.keys.signing.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    access = AccessPolicy.load(folder / "access")
    open_door = partial(WatchedDoor, telemetry.meters) if telemetry else Door
    return Engine(
        settings=settings,
        policies=folder,
        database=database,
        vault=vault,
        access=access,
        client=client,
        courier=courier,
        signer=signer,
        door=open_door(
            database=database,
            vault=vault,
            access=access,
            courier=courier,
            signer=signer,
            policies=folder,
            clock=clock,
        ),
        post=post or post_of(settings.mail),
        telemetry=telemetry,
    )


async def connect(
    settings: Settings, *, lazy: bool, interceptors: Sequence[Interceptor] = (), runtime: Runtime | None = None
) -> Client:
    """Return a client of Temporal; unless ``lazy``, wait until it answers."""
    while True:
        try:
            return await Client.connect(
                **settings.temporal.connect,
                lazy=lazy,
                data_converter=data_converter(settings.payloads.keys, seals=settings.payloads.seals),
                interceptors=interceptors,
                runtime=runtime,
            )
        except RuntimeError as error:
            log.warning("waiting for Temporal at %s: %s", settings.temporal.address, str(error).splitlines()[0])
            await asyncio.sleep(RECONNECT_EVERY)


def master_key(secret: bytes) -> MasterKey:
    """Return a master key under an id that tells nothing of it."""
    return MasterKey(id=sha256(b"dialogue master key" + secret).hexdigest()[:12], secret=secret)


def post_of(mail: MailSettings | None) -> Post:
    """Return where letters go: the mail server if one is configured, else the console."""
    if mail is None:
        return ConsolePost()
    return SmtpPost(
        host=mail.host,
        port=mail.port,
        sender=mail.sender,
        security=mail.security,
        user=mail.user,
        password=mail.password,
    )
