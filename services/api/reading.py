"""Reading: one consistent state of the record, seen by one caller, as far as the access policy lets it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from services.access.decision import AccessDecision, AccessPolicy
from services.access.request import AccessRequest, Resource, ResourceKind
from services.api.engine import Clock, Engine
from services.api.refused import not_found, refused
from services.api.showing import Read, Showing
from services.commands.principal import Caller, authenticate
from services.commands.register_view import current_register
from services.domain.message import NotPermitted
from services.domain.register.state import Register
from services.policies.zone import load_zone
from services.storage import queries, snapshot
from services.storage.vault import Vault

R = TypeVar("R", bound=Read)
T = TypeVar("T")
#: From the register and a key as it was sent to who that is at an instant.
Authenticate = Callable[..., Caller]
#: The engine waits for some things itself; its waits are nobody's but those who lead see them.
ENGINE_ENTITY = "engine"

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewer:
    """One caller reading one consistent state; ``at`` is the instant of the request (UTC)."""

    caller: Caller
    at: datetime
    register: Register
    connection: AsyncConnection
    access: AccessPolicy
    vault: Vault

    @property
    def entity(self) -> str:
        """Return the caller's own entity; empty for an auditor."""
        return self.caller.actor.entity

    @property
    def zone(self) -> ZoneInfo:
        """Return the caller's own zone."""
        return load_zone(zone_of(self.register, self.caller))

    def may(self, action: str, resource: Resource) -> bool:
        """Tell whether the caller may read something."""
        return self.decision(action, resource).allowed

    def decision(self, action: str, resource: Resource) -> AccessDecision:
        """Decide one question."""
        return self.access.decide(self.caller.principal, action, resource)

    def require(self, action: str, resource: Resource) -> None:
        """
        Make sure that the caller may read something that is there.

        Raises:
            Refused: it may not.
        """
        decision = self.decision(action, resource)
        if decision.allowed:
            return
        rules = ", ".join(decision.rules)
        log.info("%s was denied %s of %s by %s", self.caller.actor.person, action, resource.id, rules)
        who = f"{self.entity or 'an auditor'} as {self.caller.actor.role}"
        raise refused(NotPermitted(who=who, what=action, why=f"rule {rules}"))

    def visible(self, items: Iterable[T], action: str, resource_of: Callable[[T], Resource]) -> tuple[T, ...]:
        """Return the items the caller may read; each resource is decided once, all of them at once."""
        listed = [(item, resource_of(item)) for item in items]
        distinct = list(dict.fromkeys(resource for _, resource in listed))
        if not distinct:
            return ()
        asked = [AccessRequest(principal=self.caller.principal, action=action, resource=r) for r in distinct]
        allowed = {r for r, d in zip(distinct, self.access.decide_all(asked), strict=True) if d.allowed}
        return tuple(item for item, resource in listed if resource in allowed)

    def sieve(
        self, action: str, resource_of: Callable[[T], Resource]
    ) -> Callable[[Iterable[T]], Awaitable[tuple[T, ...]]]:
        """Return what keeps of some rows those the caller may read."""

        async def keep(rows: Iterable[T]) -> tuple[T, ...]:
            return self.visible(rows, action, resource_of)

        return keep

    def own_only(self, action: str) -> str | None:
        """Return the caller's entity if it sees no strangers' actions, so that only its own need be looked through."""
        strange = Resource(kind=ResourceKind.ACTION_ITEM, id="strange")
        return self.entity if self.entity and not self.may(action, strange) else None

    def reach(
        self, action: str, kind: ResourceKind, *, entity: str | None = None, body: str | None = None
    ) -> frozenset[queries.OwnerAndBody]:
        """Return the pairs of entity and body of which the caller may read what is owed, awaited or told."""
        known = (*(e.code for e in self.register.membership.entities), ENGINE_ENTITY)
        owners = known if entity is None else tuple(code for code in known if code == entity)
        bodies = ("", *(c.code for c in self.register.charters)) if body is None else (body,)
        pairs = [(owner, of) for owner in owners for of in bodies]
        return frozenset(
            self.visible(pairs, action, lambda pair: Resource(kind=kind, id=pair[1], body=pair[1], owner=pair[0]))
        )

    async def load(self, stream: str, what: str, which: str) -> Any:
        """
        Return the state of a stream.

        Raises:
            Refused: there is no such thing.
        """
        kept = await snapshot.load(self.connection, stream)
        if kept is None or kept.state is None:
            raise not_found(what, which)
        return kept.state

    async def show(self, kind: type[R], value: object) -> R:
        """Make an answer for the caller, all its texts opened at once."""
        gathering = Showing(zone=self.zone)
        shown = kind.model_validate(value, context=gathering)
        if not gathering.wanted:
            return shown
        texts = await self.vault.open_all(self.connection, gathering.wanted)
        return kind.model_validate(value, context=replace(gathering, texts=texts))


@asynccontextmanager
async def reading(
    engine: Engine, key: str, *, clock: Clock | None = None, known_by: Authenticate = authenticate
) -> AsyncIterator[Viewer]:
    """
    Give a reader for whoever a key stands for, by the rule of ``known_by``.

    Raises:
        NotAuthenticated: the key is not good.
        DatabaseAway: the database does not answer.
    """
    async with engine.database.read() as connection:
        at = await (clock() if clock else queries.clock(connection))
        register = await current_register(connection)
        yield Viewer(
            caller=known_by(register, key, at=at),
            at=at,
            register=register,
            connection=connection,
            access=engine.access,
            vault=engine.vault,
        )


async def identified(engine: Engine, key: str, *, clock: Clock | None = None) -> tuple[Caller, ZoneInfo]:
    """
    Return whom a key stands for, and that caller's zone.

    Raises:
        NotAuthenticated: the key is not good.
        DatabaseAway: the database does not answer.
    """
    async with engine.database.single() as connection:
        at = await (clock() if clock else queries.clock(connection))
        register = await current_register(connection)
    caller = authenticate(register, key, at=at)
    return caller, load_zone(zone_of(register, caller))


def zone_of(register: Register, caller: Caller) -> str:
    """Return the zone of a caller: its delegation's, else its entity's, else the convenor's."""
    entity = register.membership.entity(caller.actor.entity)
    if entity is None:
        return register.membership.convenor_zone
    own = (d.zone for d in entity.delegations if d.code == caller.actor.delegation)
    return next(own, entity.zone)
