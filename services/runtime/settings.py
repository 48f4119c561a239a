"""The settings of one process: frozen values, read once from the environment; nothing below reads it again."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from temporalio.envconfig import ClientConfig, ClientConnectConfig

from services.runtime.environment import Environment, SettingsError
from services.runtime.secret import KEY_BYTES
from services.telemetry.log import LogFormat

SmtpSecurity = Literal["starttls", "tls", "none"]

TASK_QUEUE = "dialogue"
API_HOST = "127.0.0.1"
API_PORT = 8080
#: Of one key in one process; enough for any desk and any system, and for no loop that has run wild.
REQUESTS_A_MINUTE = 6000
REFUSALS_AN_HOUR = 600
#: What is measured is nobody else's business, unless the operator opens it to a network of their own.
METRICS_HOST = "127.0.0.1"
COLLECTORS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
SMTP_PORTS = {"starttls": 587, "tls": 465, "none": 25}
DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
#: With these the driver checks the database's certificate, and needs that of its authority.
CHECKING = frozenset({"verify-ca", "verify-full"})
HOME_AUTHORITY = Path("~/.postgresql/root.crt").expanduser()
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, kw_only=True, slots=True)
class TemporalSettings:
    """Where Temporal is; ``connect`` holds the keyword arguments of ``Client.connect``, TLS and API key included."""

    address: str
    namespace: str
    task_queue: str
    connect: ClientConnectConfig = field(repr=False)

    @classmethod
    def read(cls, environment: Environment) -> TemporalSettings:
        """
        Read TEMPORAL_* variables and Temporal's own profile file, as Temporal's tools do.

        Raises:
            SettingsError: no address is given, or the profile or a file it names cannot be read.
        """
        profile = environment.text("DIALOGUE_TEMPORAL_PROFILE")
        try:
            connect = ClientConfig.load_client_connect_config(
                profile=profile, override_env_vars=environment.everything()
            )
        except (RuntimeError, OSError, ValueError) as error:
            # The first line alone: those after it may quote the file, and with it an API key.
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise SettingsError(
                f"Temporal's profile {profile or 'default'} cannot be read ({reason}); "
                "put right TEMPORAL_CONFIG_FILE, DIALOGUE_TEMPORAL_PROFILE or the file they name."
            ) from None
        if "target_host" not in connect:
            raise SettingsError(
                "TEMPORAL_ADDRESS is not set, and no profile gives an address; it must be host and port of Temporal, "
                "like localhost:7233."
            )
        connect.setdefault("namespace", "default")
        if api_key := environment.text("DIALOGUE_TEMPORAL_API_KEY"):
            if "api_key" in connect:
                raise SettingsError("DIALOGUE_TEMPORAL_API_KEY and TEMPORAL_API_KEY are both set; keep one of them.")
            connect["api_key"] = api_key
            connect.setdefault("tls", True)
        return cls(
            address=connect["target_host"],
            namespace=connect["namespace"],
            task_queue=environment.text("DIALOGUE_TASK_QUEUE") or TASK_QUEUE,
            connect=connect,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class KeySettings:
    """
    The keys of this deployment, the same in every process of it.

    ``master`` wraps the vault's keys, ``signing`` signs command envelopes, ``cursor`` seals page cursors.
    """

    master: bytes = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)
    cursor: bytes = field(repr=False)

    @classmethod
    def read(cls, environment: Environment) -> KeySettings:
        """
        Read the three keys.

        Raises:
            SettingsError: one is missing or is no such key.
        """
        return cls(
            master=_symmetric_key(environment, "DIALOGUE_MASTER_KEY"),
            signing=_signing_key(environment, "DIALOGUE_SIGNING_KEY"),
            cursor=_symmetric_key(environment, "DIALOGUE_CURSOR_KEY"),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PayloadSettings:
    """
    The keys under which Temporal's payloads are sealed: the first seals, if ``seals``, and every one opens.

    Without keys nothing is sealed.
    """

    keys: tuple[bytes, ...] = field(default=(), repr=False)
    seals: bool = False

    @classmethod
    def read(cls, environment: Environment) -> PayloadSettings:
        """
        Read the keys, the newest first; with keys and nothing else said, payloads are sealed.

        Raises:
            SettingsError: one is no such key, or sealing is asked for without any.
        """
        spelt = environment.text("DIALOGUE_PAYLOAD_KEYS")
        choice = environment.choice("DIALOGUE_PAYLOAD_ENCRYPTION", ("on", "off"), "on" if spelt else "off")
        if spelt is None:
            if choice == "on":
                environment.needed("DIALOGUE_PAYLOAD_KEYS")
            return cls()
        keys = tuple(_decoded(line) for line in spelt.split())
        if any(len(key) != KEY_BYTES for key in keys):
            environment.refuse("DIALOGUE_PAYLOAD_KEYS")
        return cls(keys=keys, seals=choice == "on")


@dataclass(frozen=True, kw_only=True, slots=True)
class MailSettings:
    """The mail server that notices go through, and whom they come from."""

    host: str
    port: int
    security: SmtpSecurity
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def read(cls, environment: Environment) -> MailSettings | None:
        """
        Read the mail settings; None means that no mail server is configured.

        Raises:
            SettingsError: one is wrong, or one that needs another stands alone.
        """
        host = environment.text("DIALOGUE_SMTP_HOST")
        if host is None:
            _refuse_stray_mail(environment)
            return None
        security = environment.choice("DIALOGUE_SMTP_SECURITY", ("starttls", "tls", "none"), "starttls")
        user, password = environment.text("DIALOGUE_SMTP_USER"), environment.text("DIALOGUE_SMTP_PASSWORD")
        if user and not password:
            environment.needed("DIALOGUE_SMTP_PASSWORD")
        if password and not user:
            environment.needed("DIALOGUE_SMTP_USER")
        if password and security == "none" and host not in LOOPBACK:
            raise SettingsError(
                "DIALOGUE_SMTP_SECURITY is 'none', which would send the password in the clear; "
                "it must be starttls or tls when there is a password."
            )
        sender = environment.needed("DIALOGUE_SMTP_FROM")
        if "@" not in sender.strip("@"):
            environment.refuse("DIALOGUE_SMTP_FROM")
        return cls(
            host=host,
            port=environment.port("DIALOGUE_SMTP_PORT", SMTP_PORTS[security]),
            security=cast("SmtpSecurity", security),
            sender=sender,
            user=user,
            password=password,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What an API or worker process must know; made once, at the edge, and handed down."""

    database_url: str = field(repr=False)
    database_certificates: Mapping[str, Path]
    temporal: TemporalSettings
    keys: KeySettings
    payloads: PayloadSettings
    mail: MailSettings | None
    api_host: str
    api_port: int
    api_requests_a_minute: int
    api_refusals_an_hour: int
    policies_dir: Path | None
    log_level: str
    log_format: LogFormat
    metrics_host: str
    metrics_port: int | None
    is_traced: bool

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Settings:
        """
        Read all settings from the environment, or from what ``Stack.environment`` made of it.

        Raises:
            SettingsError: one is wrong, missing or unknown; the message is one sentence naming it.
        """
        environment = Environment(environ)
        return cls(
            database_url=_database_url(environment, "DIALOGUE_DATABASE_URL"),
            database_certificates=_database_certificates(environment),
            temporal=TemporalSettings.read(environment),
            keys=KeySettings.read(environment),
            payloads=PayloadSettings.read(environment),
            mail=MailSettings.read(environment),
            api_host=environment.text("DIALOGUE_API_HOST") or API_HOST,
            api_port=environment.port("DIALOGUE_API_PORT", API_PORT),
            api_requests_a_minute=environment.number("DIALOGUE_API_REQUESTS_A_MINUTE", REQUESTS_A_MINUTE),
            api_refusals_an_hour=environment.number("DIALOGUE_API_REFUSALS_AN_HOUR", REFUSALS_AN_HOUR),
            policies_dir=environment.folder("DIALOGUE_POLICIES_DIR"),
            log_level=environment.choice("DIALOGUE_LOG_LEVEL", ("debug", "info", "warning", "error"), "info"),
            log_format=cast("LogFormat", environment.choice("DIALOGUE_LOG_FORMAT", ("text", "json"), "text")),
            metrics_host=environment.text("DIALOGUE_METRICS_HOST") or METRICS_HOST,
            metrics_port=_optional_port(environment, "DIALOGUE_METRICS_PORT"),
            is_traced=_is_traced(environment.everything()),
        )


