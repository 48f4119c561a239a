"""Open waits through the API: the calls that end them can be made as they are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.runtime.stack import Stack
from tests.integration.api_world import CHAIR, Api, api_of, fact, in_session, until
from tests.world import MEMBERS, Peopled, world_of


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API whose waits the tests end."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        yield api


async def test_a_wait_about_a_text_names_that_text(api: Api) -> None:
    """Two texts are left open by a session; each wait leads to its own, and the call ends it."""
    cycle = await in_session(api, "wg-fa", *MEMBERS)
    texts = []
    for title in ("Summary", "Decisions"):
        sent: Any = {"title": title, "kind": "decision_list", "paragraphs": {"1": "Access is streamlined."}}
        texts.append(fact(await api.post(CHAIR, f"{cycle}/texts", **sent), "text"))
    await api.post(CHAIR, f"{cycle}/session/closing")

    found = await until(lambda: awaited(api), lambda paths: len(paths) == len(texts))
    assert found == [f"/v1/texts/{text}/withdrawal" for text in texts]
    await api.post(CHAIR, found[0], reason="It is said elsewhere")

    assert await until(lambda: awaited(api), lambda paths: len(paths) == 1) == found[1:]


async def awaited(api: Api) -> list[str]:
    """Return the addresses at which the texts that wait to be settled can be taken back."""
    told = await api.get(CHAIR, "/v1/waiting", body="wg-fa", what="settle_text")
    calls = (call for wait in told["items"] for call in wait["ended_by"] if call["command"] == "withdraw_text")
    return [call["path"] for call in calls]
