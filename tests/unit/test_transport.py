"""What the doctor says of how a process speaks to others, from its settings alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
import typer

from services.cli.main import app
from services.runtime.settings import Settings
from services.runtime.transport import findings_in_transport, is_near
from tests.unit.test_settings import GOOD, MAIL, complaint

NOW = datetime(2030, 1, 1, tzinfo=UTC)
SAFE = {
    **GOOD,
    "DIALOGUE_DATABASE_URL": GOOD["DIALOGUE_DATABASE_URL"] + "?sslmode=verify-full",
    "TEMPORAL_TLS": "true",
}


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """Give the certificate of an authority."""
    file = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(file)
    return file


def said(environ: dict[str, str], at: datetime = NOW) -> list[tuple[str, str]]:
    """Return what the doctor says: check and subject of each finding."""
    return [(each.check, each.subject) for each in findings_in_transport(Settings.read(environ), at)]


def test_what_is_encrypted_and_checked_is_not_spoken_of(authority: Path) -> None:
    """Nothing to say of a deployment that does it right."""
    assert said(SAFE | MAIL | {"PGSSLROOTCERT": str(authority)}) == []


@pytest.mark.parametrize(
    ("change", "subject"),
    [
        ({"DIALOGUE_DATABASE_URL": GOOD["DIALOGUE_DATABASE_URL"]}, "PostgreSQL"),
        ({"DIALOGUE_DATABASE_URL": GOOD["DIALOGUE_DATABASE_URL"] + "?sslmode=require"}, "PostgreSQL"),
        ({"TEMPORAL_TLS": "false"}, "Temporal"),
        ({**MAIL, "DIALOGUE_SMTP_SECURITY": "none", "DIALOGUE_SMTP_USER": "", "DIALOGUE_SMTP_PASSWORD": ""}, "mail"),
    ],
)
def test_what_goes_in_the_clear_over_foreign_networks_is_named(
    authority: Path, change: dict[str, str], subject: str
) -> None:
    """Encrypted without knowing to whom is not enough."""
    assert said(SAFE | {"PGSSLROOTCERT": str(authority)} | change) == [("transport", subject)]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "postgres"])
def test_what_stays_on_the_machine_may_go_in_the_clear(host: str) -> None:
    """Containers of one machine call one another by names without a dot."""
    near = {"DIALOGUE_DATABASE_URL": f"postgresql://u:p@{host}:5432/d", "TEMPORAL_ADDRESS": f"{host}:7233"}

    assert said(GOOD | near) == []


@pytest.mark.parametrize("host", ["db.example.org", "10.0.0.5", "192.168.1.1", "2001:db8::1"])
def test_other_machines_are_not_near(host: str) -> None:
    """Whoever else is on that network."""
    assert not is_near(host)


def test_a_certificate_near_its_end_is_named(authority: Path) -> None:
    """In time to renew it, with the day."""
    settings = Settings.read(SAFE | {"PGSSLROOTCERT": str(authority)})

    (found,) = findings_in_transport(settings, datetime(2999, 12, 15, tzinfo=UTC))

    assert (found.check, found.subject) == ("certificate", "PGSSLROOTCERT")
    assert "ends on 3000-01-01" in found.sentence
    (ended,) = findings_in_transport(settings, datetime(3001, 1, 1, tzinfo=UTC))
    assert "ended on 3000-01-01" in ended.sentence


def test_a_file_that_holds_no_certificate_is_named(tmp_path: Path) -> None:
    """Before the first connection fails over it."""
    (tmp_path / "ca.pem").write_text("nothing")

    for file in ("ca.pem", "nowhere.pem"):
        assert said(SAFE | {"PGSSLROOTCERT": str(tmp_path / file)}) == [("certificate", "PGSSLROOTCERT")]


def test_checking_a_database_needs_its_authority() -> None:
    """Said at the start, and not at the first connection."""
    sentence = complaint(SAFE)

    assert sentence.startswith("DIALOGUE_DATABASE_URL asks to check who the database is, and PGSSLROOTCERT is not set")


def test_the_key_of_temporal_cloud_comes_from_a_file(tmp_path: Path) -> None:
    """It brings TLS with it; given twice it is refused."""
    (tmp_path / "key").write_text("tk-1234\n")
    by_file = GOOD | {"DIALOGUE_TEMPORAL_API_KEY_FILE": str(tmp_path / "key")}

    settings = Settings.read(by_file)

    assert (settings.temporal.connect["api_key"], settings.temporal.connect["tls"]) == ("tk-1234", True)
    assert "tk-1234" not in repr(settings)
    assert "both set" in complaint(by_file | {"TEMPORAL_API_KEY": "tk-5678"})


def test_no_command_takes_a_secret_as_an_argument() -> None:
    """Every user of a machine can read the arguments of its processes."""

    def parameters(command: typer.core.TyperCommand | typer.core.TyperGroup) -> list[str]:
        below = getattr(command, "commands", {}).values()
        own = [option for each in command.params for option in each.opts]
        return own + [option for each in below for option in parameters(each)]

    options = parameters(typer.main.get_command(app))  # type: ignore[arg-type]
    suspects = [each for each in options if any(word in each for word in ("key", "secret", "password", "token"))]

    assert options
    assert set(suspects) == {"--key-file"}


def test_findings_are_dated_by_the_instant_given(authority: Path) -> None:
    """The same settings, looked at earlier, have nothing to be said of."""
    assert said(SAFE | {"PGSSLROOTCERT": str(authority)}, NOW - timedelta(days=1000)) == []
