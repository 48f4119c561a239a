"""Settings: what is read, and the one sentence for each that is wrong, which never shows a secret."""

import dataclasses
from pathlib import Path

import pytest

from services.runtime.environment import VARIABLES, Environment, SettingsError
from services.runtime.secret import signing_key, symmetric_key
from services.runtime.settings import Settings, read_owner_url

PASSWORD = "s3cret-horse"
MASTER, CURSOR, SIGNING = symmetric_key(), symmetric_key(), signing_key()
GOOD = {
    "DIALOGUE_DATABASE_URL": f"postgresql://dialogue_app:{PASSWORD}@db.example.org:5432/dialogue",
    "DIALOGUE_MASTER_KEY": MASTER,
    "DIALOGUE_SIGNING_KEY": SIGNING,
    "DIALOGUE_CURSOR_KEY": CURSOR,
    "TEMPORAL_ADDRESS": "temporal.example.org:7233",
}
MAIL = {
    "DIALOGUE_SMTP_HOST": "smtp.example.org",
    "DIALOGUE_SMTP_USER": "dialogue",
    "DIALOGUE_SMTP_PASSWORD": PASSWORD,
    "DIALOGUE_SMTP_FROM": "dialogue@example.org",
}


def complaint(environ: dict[str, str]) -> str:
    """Return what ``Settings.read`` says of a wrong environment, after checks that hold for every sentence."""
    with pytest.raises(SettingsError) as caught:
        Settings.read(environ)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith((".", "?"))
    assert PASSWORD not in sentence
    return sentence


def test_the_least_that_is_needed_gives_the_rest_its_defaults() -> None:
    """Database, Temporal and keys are needed; mail, policies and the rest are not."""
    settings = Settings.read(GOOD)

    assert settings.database_url == f"postgresql+asyncpg://dialogue_app:{PASSWORD}@db.example.org:5432/dialogue"
    assert settings.temporal.connect == {"target_host": "temporal.example.org:7233", "namespace": "default"}
    assert settings.temporal.task_queue == "dialogue"
    assert settings.mail is None
    assert settings.policies_dir is None
    assert (settings.api_host, settings.api_port, settings.log_level) == ("127.0.0.1", 8080, "info")
    assert len(settings.keys.master) == len(settings.keys.cursor) == 32
    assert len(settings.keys.signing.sign(b"x")) == 64


def test_settings_are_frozen() -> None:
    """Nobody changes a setting after it was read."""
    settings = Settings.read(GOOD)

    with pytest.raises(dataclasses.FrozenInstanceError):
        settings.api_port = 1  # type: ignore[misc]


def test_no_secret_is_in_the_repr() -> None:
    """A logged settings object gives nothing away."""
    shown = repr(Settings.read(GOOD | MAIL | {"TEMPORAL_API_KEY": "tk-1234"}))

    for secret in (PASSWORD, MASTER, CURSOR, SIGNING, "tk-1234", str(Settings.read(GOOD).keys.master)):
        assert secret not in shown
    assert "smtp.example.org" in shown


@pytest.mark.parametrize("name", ["DIALOGUE_DATABASE_URL", "DIALOGUE_MASTER_KEY", "DIALOGUE_SIGNING_KEY"])
def test_a_missing_setting_is_named_with_what_would_be_right(name: str) -> None:
    """So is the file it may be given in."""
    sentence = complaint({key: value for key, value in GOOD.items() if key != name})

    assert sentence.startswith(f"{name} is not set; it must be {VARIABLES[name].expected}, or {name}_FILE")