def read_owner_url(environ: Mapping[str, str]) -> str:
    """
    Read the one setting that migrations need: the address of the schema's owner, for SQLAlchemy over asyncpg.

    Raises:
        SettingsError: it is wrong or missing, or another variable is unknown.
    """
    return _database_url(Environment(environ), "DIALOGUE_DATABASE_OWNER_URL")


def _database_url(environment: Environment, name: str) -> str:
    """Return the address for SQLAlchemy over asyncpg; libpq's ``sslmode`` becomes asyncpg's ``ssl``."""
    try:
        parts = urlsplit(environment.needed(name))
        complete = parts.scheme in DATABASE_SCHEMES and parts.hostname and parts.username and parts.path.strip("/")
        _ = parts.port
    except ValueError:
        complete = None
    if not complete:
        environment.refuse(name)
    options = dict(parse_qsl(parts.query))
    if unknown := sorted(options.keys() - {"sslmode", "ssl"}):
        raise SettingsError(
            f"{name} has the option {unknown[0]}, which the driver does not take from there; it takes sslmode only "
            "(certificates are named in PGSSLROOTCERT, PGSSLCERT and PGSSLKEY)."
        )
    is_known = "PGSSLROOTCERT" in _database_certificates(environment) or HOME_AUTHORITY.exists()
    if CHECKING.intersection(options.values()) and not is_known:
        raise SettingsError(
            f"{name} asks to check who the database is, and PGSSLROOTCERT is not set; it must be the file of the "
            "certificate of the authority that vouches for it."
        )
    query = urlencode([("ssl", value) for value in options.values()])
    return urlunsplit(("postgresql+asyncpg", parts.netloc, parts.path, query, ""))


