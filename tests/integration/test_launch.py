"""A launched process: dies with its parent, is never run twice, and has no more rights than it needs."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from services.runtime.child import LAUNCHER, Child, ChildFailed, Program, User, is_held, released

NOBODY = User(65_534, 65_534)
READ_SEARCH = f"{1 << 2:016x}"
NONE = f"{0:016x}"

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

START_AND_WAIT = """
import asyncio, sys
from pathlib import Path
from services.runtime.child import Child, Program
async def main(folder):
    program = Program(name="sleep", command=("/bin/sleep", "600"), log=folder / "log", lifeline=folder / "lifeline")
    child = Child(program)
    await child.start()
    await asyncio.Event().wait()
asyncio.run(main(Path(sys.argv[1])))
"""

MakeProgram = Callable[..., Program]


@pytest.fixture
def make_program(tmp_path: Path) -> MakeProgram:
    """Return a way to make programs that log to one file and share one lifeline."""

    def make(*command: str, user: User | None = None, reach: tuple[Path, ...] = ()) -> Program:
        lifeline, log = tmp_path / "lifeline", tmp_path / "log"
        return Program(name=command[0], command=command, log=log, lifeline=lifeline, user=user, reach=reach)

    return make


async def test_a_child_dies_when_its_parent_is_killed(tmp_path: Path) -> None:
    """The kernel sees to it; its lifeline is let go."""
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", START_AND_WAIT, str(tmp_path))
    async with asyncio.timeout(20):
        while not is_held(tmp_path / "lifeline"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    parent.kill()
    await parent.wait()

    await released(tmp_path / "lifeline", name="sleep")


def test_a_child_whose_parent_has_gone_already_does_not_start(tmp_path: Path) -> None:
    """The signal of a parent that died before it was asked for never comes."""
    order = {
        "command": ["/bin/sleep", "600"],
        "parent": os.getpid() + 1,
        "signal": signal.SIGTERM,
        "lifeline": str(tmp_path / "lifeline"),
        "user": None,
        "reach": [],
    }

    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(LAUNCHER), json.dumps(order)], capture_output=True, check=False, timeout=20
    )

    assert ended.returncode == 127
    assert ended.stderr == b"FATAL: the process that asked for this server has gone\n"


async def test_a_second_child_waits_for_the_first_and_says_who_is_in_the_way(make_program: MakeProgram) -> None:
    """While a process of an earlier start lives, nothing is started over the same data."""
    program = make_program("/bin/sleep", "600")
    first = Child(program)
    await first.start()
    async with asyncio.timeout(20):
        while not is_held(program.lifeline):  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    with pytest.raises(ChildFailed, match=f"An earlier sleep \\(process {first.pid}\\) is still running"):
        await released(program.lifeline, name="sleep", within=0.1)

    await first.stop(within=10)
    await released(program.lifeline, name="sleep")


async def test_a_child_that_ignores_the_request_to_stop_is_killed(make_program: MakeProgram) -> None:
    """The bound holds whatever the program does."""
    child = Child(make_program("/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 600; done"))
    await child.start()

    async def is_deaf() -> bool | None:
        return "deaf" in child.complaint() or None

    await child.wait_until_ready(is_deaf, within=20)
    await child.stop(within=0.1)

    assert await child.died() == -signal.SIGKILL
    assert child.pid is None


async def test_a_child_that_ends_while_starting_is_told_by_its_own_words(make_program: MakeProgram) -> None:
    """The sentence quotes the line of the log that complains, not the last one."""
    child = Child(make_program("/bin/sh", "-c", "echo 'FATAL: no room'; echo bye; exit 3"))
    await child.start()

    async def never() -> None:
        return None

    with pytest.raises(ChildFailed, match=r"ended while starting: FATAL: no room \(log: "):
        await child.wait_until_ready(never, within=20)


async def test_a_program_that_does_not_exist_is_told(make_program: MakeProgram) -> None:
    """So is a step of a set-up that fails."""
    with pytest.raises(ChildFailed, match="/nonexistent cannot be run: No such file or directory"):
        await Child(make_program("/nonexistent")).finish()


async def test_a_child_inherits_no_variables_that_could_steer_it(
    make_program: MakeProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PGPORT or TEMPORAL_ADDRESS of the caller mean other servers."""
    monkeypatch.setenv("PGPORT", "1")
    program = make_program("/usr/bin/env")

    await Child(program).finish()

    assert sorted(line.split("=")[0] for line in logged(program)) == ["LANG", "PATH", "TZ"]


@as_root
async def test_another_user_gets_no_capability_when_it_needs_none(make_program: MakeProgram) -> None:
    """Open folders are reached as that user is."""
    program = make_program("/bin/cat", "/proc/self/status", user=NOBODY, reach=(Path("/usr/bin"),))

    await Child(program).finish()

    assert status(program)["Uid"].split() == ["65534"] * 4
    assert status(program)["Groups"] == ""
    assert {status(program)[f"Cap{which}"] for which in ("Inh", "Prm", "Eff", "Amb")} == {NONE}


@as_root
async def test_another_user_passes_closed_folders_without_opening_them(
    make_program: MakeProgram, tmp_path: Path
) -> None:
    """It keeps the right to read and search, no more, and no folder's permission changes."""
    closed = tmp_path / "closed"
    data = closed / "data"
    data.mkdir(parents=True)
    closed.chmod(0o700)
    os.chown(data, NOBODY.uid, NOBODY.gid)
    data.chmod(0o700)
    before = [path.stat().st_mode for path in (tmp_path, closed, data)]
    script = f"cat /proc/self/status; touch {data}/made && ! touch {closed}/made"
    program = make_program("/bin/sh", "-c", script, user=NOBODY, reach=(data,))

    await Child(program).finish()

    assert {status(program)[f"Cap{which}"] for which in ("Inh", "Prm", "Eff", "Amb")} == {READ_SEARCH}
    assert (data / "made").stat().st_uid == NOBODY.uid
    assert not (closed / "made").exists()
    assert [path.stat().st_mode for path in (tmp_path, closed, data)] == before


@as_root
async def test_a_folder_that_cannot_be_reached_at_all_is_one_sentence(
    make_program: MakeProgram, tmp_path: Path
) -> None:
    """Such as one that does not exist."""
    with pytest.raises(ChildFailed, match=f"user 65534 cannot read {tmp_path}/nowhere; open it, or"):
        await Child(make_program("/bin/true", user=NOBODY, reach=(tmp_path / "nowhere",))).finish()


def logged(program: Program) -> list[str]:
    """Return the lines of a program's log."""
    return program.log.read_text().splitlines()


def status(program: Program) -> dict[str, str]:
    """Return the fields of the process status that the program printed."""
    fields = (line.split(":", 1) for line in logged(program) if ":" in line)
    return {field[0]: field[1].strip() for field in fields}