def test_an_empty_variable_counts_as_missing() -> None:
    """Compose files pass empty values for what is not set."""
    assert "DIALOGUE_CURSOR_KEY is not set" in complaint(GOOD | {"DIALOGUE_CURSOR_KEY": ""})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIALOGUE_API_PORT", "0"),
        ("DIALOGUE_API_PORT", "65536"),
        ("DIALOGUE_API_PORT", "http"),
        ("DIALOGUE_API_PORT", "-1"),
        ("DIALOGUE_API_PORT", "٨٠٨٠"),
        ("DIALOGUE_LOG_LEVEL", "loud"),
        ("DIALOGUE_POLICIES_DIR", "/nonexistent"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_found(name: str, value: str) -> None:
    """Name, value, and what it must be."""
    assert complaint(GOOD | {name: value}) == f"{name} is '{value}'; it must be {VARIABLES[name].expected}."


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://dialogue:{PASSWORD}@db/dialogue",
        f"postgresql://dialogue:{PASSWORD}@db",
        f"postgresql://dialogue:{PASSWORD}@db:port/dialogue",
        f"postgresql://:{PASSWORD}@db/dialogue",
        PASSWORD,
    ],
)
def test_a_wrong_database_address_is_refused_without_showing_it(url: str) -> None:
    """Scheme, user, host and database must be there."""
    assert complaint(GOOD | {"DIALOGUE_DATABASE_URL": url}).startswith("DIALOGUE_DATABASE_URL is wrong")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
def test_every_usual_form_of_a_database_address_is_taken(scheme: str) -> None:
    """What libpq and SQLAlchemy write becomes the engine's driver, sslmode included."""
    url = read_owner_url(
        {"DIALOGUE_DATABASE_OWNER_URL": f"{scheme}://o:p%40ss@[::1]:5433/d?sslmode=verify-full", "PGSSLROOTCERT": "ca"}
    )

    assert url == "postgresql+asyncpg://o:p%40ss@[::1]:5433/d?ssl=verify-full"


def test_an_option_that_the_driver_does_not_take_is_named() -> None:
    """It would fail at the first connection only."""
    sentence = complaint(GOOD | {"DIALOGUE_DATABASE_URL": GOOD["DIALOGUE_DATABASE_URL"] + "?sslrootcert=/ca.pem"})

    assert "has the option sslrootcert" in sentence
    assert "PGSSLROOTCERT" in sentence


def test_the_owners_address_is_needed_for_migrations_alone() -> None:
    """API and worker run without the rights to change the schema."""
    with pytest.raises(SettingsError, match=r"^DIALOGUE_DATABASE_OWNER_URL is not set"):
        read_owner_url(GOOD)


@pytest.mark.parametrize("name", sorted(name for name, variable in VARIABLES.items() if variable.secret))
def test_every_secret_may_be_a_file(tmp_path: Path, name: str) -> None:
    """The file's content counts, without the newline at its end."""
    more = {"DIALOGUE_DATABASE_OWNER_URL": GOOD["DIALOGUE_DATABASE_URL"], "DIALOGUE_KEY": "dlg_k-1_secret"}
    more |= {"DIALOGUE_PAYLOAD_KEYS": f"{MASTER}\n{CURSOR}", "DIALOGUE_TEMPORAL_API_KEY": "tk-1234"}
    everything = GOOD | MAIL | more
    path = tmp_path / "secret"
    path.write_text(everything[name] + "\n")
    by_file = {key: value for key, value in everything.items() if key != name} | {f"{name}_FILE": str(path)}

    settings = Settings.read(by_file)

    assert settings.database_url == Settings.read(everything).database_url
    assert settings.mail == Settings.read(everything).mail
    assert settings.keys.master == Settings.read(everything).keys.master
    assert settings.payloads == Settings.read(everything).payloads
    assert settings.temporal == Settings.read(everything).temporal
    assert read_owner_url(by_file) == read_owner_url(everything)
    assert Environment(by_file).text("DIALOGUE_KEY") == everything["DIALOGUE_KEY"]


def test_a_secret_given_twice_is_refused(tmp_path: Path) -> None:
    """Nobody could tell which of the two holds."""
    (tmp_path / "key").write_text(MASTER)

    sentence = complaint(GOOD | {"DIALOGUE_MASTER_KEY_FILE": str(tmp_path / "key")})

    assert sentence == "DIALOGUE_MASTER_KEY and DIALOGUE_MASTER_KEY_FILE are both set; keep one of them."


