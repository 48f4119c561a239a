"""The deployment files: what they name exists, what they say the engine understands, and they hold no secret."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from services.runtime.environment import FILE, VARIABLES
from services.runtime.settings import Settings, read_owner_url
from services.runtime.temporal import NAMESPACE, RETENTION
from services.workflows.catalogue import SEARCH_ATTRIBUTES

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
IN_CONTAINER = "/run/secrets/"
COMPOSED = ("compose.yaml", "mail.yaml", "observe.yaml")


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
    for name in COMPOSED:
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
        for name in COMPOSED
        for service in compose(name)["services"].values()
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


def test_compose_files_name_what_is_declared() -> None:
    """Networks, volumes, secrets and services that another names; compose would start nothing."""
    whole = [compose(name) for name in COMPOSED]
    declared = {kind: set().union(*(each.get(kind, ()) for each in whole)) for kind in whole[0] if kind[:2] != "x-"}
    for service in (service for each in whole for service in each["services"].values()):
        named = [volume.split(":")[0] for volume in service.get("volumes", ()) if not volume.startswith(".")]
        assert set(named) <= declared["volumes"]
        assert set(service.get("networks", ())) <= declared["networks"]
        assert set(service.get("secrets", ())) <= declared["secrets"]
        assert set(service.get("depends_on", ())) <= declared["services"]


def test_nothing_is_open_to_other_machines() -> None:
    """What is published is so on the loopback alone; a proxy, or a tunnel, is somebody's decision."""
    ports = [port for name in COMPOSED for s in compose(name)["services"].values() for port in s.get("ports", ())]

    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_what_temporal_keeps_is_sealed_and_processes_are_watched(secrets: Path) -> None:
    """A deployment of these files has both without anybody's doing."""
    for service in ("api", "worker"):
        settings = Settings.read(environment_of(service, secrets))
        assert settings.payloads.seals
        assert (settings.log_format, settings.metrics_port) == ("json", 9464)
        assert not settings.is_traced
    scraped = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text())["scrape_configs"][0]
    assert scraped["dns_sd_configs"][0]["names"] == ["api", "worker"]
    assert scraped["dns_sd_configs"][0]["port"] == 9464


def test_the_container_file_is_as_it_should_be() -> None:
    """What hadolint finds is put right or ignored with a reason."""
    linted = subprocess.run(
        [Path(sys.executable).with_name("hadolint"), DEPLOY / "Containerfile"],
        check=False,
        capture_output=True,
        text=True,
    )

    assert linted.stdout + linted.stderr == ""
    assert linted.returncode == 0


def checks() -> set[str]:
    """Return the names of every check the doctor has."""
    found = set()
    for path in (ROOT / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding":
                (check,) = [each.value for each in node.keywords if each.arg == "check"]
                assert isinstance(check, ast.Constant), f"{path.name}: the name of a check is written where it is made"
                found.add(str(check.value))
    return found


def paragraphs(heading: str) -> dict[str, str]:
    """Return the paragraphs of the runbook under a heading, each by each of the names it begins with."""
    _, _, section = (DEPLOY / "runbook.md").read_text().partition(f"# {heading}\n")
    lines = re.findall(r"^\*\*([^*]+)\.\*\* (.+)$", section.partition("\n## ")[0], re.MULTILINE)
    return {name: said for names, said in lines for name in names.split(", ")}


def test_whatever_the_doctor_says_the_runbook_says_what_to_do() -> None:
    """Each check has its paragraph, and no paragraph is left over."""
    assert checks()
    assert set(paragraphs("When `dialogue doctor` says")) == checks()


def test_whatever_an_alert_says_the_runbook_says_what_to_do() -> None:
    """Each alert has its paragraph, and no paragraph is left over."""
    (group,) = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]

    assert set(paragraphs("When an alert says")) == {rule["alert"] for rule in group["rules"]}
    assert {rule["labels"]["severity"] for rule in group["rules"]} == {"page", "look"}
    assert all(rule["annotations"]["summary"].endswith(".") for rule in group["rules"])


def test_every_question_to_prometheus_can_be_read() -> None:
    """A slip in an alert is found out when it should have rung."""
    dashboard = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())
    (group,) = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += [rule["expr"] for rule in group["rules"]]

    assert len(asked) > 40
    for expression in asked:
        promql_parser.parse(expression)
