"""An older PostgreSQL put under a newer Temporal of one machine: `dialogue up` says so, and waits for a person."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from services.commands.older import OLDER
from tests.integration.test_cli_up import PERSON, running, until


@pytest.mark.timeout(300)  # three starts of everything, on machines that have much else to do
async def test_up_over_an_older_database_says_what_to_do_and_serves_once_it_is_done(tmp_path: Path) -> None:
    """The data folder of yesterday's backup under today's Temporal: nothing is served until somebody lets it hold."""
    home, backup = tmp_path / "home", tmp_path / "backup"
    async with running(home):
        pass
    await copy(home / "postgres", backup)
    async with running(home) as up:
        assert (await up.command("keys", "issue", "--bootstrap", "--quiet", *PERSON)).code == 0
    shutil.rmtree(home / "postgres")
    await copy(backup, home / "postgres")

    async with running(home) as up:
        assert OLDER in " ".join(up.shown.split())
        assert "dialogue workflows rebuild --accept-loss" in " ".join(up.shown.split())
        refused = await up.command("keys", "issue", "--bootstrap", "--quiet", *PERSON)
        accepted = await up.command("workflows", "rebuild", "--accept-loss")

        async def is_served() -> bool:
            return (await up.command("keys", "issue", "--bootstrap", "--quiet", *PERSON)).code == 0

        await until(is_served, within=60)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(OLDER)
    assert accepted.code == 0
    assert "register: ahead" in accepted.out


async def copy(folder: Path, to: Path) -> None:
    """Copy a data folder with its owners and rights, on which the server insists."""
    process = await asyncio.create_subprocess_exec("cp", "-a", str(folder), str(to))
    assert await process.wait() == 0
