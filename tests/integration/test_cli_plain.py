"""What the command line says and how it ends where no server is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli.ending import end_of
from services.cli.main import outcome_of
from services.cli.reach import read_key
from services.client.refusal import Unreachable
from services.policies.folder import policies_dir
from services.runtime.environment import SettingsError
from services.runtime.migrations import migrations_dir, newest_revision
from services.runtime.trouble import Trouble
from tests.integration.cli_process import Ended, dialogue

ENGINE = ("up", "api", "worker", "migrate", "policies", "keys", "doctor", "ledger", "workflows", "demo")
DESK = ("waiting", "deadlines", "cycles", "actions", "notices")
SCENARIO = str(policies_dir() / "scenarios" / "04-one-second-before.yaml")
Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Give a way to run the command line in this process, with none of our settings."""
    for name in list(os.environ):
        if name.startswith(("DIALOGUE_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        code = outcome_of(arguments)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run


async def test_help_is_quick_and_the_command_runs_as_a_module() -> None:
    """Nothing heavy is loaded to show it."""
    began = time.monotonic()
    shown = await dialogue("--help")

    assert time.monotonic() - began < 1.5  # alone it takes 0.15 s; the machine may be busy
    assert shown.code == 0
    assert "dialogue demo" in shown.out


def test_help_loads_nothing_of_the_engine(run: Run) -> None:
    """So that it stays quick."""
    code = "import sys; import services.cli.main; print([m for m in HEAVY if m in sys.modules])"
    heavy = ("pydantic", "temporalio", "sqlalchemy", "asyncpg", "rich", "fastapi", "httpx", "services.domain.message")
    shown = subprocess.run(
        [sys.executable, "-c", code.replace("HEAVY", repr(heavy))], check=True, capture_output=True, text=True
    )
    assert shown.stdout == "[]\n"


def test_every_group_teaches(run: Run) -> None:
    """Its help says what it is for."""
    for group in (
        "up",
        "api",
        "worker",
        "migrate",
        "policies",
        "keys",
        "doctor",
        "ledger",
        "workflows",
        "demo",
        "act",
        *DESK,
    ):
        shown = run(group, "--help")
        assert shown.code == 0
        assert shown.out.startswith(f"Usage: dialogue {group}")


def test_without_arguments_the_help_is_shown_as_a_wrong_use(run: Run) -> None:
    """So does a group."""
    for arguments in ((), ("keys",)):
        shown = run(*arguments)
        assert shown.code == 2
        assert shown.err.startswith("Usage: dialogue")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("polices",), "No such command 'polices'"),
        (("up", "--port", "1"), "No such option"),
        (("keys", "issue"), "Name the --appointment"),
        (("keys", "issue", "--bootstrap"), "The first key needs --name and --address"),
        (("policies", "schema", "poem"), "There is no kind of policy file poem"),
        (("policies", "commands", "poem"), "There is no poem"),
        (("worker",), "DIALOGUE_DATABASE_URL is not set"),
        (("api",), "DIALOGUE_DATABASE_URL is not set"),
        (("doctor",), "DIALOGUE_DATABASE_URL is not set"),
        (("migrate",), "DIALOGUE_DATABASE_OWNER_URL is not set"),
        (("keys", "list"), "DIALOGUE_KEY is not set"),
        *(((each,), "DIALOGUE_KEY is not set") for each in DESK),
        (("act", SCENARIO), "DIALOGUE_KEY is not set"),
        (("act", SCENARIO, "--as", "EUROPOL=key"), "should be like EUROPOL/head_of_delegation=FILE"),
        (("act", SCENARIO, "--as", "EUROPOL/chair=nothing"), "The key file nothing cannot be read"),
        (("waiting", "--key-file", "nothing"), "The key file nothing cannot be read"),
    ],
)
def test_wrong_use_is_one_sentence_and_exit_2(run: Run, arguments: tuple[str, ...], sentence: str) -> None:
    """Never a trace."""
    ended = run(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert ended.err.count("\n") == 1


def test_a_folder_that_nothing_runs_over_is_a_sentence(run: Run, tmp_path: Path) -> None:
    """It names the command that would."""
    ended = run("doctor", "--home", str(tmp_path / "nothing"))
    assert ended.code == 1
    assert "Nothing runs over" in ended.err
    assert "dialogue up --home" in ended.err
    assert ended.err.count("\n") == 1


def test_an_api_that_is_away_is_a_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """After it was asked for long enough."""
    monkeypatch.setattr(
        "services.client.patience.Patience.__init__.__kwdefaults__", {"first": 0.01, "longest": 0.01, "total": 0.05}
    )
    monkeypatch.setenv("DIALOGUE_KEY", "dlg_k-1_x")
    ended = run("keys", "list", "--url", "http://127.0.0.1:1")
    assert ended.code == 1
    assert "The API at http://127.0.0.1:1" in ended.err
    assert ended.err.count("\n") == 1


def test_a_zone_that_there_is_not_is_a_wrong_use(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the nearest there is is named."""
    monkeypatch.setenv("DIALOGUE_KEY", "dlg_k-1_x")
    ended = run("waiting", "--zone", "Europe/Pariss", "--url", "http://127.0.0.1:1")
    assert (ended.code, ended.out) == (2, "")
    assert "did you mean Europe/Paris?" in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("kept", ["dlg_k-1_secret\n", "Authorization: Bearer dlg_k-1_secret\n"])
def test_a_key_is_read_from_a_file_in_either_form(tmp_path: Path, kept: str) -> None:
    """Bare, or as the header that carries it."""
    (tmp_path / "key").write_text(kept)
    assert read_key(tmp_path / "key") == "dlg_k-1_secret"


@pytest.mark.parametrize("kept", ["", "two words", "\u0645"])
def test_a_file_that_holds_no_key_is_named_and_not_shown(tmp_path: Path, kept: str) -> None:
    """What is in it may be another secret."""
    (tmp_path / "key").write_text(kept)
    with pytest.raises(SettingsError, match="holds no key") as wrong:
        read_key(tmp_path / "key")
    assert not kept or kept not in str(wrong.value)


def test_a_scenario_to_be_acted_is_read_as_strictly_as_one_to_be_rehearsed(run: Run, tmp_path: Path) -> None:
    """A fault is a sentence with file, line and remedy; nobody is asked anything."""
    (tmp_path / "s.yaml").write_text(Path(SCENARIO).read_text().replace("do: object", "do: objct"))
    for file, said in ((tmp_path / "s.yaml", "there is no command objct"), (tmp_path / "nothing.yaml", "nothing.yaml")):
        ended = run("act", str(file), "--url", "http://127.0.0.1:1")
        assert (ended.code, ended.out) == (1, "")
        assert said in ended.err
        assert "should not happen" not in ended.err


def test_policies_are_checked_and_shown(run: Run, tmp_path: Path) -> None:
    """A fault is named by file and line, and ends with 1."""
    assert run("policies", "check").code == 0
    shown = json.loads(run("policies", "show").out)
    assert "exercise@1" in shown["procedures"]
    assert json.loads(run("policies", "schema", "procedure").out)["$id"] == "urn:dialogue:policies:procedure"

    for folder in ("procedures", "membership", "access"):
        (tmp_path / folder).mkdir()
    (tmp_path / "procedures" / "poem@1.yaml").write_text("procedure: poem\n")
    (tmp_path / "access" / "x.cedar").write_text("permit everything;")
    wrong = run("policies", "check", "--folder", str(tmp_path))
    assert wrong.code == 1
    assert "poem@1.yaml:1" in wrong.err
    assert "access" in wrong.err


def test_all_commands_are_printed_from_the_code(run: Run) -> None:
    """With the words people use, without what the engine fills in, and with the states of the nouns."""
    shown = run("policies", "commands").out
    assert "  amend{text, base_version: number, paragraph, text_new: text}" in shown
    assert "  object{reason?: text}" in shown
    assert "schedule_series{rrule?, zone?" in shown
    assert "action: not_started, in_progress, done, confirmed, superseded, dropped" in shown
    assert "secret_digest" not in shown
    assert "time_passed" not in shown


def test_the_version_is_told(run: Run) -> None:
    """With what decides along with it."""
    assert "tzdata" in run("version").out


def test_endings_are_told_apart() -> None:
    """What people can put right is told from what should not happen."""
    assert end_of(SettingsError("x is wrong")) == (2, "X is wrong.")
    assert end_of(Trouble("it broke.")) == (1, "It broke.")
    assert end_of(Unreachable("http://x", "no"))[0] == 1
    code, sentence = end_of(KeyError("surprise"))
    assert code == 1
    assert "should not happen" in sentence


def test_the_newest_revision_is_the_one_alembic_finds() -> None:
    """Though it is read without loading it."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrations_dir()))
    assert newest_revision() == ScriptDirectory.from_config(config).get_current_head()
