"""Who acts: clients by the seats they speak for, each under a key of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from services.client.account import Account
from services.client.client import DialogueClient
from services.runtime.environment import SettingsError


@dataclass(frozen=True, kw_only=True, slots=True)
class Seat:
    """A client, and whom it speaks for."""

    client: DialogueClient
    account: Account

    @property
    def names(self) -> frozenset[str]:
        """Return how a scenario may call whoever sits here: ``ENTITY/role`` or ``DELEGATION/role``."""
        places = {self.account.entity, self.account.delegation or self.account.entity}
        return frozenset(f"{place}/{self.account.role}" for place in places)


@dataclass(frozen=True, kw_only=True)
class Seats:
    """All who act here; ``first`` is the one whose zone is shown, and who asks where it matters not who does."""

    by_name: Mapping[str, Seat]
    first: Seat

    def of(self, name: str) -> Seat | None:
        """Return who acts for a seat, if its key is here."""
        return self.by_name.get(name)


@asynccontextmanager
async def taken(url: str, own_key: str | None, others: Mapping[str, str]) -> AsyncIterator[Seats]:
    """
    Give the seats that keys are for: the caller's own key, and others by the name each is given for.

    Raises:
        SettingsError: a key is another seat's.
        DialogueError: the API refuses a key or does not answer.
    """
    async with AsyncExitStack() as exits:
        found = []
        for name, key in ((None, own_key), *others.items()):
            if key is not None:
                client = await exits.enter_async_context(DialogueClient(url, key))
                found.append(checked(name, Seat(client=client, account=await client.account())))
        yield seats_of(found)


def seats_of(found: Iterable[Seat]) -> Seats:
    """Return seats by all their names, the first of them first."""
    listed = list(found)
    return Seats(by_name={name: seat for seat in reversed(listed) for name in seat.names}, first=listed[0])


def checked(name: str | None, seat: Seat) -> Seat:
    """
    Return a seat that is the one named.

    Raises:
        SettingsError: it is another.
    """
    if name is not None and name not in seat.names:
        mine = " or ".join(sorted(seat.names))
        raise SettingsError(f"The key given for {name} is that of {mine}; name that seat, or give the right file.")
    return seat


def read_pair(text: str) -> tuple[str, Path]:
    """
    Read ``ENTITY/role=FILE``.

    Raises:
        SettingsError: it is not written so.
    """
    name, _, file = text.partition("=")
    if not file or name.count("/") != 1 or not all(name.split("/")):
        raise SettingsError(f"--as {text} should be like EUROPOL/head_of_delegation=FILE, and FILE hold that key.")
    return name, Path(file)
