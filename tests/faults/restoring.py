"""Backs databases up and restores them with PostgreSQL's own tools, and puts worlds over what was restored."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from services.runtime.binaries import postgres_bin_dir
from services.runtime.stack import Stack
from tests.world import owner

URLS = ("DIALOGUE_DATABASE_URL", "DIALOGUE_DATABASE_OWNER_URL")
_numbers = count(1)


async def dump(environ: Mapping[str, str], file: Path) -> None:
    """Write a backup of a database to a file."""
    await _run("pg_dump", "--format=custom", f"--file={file}", f"--dbname={_plain(environ[URLS[1]])}")


@asynccontextmanager
async def restored(stack: Stack, file: Path, environ: Mapping[str, str]) -> AsyncIterator[dict[str, str]]:
    """Restore a backup into a new database, and give an environment that leads to it and is otherwise the same."""
    name = f"restored_{next(_numbers)}"
    async with owner(stack) as connection:
        await connection.execute(f"create database {name}")
    over = {**environ, **{url: _elsewhere(environ[url], name) for url in URLS}}
    await _run("pg_restore", "--exit-on-error", f"--dbname={_plain(over[URLS[1]])}", str(file))
    yield over
    async with owner(stack) as connection:
        await connection.execute(f"drop database {name} with (force)")


def _plain(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def _elsewhere(url: str, name: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


async def _run(tool: str, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        str(postgres_bin_dir(os.environ) / tool), *arguments, stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
