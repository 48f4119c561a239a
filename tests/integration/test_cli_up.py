"""`dialogue up` as its users have it: everything comes up, comes back after a kill, and goes down at once."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from tests.integration.api_world import written
from tests.integration.cli_process import Ended, dialogue, plain_environment

PERSON = ("--name", "A. Coordinator", "--address", "coordinator@interpol.example")

ACTED = """
scenario: An extraordinary session of a working group
starts: {now}
timeline:
  - at: {now}
    by: INTERPOL/coordinator
    do: call_extraordinary_session
    with: {{body: wg-fa, starts: {ahead}, session: P1D, reason: To meet once more, procedure: wg-fa@1}}
    as: c1
  - at: +PT0S
    by: AIMC/head_of_delegation
    do: propose_item
    with: {{cycle: c1, title: The field, purpose: information}}
  - at: c1.starts -P200D
    by: INTERPOL/coordinator
    do: convene
    with: {{cycle: c1, mode: remote, place: nowhere}}
"""


@dataclass
class Up:
    """A running ``dialogue up``."""

    process: asyncio.subprocess.Process
    home: Path
    url: str
    shown: str

    def child(self, verb: str) -> int:
        """Return the process id of a child, as its lifeline says."""
        return int((self.home / "run" / verb).read_text())

    async def command(self, *arguments: str, **environ: str) -> Ended:
        """Run another command over the same home."""
        return await dialogue(*arguments, "--home", str(self.home), environ=environ)

    async def answers(self) -> bool:
        """Tell whether the API answers."""
        async with httpx.AsyncClient() as client:
            with suppress(httpx.TransportError):
                return (await client.get(f"{self.url}/healthz")).status_code == httpx.codes.OK
        return False


@asynccontextmanager
async def running(home: Path, *arguments: str, **environ: str) -> AsyncIterator[Up]:
    """Run ``dialogue up`` over a home until the block ends, and see to it that nothing is left behind."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli", "up", "--home", str(home), *arguments),
        env=plain_environment(PYTHONUNBUFFERED="1", **environ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        shown = await asyncio.wait_for(_until_ready(process), 60)
        url = re.search(r"API +(http://[\d.:]+)/v1", shown)
        assert url, shown
        yield Up(process, home, url[1], shown)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.communicate(), 10)
        with suppress(ProcessLookupError):
            process.kill()