@pytest.mark.parametrize(
    ("content", "expected"), [(None, "cannot be read (No such file"), (b"\n", "is empty"), (b"\xff", "(not text)")]
)
def test_a_secrets_file_that_holds_none_is_named(tmp_path: Path, content: bytes | None, expected: str) -> None:
    """Variable, path and reason."""
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    without = {key: value for key, value in GOOD.items() if key != "DIALOGUE_MASTER_KEY"}

    sentence = complaint(without | {"DIALOGUE_MASTER_KEY_FILE": str(path)})

    assert sentence.startswith(f"DIALOGUE_MASTER_KEY_FILE is {path}, which ")
    assert expected in sentence


@pytest.mark.parametrize("key", [PASSWORD, "AAAA", pytest.param(MASTER[:-4], id="cut"), "-----BEGIN PRIVATE KEY-----"])
@pytest.mark.parametrize("name", ["DIALOGUE_MASTER_KEY", "DIALOGUE_SIGNING_KEY", "DIALOGUE_CURSOR_KEY"])
def test_a_wrong_key_is_refused_with_the_command_that_makes_one(name: str, key: str) -> None:
    """The sentence says how to make a right one, and shows nothing of the wrong one."""
    sentence = complaint(GOOD | {name: key})

    assert sentence.startswith(f"{name} is wrong")
    assert "`openssl " in sentence
    assert key not in sentence


def test_an_unknown_variable_is_refused_with_the_nearest_known_one() -> None:
    """A misspelt setting is not silently ignored."""
    sentence = complaint(GOOD | {"DIALOGUE_SMPT_HOST": "x"})

    assert sentence == "DIALOGUE_SMPT_HOST is not a setting of the engine; did you mean DIALOGUE_SMTP_HOST?"


def test_a_setting_that_is_no_secret_has_no_file() -> None:
    """DIALOGUE_API_PORT_FILE means nothing."""
    assert "DIALOGUE_API_PORT_FILE is not a setting" in complaint(GOOD | {"DIALOGUE_API_PORT_FILE": "/x"})


def test_variables_of_others_are_left_alone() -> None:
    """Only our own prefix is ours to judge."""
    assert Settings.read(GOOD | {"DIALOG": "x", "PATH": "/bin"}) is not None


@pytest.mark.parametrize(("security", "port"), [(None, 587), ("starttls", 587), ("TLS", 465)])
def test_mail_speaks_in_secret_unless_told_otherwise(security: str | None, port: int) -> None:
    """The port follows from the kind of security."""
    mail = Settings.read(GOOD | MAIL | ({"DIALOGUE_SMTP_SECURITY": security} if security else {})).mail

    assert mail is not None
    assert (mail.security, mail.port) == ((security or "starttls").lower(), port)
    assert (mail.user, mail.password, mail.sender) == ("dialogue", PASSWORD, "dialogue@example.org")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"DIALOGUE_SMTP_HOST": ""}, "DIALOGUE_SMTP_USER is set, but DIALOGUE_SMTP_HOST is not"),
        ({"DIALOGUE_SMTP_USER": ""}, "DIALOGUE_SMTP_USER is not set"),
        ({"DIALOGUE_SMTP_PASSWORD": ""}, "DIALOGUE_SMTP_PASSWORD is not set"),
        ({"DIALOGUE_SMTP_FROM": ""}, "DIALOGUE_SMTP_FROM is not set"),
        ({"DIALOGUE_SMTP_FROM": "dialogue@"}, "DIALOGUE_SMTP_FROM is 'dialogue@'"),
        ({"DIALOGUE_SMTP_SECURITY": "ssl"}, "DIALOGUE_SMTP_SECURITY is 'ssl'"),
        ({"DIALOGUE_SMTP_SECURITY": "none"}, "DIALOGUE_SMTP_SECURITY is 'none', which would send the password"),
        ({"DIALOGUE_SMTP_PORT": "smtp"}, "DIALOGUE_SMTP_PORT is 'smtp'"),
    ],
)
def test_wrong_mail_settings_are_named(change: dict[str, str], expected: str) -> None:
    """Mail that is half configured would be found out by the first notice."""
    assert complaint(GOOD | MAIL | change).startswith(expected)


