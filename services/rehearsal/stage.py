"""What a rehearsal is given to play on: the production engine under skipped time, over a database of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from temporalio.client import Client

from services.commands.submit import Door
from services.commands.upkeep import Upkeep
from services.domain.message import Actor
from services.rehearsal.clock import SteppingClock
from services.rehearsal.outage import FrailCourier, FrailDatabase
from services.rehearsal.post import RehearsalPost
from services.rehearsal.rest import Rest
from services.storage.unit_of_work import Database
from services.storage.vault import Vault


@dataclass(frozen=True, kw_only=True)
class Stage:
    """
    One engine for one scenario.

    ``record`` reads the database even while the engine's own ``database`` is away. ``serve`` lets a worker serve as
    long as its block lasts; ``begin`` then founds the register on the scenario's policies, or lets what stands in the
    ledger go on. ``seated`` are those who have a seat there already. ``digests`` name the policies.
    """

    clock: SteppingClock
    rest: Rest
    client: Client
    courier: FrailCourier
    database: FrailDatabase
    record: Database
    vault: Vault
    door: Door
    post: RehearsalPost
    upkeep: Upkeep
    serve: Callable[[], AbstractAsyncContextManager[object]]
    begin: Callable[[], Awaitable[object]]
    seated: Mapping[str, Actor]
    digests: Mapping[str, str]
