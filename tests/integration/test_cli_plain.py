"""What the command line says and how it ends where no server is needed."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from services.cli.ending import end_of
from services.client.refusal import Unreachable
from services.runtime.environment import SettingsError
from services.runtime.migrations import migrations_dir, newest_revision
from services.runtime.trouble import Trouble
from tests.integration.cli_process import dialogue

KEYS = {
    "DIALOGUE_DATABASE_URL": "postgresql://a:b@127.0.0.1:1/c",
    "TEMPORAL_ADDRESS": "127.0.0.1:1",
    "DIALOGUE_MASTER_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "DIALOGUE_CURSOR_KEY": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
}


async def test_help_is_quick_and_teaches() -> None:
    """Nothing heavy is loaded to show it."""
    began = time.monotonic()
    shown = await dialogue("--help")

    assert time.monotonic() - began < 1.5  # measured alone 0.15 s; the machine may be busy
    assert shown.code == 0
    assert "dialogue demo" in shown.out
    for group in ("up", "api", "worker", "migrate", "policies", "keys", "doctor", "ledger", "workflows", "demo"):
        assert (await dialogue(group, "--help")).code == 0


async def test_without_arguments_the_help_is_shown_as_a_wrong_use() -> None:
    """So does a group."""
    for arguments in ((), ("keys",)):
        shown = await dialogue(*arguments)
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
        (("doctor",), "DIALOGUE_DATABASE_URL is not set"),
        (("migrate",), "DIALOGUE_DATABASE_OWNER_URL is not set"),
        (("keys", "list"), "DIALOGUE_API_KEY is not set"),
    ],
)
async def test_wrong_use_is_one_sentence_and_exit_2(arguments: tuple[str, ...], sentence: str, tmp_path: Path) -> None:
    """Never a trace."""
    ended = await dialogue(*arguments, environ={"XDG_DATA_HOME": str(tmp_path)})
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert ended.err.count("\n") == 1


async def test_a_wrong_setting_is_named() -> None:
    """As it is by every process."""
    ended = await dialogue("api", environ={**KEYS, "DIALOGUE_API_PORT": "eighty"})
    assert ended.code == 2
    assert "DIALOGUE_API_PORT is 'eighty'; it must be a whole number" in ended.err or "SIGNING_KEY" in ended.err


async def test_an_api_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """Asking a folder that nothing runs over is one too."""
    ended = await dialogue("doctor", "--home", str(tmp_path / "nothing"))
    assert ended.code == 1
    assert "Nothing runs over" in ended.err
    assert ended.err.count("\n") == 1


async def test_policies_are_checked_and_shown(tmp_path: Path) -> None:
    """A fault is named by file and line, and ends with 1."""
    assert (await dialogue("policies", "check")).code == 0
    shown = json.loads((await dialogue("policies", "show")).out)
    assert "exercise@1" in shown["procedures"]
    assert (
        json.loads((await dialogue("policies", "schema", "procedure")).out)["$id"] == "urn:dialogue:policies:procedure"
    )

    for folder in ("procedures", "membership", "access"):
        (tmp_path / folder).mkdir()
    (tmp_path / "procedures" / "poem@1.yaml").write_text("procedure: poem\n")
    (tmp_path / "access" / "x.cedar").write_text("permit everything;")
    wrong = await dialogue("policies", "check", "--folder", str(tmp_path))
    assert wrong.code == 1
    assert "poem@1.yaml:1" in wrong.err
    assert "access" in wrong.err


async def test_all_commands_are_printed_from_the_code() -> None:
    """With the words people use, without what the engine fills in, and with the states of the nouns."""
    shown = (await dialogue("policies", "commands")).out
    assert "  amend{text, base_version: number, paragraph, text_new: text}" in shown
    assert "  object{reason?: text}" in shown
    assert "schedule_series{rrule?, zone?" in shown
    assert "action: not_started, in_progress, done, confirmed, superseded, dropped" in shown
    assert "secret_digest" not in shown
    assert "time_passed" not in shown


async def test_the_version_is_told() -> None:
    """With what decides along with it."""
    assert "tzdata" in (await dialogue("version")).out


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
