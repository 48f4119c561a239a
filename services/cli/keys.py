"""`dialogue keys`: the first key, and those that people then issue to their own."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.ending import FINDING, WRONG_USE, say
from services.cli.reach import HomeOption, KeyFileOption, UrlOption

if TYPE_CHECKING:
    from services.client.client import DialogueClient

HELP = """
API keys. The first one is made here, once; every other one over the API, by whoever may.

\b
The first key, of the convenor's coordinator:
  dialogue keys issue --bootstrap --name 'A. Name' --address a.name@example.org --entity INTERPOL --role coordinator
\b
A key for somebody who holds an appointment (your own key in DIALOGUE_KEY):
  dialogue keys issue --appointment ap-0123456789abcdef --days 90
  dialogue keys list
  dialogue keys revoke k-0123456789abcdef
\b
The address of your calendar, or of somebody's whose keys you issue, for whatever shows calendars:
  dialogue keys feed
  dialogue keys feed --appointment ap-0123456789abcdef
"""
ISSUE_HELP = """
Issue a key and print it, once: it is kept nowhere and will not be shown again.

\b
With --bootstrap, on a register that has issued no key yet, the first person is enrolled, appointed and equipped:
  dialogue keys issue --bootstrap --name 'A. Name' --address a.name@example.org --entity INTERPOL --role coordinator
\b
Otherwise over the API, for an appointment that there is:
  dialogue keys issue --appointment ap-0123456789abcdef --scopes read,act
"""
PAYLOAD_HELP = """
Make a key under which what Temporal keeps is sealed, and print it; it is kept nowhere.

The keys of a deployment stand in DIALOGUE_PAYLOAD_KEYS, or in the file that DIALOGUE_PAYLOAD_KEYS_FILE names, a line
each: the first seals, all open. A new key goes onto the second line of every process first, and onto the first when
all have it; an old one stays for ever, or what was sealed under it can never be read again.

\b
Example:
  dialogue keys payload >> payload-keys
"""
FEED_HELP = """
Open a calendar feed and print its address, once: it is kept nowhere and will not be shown again.

It shows the sessions that whoever holds the appointment may see, and the deadlines of their entity. Anybody who has
the address reads them, so give it to one calendar, and revoke its key when it is lost. Your own needs nobody else:
\b
  dialogue keys feed
  dialogue keys revoke --feed k-0123456789abcdef
"""
LIST_HELP = "List the keys you may see: never the keys themselves, but whose they are and until when."
REVOKE_HELP = "Revoke a key at once and for good."
SCOPES = "read,act,administer"
DAYS = 365

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)


@app.command(help=ISSUE_HELP)
def issue(  # noqa: PLR0913 - two ways to issue, and each has its options
    *,
    bootstrap: Annotated[bool, typer.Option("--bootstrap", help="Issue the very first key.")] = False,
    name: Annotated[str, typer.Option(help="With --bootstrap: the person's name.", show_default=False)] = "",
    address: Annotated[str, typer.Option(help="With --bootstrap: the mail address.", show_default=False)] = "",
    entity: Annotated[str, typer.Option(help="With --bootstrap: the convenor.")] = "INTERPOL",
    role: Annotated[str, typer.Option(help="With --bootstrap: coordinator or head_of_entity.")] = "coordinator",
    appointment: Annotated[str, typer.Option(help="Whose key it is to be.", show_default=False)] = "",
    scopes: Annotated[str, typer.Option(help="What it is for, separated by commas.")] = SCOPES,
    days: Annotated[int, typer.Option(min=1, max=730, help="How long it is good for.")] = DAYS,
    label: Annotated[str, typer.Option(help="What its holder calls it.", show_default=False)] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the key alone.")] = False,
    home: HomeOption = None,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Issue a key."""
    expires = expiry(days)
    if bootstrap:
        if not (name and address):
            say("The first key needs --name and --address of the person who is to hold it.")
            raise typer.Exit(WRONG_USE)
        person = {"name": name, "address": address, "entity": entity, "role": role}
        spelt = asyncio.run(bootstrap_key(person, expires, home))
    elif not appointment:
        say("Name the --appointment the key is for, or issue the very first key with --bootstrap.")
        raise typer.Exit(WRONG_USE)
    else:
        arguments = {
            "appointment": appointment,
            "scopes": [scope.strip() for scope in scopes.split(",")],
            "expires": written(expires),
            **({"label": label} if label else {}),
        }
        spelt = asyncio.run(_issue(arguments, home, url, key_file))
    typer.echo(spelt)
    if not quiet:
        say(f"Keep it now: it will not be shown again. It is good until {expires:%Y-%m-%d %H:%M} UTC.")