def _is_traced(values: Mapping[str, str]) -> bool:
    """Tell whether a collector of traces is named, in OpenTelemetry's own words; the SDK reads the rest of them."""
    is_off = values.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    return not is_off and any(values.get(name) for name in COLLECTORS)


def _optional_port(environment: Environment, name: str) -> int | None:
    return environment.port(name, 1) if environment.text(name) is not None else None


def _database_certificates(environment: Environment) -> dict[str, Path]:
    """Return the certificates that the database's driver reads for itself, by the variables that name them."""
    values = environment.everything()
    return {name: Path(values[name]) for name in ("PGSSLROOTCERT", "PGSSLCERT") if name in values}


def _symmetric_key(environment: Environment, name: str) -> bytes:
    key = _decoded(environment.needed(name))
    if len(key) != KEY_BYTES:
        environment.refuse(name)
    return key


def _decoded(spelt: str) -> bytes:
    """Return what base64 holds, nothing if it is none."""
    try:
        return base64.b64decode(spelt, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _signing_key(environment: Environment, name: str) -> Ed25519PrivateKey:
    pem = environment.needed(name).replace("\\n", "\n")  # some orchestrators pass a value on one line
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        environment.refuse(name)
    return key


def _refuse_stray_mail(environment: Environment) -> None:
    for name in ("DIALOGUE_SMTP_USER", "DIALOGUE_SMTP_PASSWORD", "DIALOGUE_SMTP_FROM"):
        if environment.text(name) is not None:
            raise SettingsError(f"{name} is set, but DIALOGUE_SMTP_HOST is not; set both, or neither.")