def test_temporals_own_profile_file_is_read(tmp_path: Path) -> None:
    """The profile is chosen by our variable; TLS and API key come with it, and TEMPORAL_ variables win over it."""
    file = tmp_path / "temporal.toml"
    file.write_text(
        '[profile.prod]\naddress = "cloud.example.org:7233"\nnamespace = "n1"\napi_key = "tk-1234"\n'
        '[profile.prod.tls]\nserver_name = "cloud"\n'
    )
    environ = {key: value for key, value in GOOD.items() if key != "TEMPORAL_ADDRESS"}
    environ |= {"TEMPORAL_CONFIG_FILE": str(file), "DIALOGUE_TEMPORAL_PROFILE": "prod", "TEMPORAL_NAMESPACE": "n2"}

    temporal = Settings.read(environ).temporal

    assert (temporal.address, temporal.namespace) == ("cloud.example.org:7233", "n2")
    assert temporal.connect["api_key"] == "tk-1234"
    assert getattr(temporal.connect["tls"], "domain", None) == "cloud"


def test_a_missing_address_of_temporal_is_named(tmp_path: Path) -> None:
    """No server is guessed."""
    environ = {key: value for key, value in GOOD.items() if key != "TEMPORAL_ADDRESS"}

    assert complaint(environ | {"TEMPORAL_CONFIG_FILE": "/dev/null"}).startswith("TEMPORAL_ADDRESS is not set")


@pytest.mark.parametrize(
    "change",
    [
        {"DIALOGUE_TEMPORAL_PROFILE": "nope"},
        {"TEMPORAL_CONFIG_FILE": "bad.toml"},
        {"TEMPORAL_TLS_CLIENT_CERT_PATH": "/nonexistent"},
    ],
)
def test_a_profile_that_cannot_be_read_is_named_without_its_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: dict[str, str]
) -> None:
    """The parser quotes the line it stumbled on, and an API key may stand there."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.toml").write_text(f'[profile.default]\napi_key = "{PASSWORD}" x\n')

    assert complaint(GOOD | change).startswith("Temporal's profile ")


def test_payloads_are_sealed_as_soon_as_there_are_keys() -> None:
    """The first key seals; with `off` all of them only open, for a deployment whose processes do not all have them."""
    keys = GOOD | {"DIALOGUE_PAYLOAD_KEYS": f"{MASTER}\n{CURSOR}\n"}

    assert not Settings.read(GOOD).payloads.seals
    assert Settings.read(keys).payloads.seals
    assert not Settings.read(keys | {"DIALOGUE_PAYLOAD_ENCRYPTION": "off"}).payloads.seals
    assert len(Settings.read(keys).payloads.keys) == 2
    assert MASTER not in repr(Settings.read(keys))


def test_sealing_without_a_key_and_a_wrong_key_are_refused() -> None:
    """Neither is taken for plain text that somebody wanted."""
    without = complaint(GOOD | {"DIALOGUE_PAYLOAD_ENCRYPTION": "on"})
    wrong = complaint(GOOD | {"DIALOGUE_PAYLOAD_KEYS": f"{MASTER} {PASSWORD}"})

    assert without.startswith("DIALOGUE_PAYLOAD_KEYS is not set; it must be keys as `dialogue keys payload` makes them")
    assert wrong.startswith("DIALOGUE_PAYLOAD_KEYS is wrong")


@pytest.mark.parametrize(
    ("values", "is_traced"),
    [
        ({}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318", "OTEL_SDK_DISABLED": "TRUE"}, False),
    ],
)
def test_traces_go_to_a_collector_that_is_named(values: dict[str, str], is_traced: bool) -> None:
    """In OpenTelemetry's own words."""
    assert Settings.read(GOOD | values).is_traced is is_traced
