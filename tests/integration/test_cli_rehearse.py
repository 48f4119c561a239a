"""`dialogue rehearse`: its exit codes, its JSON, and that nothing of it is left."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest

from services.runtime.fleeting import PREFIX
from tests.integration.cli_process import dialogue, plain_environment

BEGIN = """\
scenario: Silence
starts: 2040-03-06T08:00:00Z
timeline:
  - at: 2040-03-06T08:00:00Z
    by: INTERPOL/coordinator
    do: open_silence
    with: {subject: Communiqué, text: We meet again., period: PT72H}
    as: s1
"""
REFUSED = """\
  - at: +PT1H
    by: UNODC/head_of_delegation
    do: ask_to_meeting
    with: {silence: s1}
"""
NEVER = """\
  - at: s1.broken_at
    by: AIMC/head_of_delegation
    do: object
    with: {silence: s1}
"""
EXPECT = "expect:\n  - {silence: s1, state: broken}\n"


def place(folder: Path) -> dict[str, str]:
    """Return an environment in which temporary files have a place of their own."""
    (folder / "temporary").mkdir(exist_ok=True)
    return {"TMPDIR": str(folder / "temporary")}


def left_behind(folder: Path) -> set[Path]:
    """Return the folders of rehearsals that are there."""
    return set((folder / "temporary").glob(f"{PREFIX}*"))


def write(folder: Path, *parts: str) -> Path:
    """Write a scenario."""
    file = folder / "scenario.yaml"
    file.write_text("".join(parts), encoding="utf-8")
    return file


async def test_an_expectation_that_does_not_hold_ends_with_1(tmp_path: Path) -> None:
    """What was found instead stands in the outcome, with every event, and nothing stays behind."""
    out = tmp_path / "outcome.json"

    done = await dialogue("rehearse", str(write(tmp_path, BEGIN, EXPECT)), "--json", str(out), environ=place(tmp_path))

    value = json.loads(out.read_text(encoding="utf-8"))
    assert (done.code, value["ok"]) == (1, False)
    assert value["expectations"] == [{"line": 10, "ok": False, "found": {"state": "opened"}}]
    assert [event["kind"] for event in value["events"][:2]] == ["matter_begun", "procedure_opened"]
    assert {notice["kind"] for notice in value["notices"]} == {"silence_opened"}
    assert all(at["at"] == "2040-03-06T08:00:00Z" for at in value["events"])
    assert "line 10 does not hold; found state: opened" in done.out
    assert not left_behind(tmp_path)


async def test_a_refusal_that_nobody_expected_ends_with_1(tmp_path: Path) -> None:
    """It is told with the engine's own sentence."""
    done = await dialogue("rehearse", str(write(tmp_path, BEGIN, REFUSED)), "--json", "-")

    value = json.loads(done.out)
    assert (done.code, value["ok"]) == (1, False)
    assert [refused["reason"] for refused in value["refusals"]] == ["NotPermitted"]
    assert value["expectations"][0]["line"] == 9


async def test_a_scenario_that_waits_for_ever_ends_with_2(tmp_path: Path) -> None:
    """An instant that never comes is named with its line."""
    done = await dialogue("rehearse", str(write(tmp_path, BEGIN, NEVER)))

    assert done.code == 2
    assert "scenario.yaml:9: s1.broken_at never came" in done.err


async def test_a_wrong_file_ends_with_2_before_anything_starts(tmp_path: Path) -> None:
    """Every fault is told with line and remedy; so is a step that comes before what has happened."""
    done = await dialogue("rehearse", str(write(tmp_path, BEGIN.replace("open_silence", "open_silense"))))

    assert done.code == 2
    assert "timeline[0].do: there is no command open_silense; did you mean open_silence?" in done.err
    assert (await dialogue("rehearse", str(tmp_path / "none.yaml"))).code == 2
    nowhere = await dialogue("rehearse", str(write(tmp_path, BEGIN)), "--json", str(tmp_path / "none" / "outcome.json"))
    assert (nowhere.code, nowhere.out) == (2, "")
    assert "the outcome cannot be written there; name a file in a folder that exists" in nowhere.err
    assert (await dialogue("rehearse")).code == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--procedure", "exercise@1"), "10 years of this cadence hold more than 240 sessions; ask for fewer years"),
        (("--procedure", "no-such@1"), "there is no procedure no-such@1; name one of"),
        (("--procedure", "wg-sc@1", "--behaviour", "none.yaml"), "none.yaml:1: the file cannot be read"),
    ],
)
async def test_years_that_cannot_be_lived_through_end_with_2(arguments: tuple[str, ...], sentence: str) -> None:
    """They are refused before anything starts."""
    done = await dialogue("rehearse", *arguments)

    assert (done.code, done.out) == (2, "")
    assert sentence in done.err


async def test_the_commands_are_printed_from_the_code() -> None:
    """Commands with their arguments, objects with their states."""
    done = await dialogue("rehearse", "--commands")

    assert done.code == 0
    assert "  object{silence, reason?: text}" in done.out
    assert "  outage{of: api|temporal|database, for: duration}" in done.out
    assert "opened, extended, adopted, broken, set_aside, to_meeting, withdrawn, lapsed" in done.out


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
async def test_ctrl_c_leaves_nothing_behind(tmp_path: Path, ending: signal.Signals) -> None:
    """Whoever interrupts a rehearsal gets the machine back as it was."""
    file = write(tmp_path, BEGIN, "until: 2060-01-01T00:00:00Z\n")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli", "rehearse", str(file)),
        env=plain_environment(**place(tmp_path)),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    async with asyncio.timeout(60):
        while not left_behind(tmp_path) and process.returncode is None:  # noqa: ASYNC110 - a folder tells nobody
            await asyncio.sleep(0.02)
        process.send_signal(ending)
        await process.wait()

    assert process.returncode == 130
    assert not left_behind(tmp_path)
