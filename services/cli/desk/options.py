"""What every command of the desk takes, and the desk it opens: a client, who is asking, in which zone, and now."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from services.cli.reach import HomeOption, KeyFileOption, UrlOption

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from rich.console import Console

    from services.cli.desk.sheet import Sheet
    from services.client.account import Account
    from services.client.client import DialogueClient

T = TypeVar("T")
MOST = 200
#: How wide tables are where no terminal says so.
USUAL_WIDTH = 100

EntityOption = Annotated[str | None, typer.Option("--entity", help="Only of this entity.", show_default=False)]
BodyOption = Annotated[str | None, typer.Option("--body", help="Only of this body, like dialogue.", show_default=False)]
EverybodyOption = Annotated[bool, typer.Option("--everybody", help="Of everybody you may see, not of your own alone.")]
ZoneOption = Annotated[
    str | None,
    typer.Option("--zone", help="Show times in this zone, like Asia/Dubai. Default: your own.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs: instants in UTC.")]
MostOption = Annotated[int, typer.Option("--most", min=1, max=10_000, help="How many at most.")]


@dataclass(frozen=True, kw_only=True)
class Door:
    """Where to ask and how to answer, as the command line says."""

    url: str | None = None
    key_file: Path | None = None
    home: Path | None = None
    zone: str | None = None
    as_json: bool = False


#: The options that make a door, in the order in which help shows them: annotation and default.
OF_A_DOOR: Mapping[str, tuple[Any, Any]] = {
    "zone": (ZoneOption, None),
    "as_json": (JsonOption, False),
    "url": (UrlOption, None),
    "key_file": (KeyFileOption, None),
    "home": (HomeOption, None),
}


def at_the_desk(*, without: str = "") -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of a door, but for one, after its own; it is handed the ``door`` they make."""
    taken = {name: option for name, option in OF_A_DOOR.items() if name != without}
    added = [
        Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
        for name, (annotation, default) in taken.items()
    ]

    def with_door(command: Callable[..., None]) -> Callable[..., None]:
        own = [each for each in signature(command, eval_str=True).parameters.values() if each.name != "door"]

        @wraps(command)
        def run(**given: Any) -> None:
            door = Door(**{name: given.pop(name) for name in taken})
            command(door=door, **given)

        parameters = [*own, *added]
        run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        return run

    return with_door


@dataclass(frozen=True, kw_only=True)
class Desk:
    """An open desk: whoever is asking, in which zone times are shown, and the instant of asking (UTC)."""

    client: DialogueClient
    account: Account
    zone: ZoneInfo
    now: datetime

    def title(self, what: str) -> str:
        """Return a title that says in whose time a table is."""
        from services.cli.desk.wording import stamp

        return f"{what}. Times in {self.zone.key}; now {stamp(self.now, self.zone)}"


@asynccontextmanager
async def open_desk(door: Door) -> AsyncIterator[Desk]:
    """
    Give the desk of whoever holds the key.

    Raises:
        Trouble: there is no key, or no address.
        CalendarError: there is no such zone.
        DialogueError: the API refuses or does not answer.
    """
    from services.cli.reach import api_of
    from services.policies.zone import load_zone

    chosen = load_zone(door.zone) if door.zone else None
    async with api_of(door.url, door.key_file, door.home) as client:
        account = await client.account()
        now = datetime.now(UTC).replace(microsecond=0)
        yield Desk(client=client, account=account, zone=chosen or load_zone(account.zone), now=now)


def answer(
    door: Door,
    gather: Callable[[Desk], Awaitable[T]],
    told: Callable[[T, datetime], Any],
    sheets: Callable[[T, Desk], Sequence[Sheet]],
) -> None:
    """Ask, and print the answer as tables, or as JSON."""

    async def ask() -> None:
        async with open_desk(door) as desk:
            found = await gather(desk)
            if door.as_json:
                typer.echo(json.dumps(told(found, desk.now), indent=2, ensure_ascii=False))
                return
            from services.cli.desk.sheet import show

            show(console(), sheets(found, desk))

    asyncio.run(ask())


def console(*, is_silent: bool = False) -> Console:
    """Return the console for tables: as wide as the terminal, elsewhere as COLUMNS says."""
    from rich.console import Console

    columns = os.environ.get("COLUMNS", "")
    width = None if sys.stdout.isatty() else int(columns) if columns.isdecimal() and int(columns) else USUAL_WIDTH
    return Console(highlight=False, quiet=is_silent, width=width, markup=False, emoji=False)


async def some(items: AsyncIterator[T], most: int) -> tuple[list[T], bool]:
    """Return so many of a list, and whether there are more."""
    found: list[T] = []
    async for item in items:
        if len(found) == most:
            return found, True
        found.append(item)
    return found, False


def more(is_more: bool, most: int) -> tuple[str, ...]:
    """Return the note that says that a table was cut short."""
    return (f"There are more than {most}; ask for more with --most.",) if is_more else ()


def in_json(value: Any, **also: Any) -> Any:
    """Return what the API told as plain values, every instant in UTC."""
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: in_json(getattr(value, each.name)) for each in fields(value)} | also
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): in_json(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [in_json(each) for each in value]
    return value