@app.command(help=PAYLOAD_HELP)
def payload() -> None:
    """Make a key for what Temporal keeps."""
    from services.runtime.secret import symmetric_key

    typer.echo(symmetric_key())


@app.command(help=FEED_HELP)
def feed(  # noqa: PLR0913 - what is opened, and where to ask for it
    *,
    appointment: Annotated[str, typer.Option(help="Whose calendar it is to be; your own if left out.")] = "",
    days: Annotated[int, typer.Option(min=1, max=730, help="How long the address is good for.")] = DAYS,
    label: Annotated[str, typer.Option(help="What its holder calls it.", show_default=False)] = "",
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the address alone.")] = False,
    home: HomeOption = None,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Open a calendar feed."""
    expires = expiry(days)
    arguments = {"expires": written(expires), **({"label": label} if label else {})}
    issued, address = asyncio.run(_feed(appointment, arguments, home, url, key_file))
    typer.echo(address)
    if not quiet:
        say(f"Keep it now: it will not be shown again. Its key is {issued}, good until {expires:%Y-%m-%d %H:%M} UTC.")


@app.command("list", help=LIST_HELP)
def list_keys(home: HomeOption = None, url: UrlOption = None, key_file: KeyFileOption = None) -> None:
    """List keys."""
    for each in asyncio.run(_list(home, url, key_file)):
        state = f"revoked {each['revoked_at']}" if each["revoked_at"] else f"until {each['expires_at']}"
        typer.echo(f"{each['id']}  {each['appointment']}  {', '.join(each['scopes'])}  {state}")


@app.command(help=REVOKE_HELP)
def revoke(
    *,
    which: Annotated[str, typer.Argument(metavar="KEY", help="The key's id, like k-0123456789abcdef.")],
    is_feed: Annotated[bool, typer.Option("--feed", help="One that opens a calendar feed.")] = False,
    reason: Annotated[str, typer.Option(help="Why; it is kept in the record.", show_default=False)] = "",
    home: HomeOption = None,
    url: UrlOption = None,
    key_file: KeyFileOption = None,
) -> None:
    """Revoke a key."""
    path = f"/v1/{'feeds' if is_feed else 'keys'}/{which}/revocation"
    asyncio.run(_revoke(path, reason, home, url, key_file))
    typer.echo(f"{which} is revoked.")


async def bootstrap_key(person: Mapping[str, str], expires: datetime, home: Path | None) -> str:
    """
    Issue the first key to a person (``name``, ``address``, ``entity``, ``role``) and return it spelt.

    Raises:
        Exit: it was refused; the reason has been said.
    """
    from services.cli.reach import environment_of
    from services.commands.bootstrap import bootstrap
    from services.runtime.composition import compose
    from services.runtime.older import hold_if_older
    from services.runtime.settings import Settings

    async with compose(Settings.read(environment_of(home))) as engine:
        await hold_if_older(engine)
        answer, spelt = await bootstrap(door=engine.door, vault=engine.vault, arguments=person, expires=expires)
    if spelt is None:
        refusal = answer.refusal or {"sentence": "The engine does not answer; start a worker and try again."}
        say(str(refusal["sentence"]))
        raise typer.Exit(FINDING)
    return spelt


async def _issue(arguments: Mapping[str, Any], home: Path | None, url: str | None, key_file: Path | None) -> str:
    async with _client(home, url, key_file) as client:
        result = await client.command("/v1/keys", arguments)
    return result.issued_key or ""


async def _feed(
    appointment: str, arguments: Mapping[str, Any], home: Path | None, url: str | None, key_file: Path | None
) -> tuple[str, str]:
    """Return the id of the key that was issued, and the whole address it stands in; the caller's own if unnamed."""
    async with _client(home, url, key_file) as client:
        whose = appointment or (await client.account()).appointment
        result = await client.command("/v1/feeds", {"appointment": whose, **arguments})
        return str(result.fact("key")), client.feed_address(result.issued_key or "")


async def _list(home: Path | None, url: str | None, key_file: Path | None) -> list[Mapping[str, Any]]:
    async with _client(home, url, key_file) as client:
        return [each async for each in client.pages("/v1/keys")]


async def _revoke(path: str, reason: str, home: Path | None, url: str | None, key_file: Path | None) -> None:
    async with _client(home, url, key_file) as client:
        await client.command(path, {"reason": reason} if reason else {})


def _client(home: Path | None, url: str | None, key_file: Path | None) -> DialogueClient:
    from services.cli.reach import api_of

    return api_of(url, key_file, home)


def expiry(days: int) -> datetime:
    """Return the instant a number of days from now, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)


def written(at: datetime) -> str:
    """Write an instant as the API reads it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
