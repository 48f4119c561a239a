"""`dialogue act`: what was rehearsed is what is done, through the API, each step once."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.desk.options import JsonOption, ZoneOption
from services.cli.ending import FINDING, say
from services.cli.reach import HomeOption, KeyFileOption, UrlOption

if TYPE_CHECKING:
    from services.cli.acting.progress import Progress
    from services.cli.acting.seats import Seats
    from services.rehearsal.scenario import Scenario

HELP = """
Act a scenario file on the live system: every step whose instant has come, in order, through the API. What was rehearsed
is what is done.

No step is done before its instant or twice: run it again later, and it goes on where it stopped. It ends by saying
which step is next, when, and what to type then; --wait stays and goes on by itself. Steps of the rehearsal alone
(`system`, and those that are there to be refused) are skipped, and said so.

Your own key acts for the steps of your seat. Give those of others with --as; a step whose key is not here is left to
whoever holds it. What a step made is found by the key that did it: where a step of yours goes on from one of somebody
else's, that key is needed too, and it is said which.

Whether an instant has come is told by the clock of this machine. The engine dates what it takes in by its own.

\b
Examples:
  dialogue act cycle.yaml --dry-run
  dialogue act cycle.yaml
  dialogue act cycle.yaml --wait
  dialogue act cycle.yaml --as INTERPOL/chair=chair.key --as EUROPOL/head_of_delegation=europol.key
"""
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A scenario, as `dialogue rehearse` takes it.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Send nothing: show what would be sent, by whom, when, with every text.")
]
AsOption = Annotated[
    list[str] | None,
    typer.Option("--as", metavar="ENTITY/role=FILE", help="The file with the key of a seat; may be given again."),
]
WaitOption = Annotated[bool, typer.Option("--wait", help="Stay, and carry on as instants come.")]
#: A live system acts late what it has to act late; only a rehearsal needs all instants ahead.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
KEYS = ("DIALOGUE_KEY", "DIALOGUE_KEY_FILE")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command(help=HELP)(act)


def act(  # noqa: PLR0913 - an option each
    file: FileArgument,
    *,
    dry_run: DryRunOption = False,
    seats: AsOption = None,
    wait: WaitOption = False,
    zone: ZoneOption = None,
    as_json: JsonOption = False,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
    home: HomeOption = None,
) -> None:
    """Act a scenario."""
    from services.cli.acting.report import in_words, told

    asked = Asked(
        file=file,
        pairs=seats or [],
        url=url,
        key_file=key_file,
        home=home,
        zone=zone,
        is_dry=dry_run,
        waits=wait,
        as_json=as_json,
    )
    scenario, digest = read_file(file)
    progress = asyncio.run(_play(scenario, digest, asked))
    if as_json:
        typer.echo(json.dumps(told(scenario, digest, progress), indent=2, ensure_ascii=False))
    if trouble := in_words(progress):
        say(trouble)
        raise typer.Exit(FINDING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What the command line asks: which file, whose keys, where, and how."""

    file: Path
    pairs: list[str]
    url: str | None
    key_file: Path | None
    home: Path | None
    zone: str | None
    is_dry: bool
    waits: bool
    as_json: bool


def read_file(file: Path) -> tuple[Scenario, str]:
    """
    Read a scenario and the digest of its file.

    Raises:
        PolicyError: something in it is wrong.
    """
    import hashlib

    from services.policies.folder import policies_dir
    from services.rehearsal.reading import read_scenario

    scenario = read_scenario(file, policies_dir(), now=LONG_AGO)
    return scenario, hashlib.sha256(file.read_bytes()).hexdigest()


def own_keys(pairs: list[str], key_file: Path | None) -> tuple[str | None, dict[str, str]]:
    """
    Return the caller's own key, where there is one beside those of seats, and the keys of seats by their names.

    Raises:
        SettingsError: there is no key at all, or one cannot be read.
    """
    from services.cli.acting.seats import read_pair
    from services.cli.reach import own_key, read_key

    others = {name: read_key(path) for name, path in map(read_pair, pairs)}
    if key_file is not None:
        return read_key(key_file), others
    return (own_key() if not others or any(os.environ.get(name) for name in KEYS) else None), others


async def _play(scenario: Scenario, digest: str, asked: Asked) -> Progress:
    from services.cli.acting.actor import Actor
    from services.cli.acting.address import Addresses
    from services.cli.acting.report import Report
    from services.cli.acting.seats import taken
    from services.cli.desk.options import console
    from services.cli.reach import url_of
    from services.policies.zone import load_zone

    chosen = load_zone(asked.zone) if asked.zone else None
    own, others = own_keys(asked.pairs, asked.key_file)
    async with taken(url_of(asked.url, asked.home), own, others) as seats:
        await check_procedures(scenario, seats)
        shown = chosen or load_zone(seats.first.account.zone)
        report = Report(console=console(is_silent=asked.as_json), zone=shown, again=again(asked))
        actor = Actor(
            scenario=scenario,
            digest=digest,
            seats=seats,
            addresses=Addresses.read(await seats.first.client.get("/openapi.json")),
            now=_present,
            told=report.content if asked.is_dry else report.step,
            pause=_pause if asked.waits else None,
        )
        report.begin(scenario, await _present(), await differences(scenario, seats))
        if asked.is_dry:
            return await actor.look()
        progress = await actor.act()
        report.end(progress, await _present())
        return progress


async def check_procedures(scenario: Scenario, seats: Seats) -> None:
    """
    Make sure that the bodies decide by the procedures that the file was rehearsed under.

    Raises:
        Trouble: one decides by another.
    """
    from services.runtime.trouble import Trouble

    if scenario.own_procedures:
        own = ", ".join(sorted(scenario.own_procedures))
        remedy = "let the body adopt it as a procedure, name that in the file, and rehearse it again"
        raise Trouble(f"The file changes the procedure of {own} for the rehearsal alone; {remedy}.")
    for code, rehearsed in scenario.procedures.items():
        live = (await seats.first.client.body(code)).procedure
        if live != rehearsed:
            raise Trouble(f"The file goes by {rehearsed}, and {code} decides by {live}; rehearse it with that first.")


async def differences(scenario: Scenario, seats: Seats) -> list[str]:
    """Return sentences on what is otherwise here than in a rehearsal, though not wrong."""
    from services.rehearsal.scenario import Calendars

    found = []
    if scenario.calendars is Calendars.WEEKS:
        found.append("It is rehearsed without public holidays; here they count.")
    members = {entity.code: entity.zone for entity in scenario.membership.entities}
    live = {entity.code: entity.seat_zone async for entity in seats.first.client.entities()}
    if other := sorted(code for code in members.keys() | live.keys() if members.get(code) != live.get(code)):
        found.append(f"It is rehearsed with another table than this one: {', '.join(other)}.")
    return found


def again(asked: Asked) -> str:
    """Return the command line that goes on later."""
    from services.cli.screen import program

    url, key_file, home = asked.url, asked.key_file, asked.home
    options = [
        *(part for pair in asked.pairs for part in ("--as", pair)),
        *(("--url", url) if url and url != os.environ.get("DIALOGUE_URL") else ()),
        *(("--key-file", str(key_file)) if key_file else ()),
        *(("--home", str(home)) if home and str(home) != os.environ.get("DIALOGUE_HOME") else ()),
    ]
    return f"{program()} {shlex.join(['act', str(asked.file), *options])}"


async def _present() -> datetime:
    return datetime.now(UTC)


async def _pause(span: timedelta) -> None:
    await asyncio.sleep(max(span.total_seconds(), 0))
