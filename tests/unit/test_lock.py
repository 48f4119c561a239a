"""The lock: every dependency pinned by version and hash, and no word of where packages come from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
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
            *settings["dependency-groups"].values(),
            settings["build-system"]["requires"],
        )
        for line in lines
    ]


def locked() -> dict[str, tuple[str, list[str]]]:
    """Return the lock: for each package its version and its hashes."""
    packages: dict[str, tuple[str, list[str]]] = {}
    hashes: list[str] = []
    for line in (ROOT / "requirements.lock").read_text().splitlines():
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


def test_every_package_is_hashed() -> None:
    """One package without a hash would make pip refuse, or trust, the whole file."""
    packages = locked()

    assert packages
    assert [name for name, (_, hashes) in packages.items() if not hashes] == []


def test_the_lock_names_no_index_and_no_machine() -> None:
    """Packages come from whatever index the reader's own configuration names."""
    lock = (ROOT / "requirements.lock").read_text()

    assert (
        re.findall(r"https?:|file:|[\w.-]+://|--(?!hash=)[\w-]*(?:index|find-links|host)[\w-]*|(?<=\s)/\S+", lock) == []
    )
