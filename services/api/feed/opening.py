"""Opening a feed: the key in an address, and what it lets its holder see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from services.access.request import Resource, ResourceKind
from services.api.engine import Clock, Engine
from services.api.reading import Viewer, reading
from services.api.refused import Refused, not_found
from services.commands.principal import NotAuthenticated, authenticate_feed
from services.domain.register.state import Scope


@asynccontextmanager
async def feed_reading(engine: Engine, key: str, *, clock: Clock | None) -> AsyncIterator[Viewer]:
    """
    Give a viewer that sees what a feed's holder may read by their appointment, and can do nothing else.

    Raises:
        Refused: there is no such feed; the same whether the key is unknown, expired, revoked or not a feed's.
        DatabaseAway: the database does not answer.
    """
    try:
        async with reading(engine, key, clock=clock, known_by=authenticate_feed) as viewer:
            person = viewer.caller.actor.person
            if not viewer.may("read_feed", Resource(kind=ResourceKind.ACCOUNT, id=person, owner=person)):
                raise no_feed()
            reads = replace(viewer.caller.principal, scopes=frozenset({Scope.READ.value}))
            yield replace(viewer, caller=replace(viewer.caller, principal=reads))
    except NotAuthenticated as error:
        raise no_feed() from error


def no_feed() -> Refused:
    """Say that an address opens no feed, and not why."""
    return not_found("feed", "at this address")
