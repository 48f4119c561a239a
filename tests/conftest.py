"""Real servers for the tests: one PostgreSQL and one Temporal a run of pytest, a world of its own for whoever asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial

import pytest

from services.runtime.home import Home
from services.runtime.stack import Stack
from services.workflows.catalogue import SEARCH_ATTRIBUTES
from tests.world import TUESDAY, Peopled, World, make_peopled, make_template, real_world, skipping_world, world_of


@pytest.fixture(scope="session")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """Give the servers, with a migrated template database."""
    home = Home.at(tmp_path_factory.mktemp("stack") / "home")
    async with Stack(home, search_attributes={key.name: "Keyword" for key in SEARCH_ATTRIBUTES}) as stack:
        await make_template(stack)
        yield stack


@pytest.fixture(scope="session")
async def peopled(stack: Stack) -> Peopled:
    """Give a database in which everybody has a seat and a key."""
    return await make_peopled(stack, "template_peopled", real_world)


@pytest.fixture(scope="session")
async def peopled_later(stack: Stack) -> Peopled:
    """Give the same, settled under skipped time an hour before ``TUESDAY``."""
    before = partial(skipping_world, starts=TUESDAY - timedelta(hours=1))
    return await make_peopled(stack, "template_peopled_later", before)


@pytest.fixture
async def world(stack: Stack, peopled: Peopled) -> AsyncIterator[World]:
    """Give a world on the real Temporal server, with its people settled."""
    async with world_of(stack, peopled) as world:
        yield world


@pytest.fixture
async def skipping(stack: Stack, peopled_later: Peopled) -> AsyncIterator[World]:
    """Give a world under skipped time, with its people settled."""
    async with world_of(stack, peopled_later, skipped=True) as world:
        yield world
