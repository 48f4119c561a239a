"""The data folder: one holder at a time, ports that stay, secrets that are made once."""

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from services.runtime.durable import write_whole
from services.runtime.home import Home, HomeInUse, HomeUnusable
from services.runtime.port import is_free, remembered_ports
from services.runtime.secret import (
    CURSOR_KEY,
    DATABASE_APP_PASSWORD,
    DATABASE_PASSWORD,
    KINDS,
    MASTER_KEY,
    SecretMissing,
    Secrets,
)

HOLD = """
import sys
from pathlib import Path
from services.runtime.home import Home
with Home.at(Path(sys.argv[1])).held():
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return a home that does not exist yet."""
    return Home.at(tmp_path / "home")


def test_a_held_home_refuses_another_process_and_names_the_holder(home: Home) -> None:
    """The sentence names folder and process, and the folder is free again when the holder is killed."""
    command = [sys.executable, "-c", HOLD, str(home.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(HomeInUse, match=f"{home.path} is in use by process {holder.pid};"), home.held():
            pass
        holder.kill()

    with home.held():
        assert home.lock.read_text() == f"{os.getpid()}\n"


def test_a_refused_holder_leaves_the_first_one_holding(home: Home) -> None:
    """A second try, and a third, find the lock where it was."""
    with home.held():
        for _ in range(2):
            with pytest.raises(HomeInUse), home.held():
                pass


def test_a_home_is_closed_to_others(home: Home) -> None:
    """Nobody else lists a new home, or enters its folders."""
    with home.held():
        folders = [home.secrets, home.logs, home.temporal, home.run]

    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert stat.S_IMODE(home.path.stat().st_mode) & 0o066 == 0


def test_a_home_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    """A file where the folder should be is named."""
    (tmp_path / "home").write_text("")

    with pytest.raises(HomeUnusable, match=r"home cannot be used .*--home\.$"), Home.at(tmp_path / "home").held():
        pass


def test_the_default_home_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without --home the platform's folder for user data is taken."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert Home.at().path == tmp_path / "dialogue"


def test_ports_are_remembered(tmp_path: Path) -> None:
    """Asking again gives the same ports, and a new name gets one of its own."""
    path = tmp_path / "ports.json"

    first = remembered_ports(path, ("postgres", "temporal"))
    second = remembered_ports(path, ("postgres", "temporal", "api"))

    assert {**second, **first} == second
    assert len(set(second.values())) == 3
    assert json.loads(path.read_text()) == second


def test_a_port_taken_by_somebody_else_is_chosen_anew(tmp_path: Path) -> None:
    """Only the taken port changes, and the change is remembered."""
    path = tmp_path / "ports.json"
    first = remembered_ports(path, ("postgres", "temporal"))

    with socket.create_server(("127.0.0.1", first["postgres"])):
        second = remembered_ports(path, ("postgres", "temporal"))

    assert second["temporal"] == first["temporal"]
    assert second["postgres"] not in first.values()
    assert is_free(second["postgres"])
    assert remembered_ports(path, ("postgres", "temporal")) == second


@pytest.mark.parametrize("content", ["", "{", "[]", '{"api": "x"}', '{"api": 0}', '{"api": 70000}'])
def test_a_damaged_file_of_ports_is_written_anew(tmp_path: Path, content: str) -> None:
    """Ports hold nothing that cannot be chosen again."""
    path = tmp_path / "ports.json"
    path.write_text(content)

    ports = remembered_ports(path, ("api",))

    assert json.loads(path.read_text()) == ports


def test_two_names_never_share_a_port(tmp_path: Path) -> None:
    """A file that says otherwise, edited by hand, is put right."""
    path = tmp_path / "ports.json"
    port = remembered_ports(path, ("api",))["api"]
    path.write_text(json.dumps({"api": port, "postgres": port}))

    ports = remembered_ports(path, ("api", "postgres"))

    assert ports["api"] != ports["postgres"]


def test_secrets_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    """Every secret is there, differs from the others, has mode 0600, and stays as it is."""
    secrets = Secrets(tmp_path)

    secrets.fill(has_data=False)
    first = {name: secrets.read(name) for name in KINDS}
    secrets.fill(has_data=True)

    assert first == {name: secrets.read(name) for name in KINDS}
    assert len(set(first.values())) == len(KINDS)
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert {path.name for path in tmp_path.iterdir()} == set(KINDS)


@pytest.mark.parametrize("name", [MASTER_KEY, DATABASE_PASSWORD])
def test_a_lost_secret_of_existing_data_is_not_made_up(tmp_path: Path, name: str) -> None:
    """A new master key would hide that the vault can no longer be read."""
    secrets = Secrets(tmp_path)
    secrets.fill(has_data=False)
    secrets.file(name).unlink()

    with pytest.raises(SecretMissing, match=f"{name} is missing"):
        secrets.fill(has_data=True)

    assert not secrets.file(name).exists()


@pytest.mark.parametrize("name", [CURSOR_KEY, DATABASE_APP_PASSWORD])
def test_a_lost_secret_that_no_data_needs_is_made_again(tmp_path: Path, name: str) -> None:
    """Page cursors are short-lived, and the owner can set the application role's password."""
    secrets = Secrets(tmp_path)
    secrets.fill(has_data=False)
    lost = secrets.read(name)
    secrets.file(name).unlink()

    secrets.fill(has_data=True)

    assert secrets.read(name) != lost


def test_an_emptied_secret_is_one_sentence(tmp_path: Path) -> None:
    """A file that lost its content is not read as an empty key."""
    secrets = Secrets(tmp_path)
    secrets.fill(has_data=False)
    secrets.file(MASTER_KEY).write_text("\n")

    with pytest.raises(SecretMissing, match="master-key is missing or empty"):
        secrets.read(MASTER_KEY)


def test_a_write_that_was_killed_half_way_is_written_over(tmp_path: Path) -> None:
    """What lies beside the file from an earlier try neither survives nor lends its mode."""
    (tmp_path / "key.new").write_text("half")
    (tmp_path / "key.new").chmod(0o666)

    write_whole(tmp_path / "key", b"whole")

    assert (tmp_path / "key").read_bytes() == b"whole"
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
