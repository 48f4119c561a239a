"""How this process speaks to others: whether anybody on the way could listen or pass for them, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography.x509 import Certificate, load_pem_x509_certificates
from sqlalchemy.engine import make_url

from services.commands.health import Finding
from services.runtime.settings import Settings

#: The one way of speaking to a database in which nobody can listen, and nobody else can pass for it.
VERIFIED = "verify-full"
#: So long before its end a certificate is to be renewed.
RENEWED_BEFORE = timedelta(days=30)


def findings_in_transport(settings: Settings, at: datetime) -> tuple[Finding, ...]:
    """Return what is spoken in the clear over a network that is not one's own, and certificates near their end."""
    return (*_database(settings), *_temporal(settings), *_mail(settings), *_certificates(settings, at))


def is_near(host: str) -> bool:
    """
    Tell whether a host is on this machine, or on a network of its own with this process.

    The latter have names without a dot, as containers of one machine have them among themselves.
    """
    name = host.strip("[]")
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return "." not in name


def _database(settings: Settings) -> Iterator[Finding]:
    url = make_url(settings.database_url)
    mode = str(url.query.get("ssl", "prefer"))
    if mode != VERIFIED and not is_near(url.host or ""):
        yield Finding(
            check="transport",
            subject="PostgreSQL",
            sentence=f"the database at {url.host} is spoken to with sslmode {mode}, so that another could pass for it",
            command=f"end DIALOGUE_DATABASE_URL in ?sslmode={VERIFIED}, and name its authority in PGSSLROOTCERT",
        )


def _temporal(settings: Settings) -> Iterator[Finding]:
    address = settings.temporal.address
    if not settings.temporal.connect.get("tls") and not is_near(address.rpartition(":")[0]):
        yield Finding(
            check="transport",
            subject="Temporal",
            sentence=f"Temporal at {address} is spoken to in the clear",
            command="set TEMPORAL_TLS_SERVER_CA_CERT_PATH, and TEMPORAL_TLS_CLIENT_CERT_PATH with its key",
        )


def _mail(settings: Settings) -> Iterator[Finding]:
    mail = settings.mail
    if mail is not None and mail.security == "none" and not is_near(mail.host):
        yield Finding(
            check="transport",
            subject="mail",
            sentence=f"letters go to {mail.host} in the clear",
            command="DIALOGUE_SMTP_SECURITY=starttls",
        )


def _certificates(settings: Settings, at: datetime) -> Iterator[Finding]:
    tls = settings.temporal.connect.get("tls")
    held: dict[str, Path | bytes | None] = {
        "TEMPORAL_TLS_SERVER_CA_CERT_PATH": getattr(tls, "server_root_ca_cert", None),
        "TEMPORAL_TLS_CLIENT_CERT_PATH": getattr(tls, "client_cert", None),
        **settings.database_certificates,
    }
    for name, source in held.items():
        if source is None:
            continue
        try:
            pem = source if isinstance(source, bytes) else source.read_bytes()
            ending = [(each, each.not_valid_after_utc) for each in load_pem_x509_certificates(pem)]
        except (OSError, ValueError):
            yield _finding(name, "holds no certificate that can be read", "name a file of certificates in PEM")
            continue
        for certificate, end in ending:
            if end < at + RENEWED_BEFORE:
                yield _finding(name, _ends(certificate, end, at), "renew it, and start worker and API anew")


def _ends(certificate: Certificate, end: datetime, at: datetime) -> str:
    verb = "ended" if end < at else "ends"
    return f"its certificate of {certificate.subject.rfc4514_string() or 'nobody'} {verb} on {end:%Y-%m-%d %H:%M} UTC"


def _finding(name: str, sentence: str, command: str) -> Finding:
    return Finding(check="certificate", subject=name, sentence=sentence, command=command)


def now() -> datetime:
    """Return the present instant; only edges ask."""
    return datetime.now(UTC)