async def _until_ready(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    shown = ""
    while "Ready after" not in shown:
        line = (await process.stdout.readline()).decode()
        if not line:
            assert process.stderr
            pytest.fail(shown + (await process.stderr.read()).decode())
        shown += line
    return shown


async def until(holds: Callable[[], Awaitable[bool]], *, within: float) -> None:
    """Wait until an asynchronous question is answered with yes."""
    async with asyncio.timeout(within):
        while True:
            if await holds():
                return
            await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
async def up(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Up]:
    """Give one that all tests of this module share; they may kill its children."""
    async with running(tmp_path_factory.mktemp("up") / "home") as up:
        yield up


async def test_it_serves_and_all_is_well(up: Up) -> None:
    """The doctor has nothing to say, and the addresses shown are right."""
    assert await up.answers()
    well = await up.command("doctor")
    assert (well.code, well.out) == (0, "All is well.\n")
    assert "Temporal UI" in up.shown


async def test_it_keeps_below_seven_hundred_megabytes(up: Up) -> None:
    """Counting shared pages with every process that shares them."""
    group = [up.process.pid, *_descendants(up.process.pid)]
    assert len(group) > 8
    assert sum(_resident(pid) for pid in group) < 700_000_000


async def test_a_second_one_over_the_same_home_leaves_the_first_alone(up: Up) -> None:
    """It says who holds the folder, in one sentence."""
    second = await dialogue("up", "--home", str(up.home))
    assert second.code == 1
    assert f"is in use by process {up.process.pid}" in second.err
    assert second.err.count("\n") == 1
    assert await up.answers()


@pytest.fixture(scope="module")
async def first(up: Up) -> Ended:
    """Give how the issue of the first key ended."""
    return await up.command("keys", "issue", "--bootstrap", *PERSON)


@pytest.fixture
def coordinator(first: Ended, tmp_path: Path) -> Path:
    """Give a file that holds the coordinator's key."""
    file = tmp_path / "coordinator"
    file.write_text(first.out)
    return file


async def test_the_first_key_is_issued_once_and_others_over_the_api(up: Up, first: Ended) -> None:
    """With it people are listed, equipped and barred; what is refused ends with 1 and the reason."""
    assert first.code == 0
    assert re.fullmatch(r"dlg_k-[0-9a-f]+_[\w-]{43}\n", first.out)
    assert "will not be shown again" in first.err

    again = await up.command("keys", "issue", "--bootstrap", *PERSON)
    assert again.code == 1
    assert again.out == ""
    assert again.err.count("\n") == 1

    key = {"DIALOGUE_KEY": first.out.strip()}
    listed = await up.command("keys", "list", **key)
    assert listed.code == 0
    (line,) = listed.out.splitlines()
    appointment = line.split()[1]
    issued = await up.command(
        "keys", "issue", "--appointment", appointment, "--scopes", "read", "--days", "1", "--quiet", **key
    )
    assert issued.code == 0, issued.err
    key_id = issued.out.split("_")[1]
    assert (await up.command("keys", "revoke", key_id, "--reason", "only a test", **key)).code == 0
    listed = await up.command("keys", "list", **key)
    assert re.search(f"{key_id} .* revoked", listed.out)
    barred = await up.command("keys", "list", DIALOGUE_KEY=issued.out.strip())
    assert barred.code == 1
    assert "revoked" in barred.err


async def test_a_calendar_feed_is_opened_and_closed(up: Up, coordinator: Path) -> None:
    """The whole address is printed once; revoking the key that it names closes it."""
    mine = ("--key-file", str(coordinator))
    appointment = (await up.command("keys", "list", *mine)).out.split()[1]
    opened = await up.command("keys", "feed", "--appointment", appointment, *mine)
    assert opened.code == 0, opened.err
    assert "will not be shown again" in opened.err
    (key_id,) = re.findall(r"Its key is (k-[0-9a-f]+),", opened.err)

    async with httpx.AsyncClient() as calendar:
        shown = await calendar.get(opened.out.strip())
        assert shown.status_code == 200
        assert shown.text.startswith("BEGIN:VCALENDAR\r\n")
        assert (await up.command("keys", "revoke", key_id, *mine)).code == 0
        assert (await calendar.get(opened.out.strip())).status_code == 404


async def test_the_desk_finds_what_runs_and_shows_what_waits(up: Up, coordinator: Path) -> None:
    """In the caller's own zone unless another is asked for; for programs as JSON; with the call that ends it."""
    mine = ("--key-file", str(coordinator))
    shown = await up.command("waiting", *mine)
    assert shown.code == 0, shown.err
    assert "Times in Europe/Paris" in shown.out
    assert "schedule series" in shown.out
    assert "POST /v1/bodies/dialogue/series" in shown.out
    assert "Times in Asia/Dubai" in (await up.command("waiting", *mine, "--zone", "Asia/Dubai")).out

    waits = json.loads((await up.command("waiting", *mine, "--body", "wg-fa", "--json")).out)
    assert [(each["what"], each["body"], each["is_overdue"]) for each in waits] == [("schedule_series", "wg-fa", False)]
    assert waits[0]["since"].endswith("Z")
    for command in ("deadlines", "cycles", "actions"):
        assert json.loads((await up.command(command, *mine, "--json")).out) == []
    told = json.loads((await up.command("notices", *mine, "--everybody", "--json")).out)
    assert {each["state"] for each in told} <= {"queued", "delivered"}
    missing = await up.command("cycles", "dialogue", "99", *mine)
    assert (missing.code, missing.out, missing.err.count("\n")) == (1, "", 1)


async def test_a_file_is_acted_over_what_runs(up: Up, coordinator: Path, tmp_path: Path) -> None:
    """Looked at first; then each step at its instant, and none of them twice."""
    now = datetime.now(UTC).replace(microsecond=0)
    file = tmp_path / "call.yaml"
    file.write_text(ACTED.format(now=written(now), ahead=written(now + timedelta(days=400))))
    mine = (str(file), "--key-file", str(coordinator))
    looked = await up.command("act", *mine, "--dry-run")
    assert looked.code == 0, looked.err
    assert "reason: To meet once more" in looked.out
    assert "POST /v1/bodies/wg-fa/extraordinary-sessions" in looked.out

    acted = await up.command("act", *mine, "--json")
    assert acted.code == 0, acted.err
    told = json.loads(acted.out)
    assert [each["state"] for each in told["steps"]] == ["done", "not_ours", "next"]
    again = await up.command("act", *mine)
    assert again.code == 0, again.err
    assert "done before" in again.out
    assert "Next is step 3, convene by INTERPOL/coordinator" in again.out
    assert str(file) in again.out.splitlines()[-1]
    cycles = json.loads((await up.command("cycles", "wg-fa", "--key-file", str(coordinator), "--json")).out)
    assert [each["number"] for each in cycles] == [1]

    one = await up.command("cycles", "wg-fa", "1", "--key-file", str(coordinator))
    assert one.code == 0, one.err
    assert "not convened yet" in one.out
    assert "POST /v1/cycles/wg-fa/1/convening" in one.out

    foreign = await up.command("act", *mine, "--as", f"EUROPOL/head_of_delegation={coordinator}")
    assert foreign.code == 2
    assert "that of INTERPOL/coordinator" in foreign.err
    assert coordinator.read_text().strip() not in looked.out + acted.out + again.out + foreign.err


@pytest.mark.parametrize("verb", ["api", "worker"])
async def test_what_is_killed_comes_back(up: Up, verb: str) -> None:
    """A new process serves in place of the one that was killed."""
    killed = up.child(verb)
    os.kill(killed, signal.SIGKILL)

    async def is_another() -> bool:
        with suppress(ValueError):
            return up.child(verb) != killed and await up.answers()
        return False

    await until(is_another, within=30)

    async def is_well() -> bool:
        return (await up.command("doctor")).code == 0

    await until(is_well, within=30)


async def test_the_record_is_what_the_ledger_says(up: Up) -> None:
    """After all that was done to it."""
    assert (await up.command("ledger", "rebuild", "--check")).code == 0
    assert (await up.command("workflows", "rebuild", "--check")).code == 0


async def test_ctrl_c_stops_everything_in_less_than_five_seconds_and_nothing_is_lost(tmp_path: Path) -> None:
    """A second start finds the key that was issued, on the port that was chosen; a wrong setting is a sentence."""
    home, port = tmp_path / "home", 20_000 + os.getpid() % 10_000
    async with running(home, "--api-port", str(port)) as first:
        key = (await first.command("keys", "issue", "--bootstrap", "--quiet", *PERSON)).out.strip()
        children = _descendants(first.process.pid)
        began = time.monotonic()
        first.process.send_signal(signal.SIGINT)
        out, _ = await first.process.communicate()
        took = time.monotonic() - began
    assert first.process.returncode == 0
    assert out.decode().endswith("Stopped.\n")
    assert took < 5
    assert not [pid for pid in children if Path(f"/proc/{pid}/stat").exists()]

    async with running(home) as second:
        assert second.url == f"http://127.0.0.1:{port}"
        assert "keys issue --bootstrap" not in second.shown
        listed = await second.command("keys", "list", DIALOGUE_KEY=key)
        assert listed.code == 0, listed.err

    wrong = await dialogue("up", "--home", str(home), environ={"DIALOGUE_SMTP_USER": "x"})
    assert wrong.code == 2
    assert "DIALOGUE_SMTP_USER is set, but DIALOGUE_SMTP_HOST is not" in wrong.err
    assert wrong.err.count("\n") == 1


@pytest.mark.parametrize("after", [0.5, 1.5])
async def test_ctrl_c_while_starting_leaves_nothing_behind(tmp_path: Path, after: float) -> None:
    """Whatever was being started is stopped again."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli", "up", "--home", str(tmp_path / "home")),
        env=plain_environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    await asyncio.sleep(after)
    started = _descendants(process.pid)
    process.send_signal(signal.SIGINT)
    await asyncio.wait_for(process.communicate(), 10)

    async def all_ended() -> bool:
        return not any(_is_running(pid) for pid in started)

    await until(all_ended, within=5)  # what a killed initdb had started itself ends a moment after it


def _descendants(pid: int) -> list[int]:
    children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return children + [below for child in children for below in _descendants(child)]


def _is_running(pid: int) -> bool:
    """Tell whether a process is there and has not ended; one that nobody reaps has, where no init does."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
