"""The locks: every dependency pinned by version and hash, and no word of where packages come from."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements.lock"
CLIENTS = ROOT / "tests" / "clients"
CLIENTS_LOCK = CLIENTS / "requirements.lock"
PIN = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;\\]+)")


def asked_for() -> list[Requirement]:
    """Return what pyproject.toml asks for: to run, to run everything on one machine, to build, to develop."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = settings["project"]
    return [
        Requirement(line)
        for lines in (
            project["dependencies"],
            *project["optional-dependencies"].values(),
            settings["dependency-groups"]["dev"],
            settings["build-system"]["requires"],
        )
        for line in lines
    ]


def asked_for_by_clients() -> list[Requirement]:
    """Return what the calendars that read the feed in tests need."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [Requirement(line) for line in settings["dependency-groups"]["clients"]]


def locked(lock: Path = LOCK) -> dict[str, tuple[str, list[str]]]:
    """Return a lock: for each package its version and its hashes."""
    packages: dict[str, tuple[str, list[str]]] = {}
    hashes: list[str] = []
    for line in lock.read_text().splitlines():
        if pin := PIN.match(line):
            hashes = []
            packages[pin["name"]] = (pin["version"], hashes)
        elif hashed := re.fullmatch(r" +--hash=sha256:([0-9a-f]{64})(?: \\)?", line):
            hashes.append(hashed[1])
        else:
            assert not line.strip() or line.lstrip().startswith("#"), f"neither a pin nor a hash: {line}"
    return packages


@pytest.mark.parametrize("requirement", asked_for(), ids=str)
def test_every_dependency_is_locked_at_a_version_it_allows(requirement: Requirement) -> None:
    """A lock older than pyproject.toml is found out."""
    version, _ = locked()[canonicalize_name(requirement.name)]

    assert requirement.specifier.contains(version)


@pytest.mark.parametrize("requirement", asked_for_by_clients(), ids=str)
def test_every_client_is_locked_at_a_version_it_allows(requirement: Requirement) -> None:
    """Clients have a lock of their own, so that only tests need them."""
    version, _ = locked(CLIENTS_LOCK)[canonicalize_name(requirement.name)]

    assert requirement.specifier.contains(version)


def test_clients_share_the_versions_of_the_rest() -> None:
    """Both locks are installed into one environment."""
    ours, theirs = locked(), locked(CLIENTS_LOCK)

    assert {name: ours[name][0] for name in ours.keys() & theirs} == {
        name: theirs[name][0] for name in ours.keys() & theirs
    }


@pytest.mark.parametrize("lock", [LOCK, CLIENTS_LOCK], ids=["all", "clients"])
def test_every_package_is_hashed(lock: Path) -> None:
    """One package without a hash would make pip refuse, or trust, the whole file."""
    packages = locked(lock)

    assert packages
    assert [name for name, (_, hashes) in packages.items() if not hashes] == []


@pytest.mark.parametrize("lock", [LOCK, CLIENTS_LOCK], ids=["all", "clients"])
def test_the_lock_names_no_index_and_no_machine(lock: Path) -> None:
    """Packages come from whatever index the reader's own configuration names."""
    found = re.findall(
        r"https?:|file:|[\w.-]+://|--(?!hash=)[\w-]*(?:index|find-links|host)[\w-]*|(?<=\s)/\S+", lock.read_text()
    )

    assert found == []


def test_the_lock_of_node_packages_has_hashes_and_names_no_registry() -> None:
    """Those too come from whatever registry the reader's own configuration names."""
    lock = json.loads((CLIENTS / "package-lock.json").read_text())
    packages = {name: told for name, told in lock["packages"].items() if name}

    assert packages
    assert all(told["integrity"].startswith("sha512-") and "resolved" not in told for told in packages.values())
