"""The deployment files: what they name exists, what they say the engine understands, and they hold no secret."""

import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.runtime.environment import FILE, VARIABLES
from services.runtime.settings import Settings, read_owner_url
from services.runtime.temporal import NAMESPACE, RETENTION
from services.workflows.catalogue import SEARCH_ATTRIBUTES

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
IN_CONTAINER = "/run/secrets/"


def deployed() -> Iterator[tuple[Path, str]]:
    """Give the deployment's files that belong to the project, and what they say."""
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file() and "secrets" not in path.relative_to(DEPLOY).parts:
            yield path, path.read_text()


def compose(name: str = "compose.yaml") -> Any:
    """Return a compose file as data."""
    return yaml.safe_load((DEPLOY / name).read_text())


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the secrets of a new deployment, as its runbook says."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, with which operators make secrets, is not on this machine")
    script = shutil.copy(DEPLOY / "new-secrets.sh", tmp_path_factory.mktemp("deploy"))
    subprocess.run([script], check=True, capture_output=True)
    return Path(script).parent / "secrets"


def environment_of(service: str, secrets: Path, *, name: str = "compose.yaml") -> dict[str, str]:
    """Return what a service's process finds in its environment, with the secrets where they lie here."""
    environment = compose(name)["services"][service]["environment"]
    return {
        key: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value).replace(IN_CONTAINER, f"{secrets}/")
        for key, value in environment.items()
    }


def test_every_setting_named_is_one_of_the_engine() -> None:
    """A misspelt or outdated variable would be refused at the start, on somebody's production machine."""
    known = {*VARIABLES, *(name + FILE for name, variable in VARIABLES.items() if variable.secret)}
    named = {name for _, text in deployed() for name in re.findall(r"\bDIALOGUE_[A-Z_]+\b", text)}

    assert named
    assert named - known == set()


@pytest.mark.parametrize("service", ["api", "worker"])
def test_the_engine_understands_the_settings_of_its_services(service: str, secrets: Path) -> None:
    """Every TEMPORAL_ variable given to them is one that is read: address and namespace are what they say."""
    environment = environment_of(service, secrets)

    settings = Settings.read(environment)

    assert (settings.temporal.address, settings.temporal.namespace) == ("temporal:7233", NAMESPACE)
    assert {name for name in environment if name.startswith("TEMPORAL_")} == {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}
    assert settings.database_url.startswith("postgresql+asyncpg://dialogue_app:")
    assert read_owner_url(environment_of("migrate", secrets)).startswith("postgresql+asyncpg://dialogue:")


def test_the_engine_understands_the_settings_of_mail(secrets: Path, tmp_path: Path) -> None:
    """The mail file adds to the worker what a mail server asks for."""
    shutil.copytree(secrets, tmp_path, dirs_exist_ok=True)
    (tmp_path / "smtp-password").write_text("a password")
    asked = {"DIALOGUE_SMTP_HOST": "mail", "DIALOGUE_SMTP_FROM": "dialogue@example.org", "DIALOGUE_SMTP_USER": "us"}

    mail = Settings.read(
        {**environment_of("worker", tmp_path), **environment_of("worker", tmp_path, name="mail.yaml"), **asked}
    ).mail

    assert mail is not None
    assert (mail.host, mail.security, mail.user, mail.password) == ("mail", "starttls", "us", "a password")


def test_secrets_are_made_once_and_are_all_that_compose_asks_for(secrets: Path) -> None:
    """A second run keeps each secret; no service is given one that is not declared."""
    declared = {name: secret["file"] for name, secret in compose()["secrets"].items()}
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}

    subprocess.run([secrets.parent / "new-secrets.sh"], check=True, capture_output=True)

    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before
    assert declared == {name: f"./secrets/{name}" for name in before}
    assert {name for service in compose()["services"].values() for name in service.get("secrets", ())} == set(declared)


def test_no_secret_stands_in_the_files() -> None:
    """Whatever is called a password or a key is the name of a file, or is taken from one."""
    for name in ("compose.yaml", "mail.yaml"):
        for service in compose(name)["services"].values():
            for key, value in service.get("environment", {}).items():
                if re.search(r"PASSWORD|PWD|_KEY|DATABASE_URL|SECRET|TOKEN", key):
                    assert key.endswith("_FILE"), key
                    assert value.startswith(IN_CONTAINER), key
    assert [path for path, text in deployed() if re.search(r"BEGIN [A-Z ]*PRIVATE KEY", text)] == []
    assert "deploy/secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_every_file_mounted_is_there() -> None:
    """A mount that names nothing becomes an empty folder, and a job that does nothing."""
    mounts = [
        volume.split(":")[0]
        for service in compose()["services"].values()
        for volume in service.get("volumes", ())
        if volume.startswith(".")
    ]

    assert mounts
    assert [mount for mount in mounts if not (DEPLOY / mount).is_file()] == []


def test_the_image_is_made_of_what_is_there() -> None:
    """What the container file copies exists and is let through to the build; its tag is this release."""
    release = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    let_through = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    lines = (DEPLOY / "Containerfile").read_text().splitlines()
    copied = [
        source
        for line in lines
        if re.match(r"COPY (?!--from)", line)
        for source in line.removeprefix("COPY ").split()[:-1]
    ]

    assert copied
    assert [source for source in copied if not (ROOT / source).exists() or f"!{source}" not in let_through] == []
    for service in ("migrate", "api", "worker"):
        assert compose()["services"][service]["image"] == f"dialogue-engine:{release}"


def test_the_namespace_is_made_as_the_engine_needs_it() -> None:
    """Elsewhere as on one machine: the same search attributes, the same retention."""
    script = (DEPLOY / "temporal" / "namespace.sh").read_text()
    names = re.search(r"^for name in (.+); do$", script, re.MULTILINE)
    days = re.search(r"^RETENTION=(\d+)d\b", script, re.MULTILINE)

    assert names is not None
    assert days is not None
    assert names[1].split() == [attribute.name for attribute in SEARCH_ATTRIBUTES]
    assert timedelta(days=int(days[1])) == RETENTION


@pytest.mark.parametrize("script", sorted(DEPLOY.rglob("*.sh")), ids=lambda path: path.name)
def test_every_script_can_be_read_by_a_shell(script: Path) -> None:
    """Scripts run on first start, where nobody tries them beforehand; git keeps that they may be run."""
    subprocess.run(["sh", "-n", script], check=True)

    assert script.stat().st_mode & 0o111
