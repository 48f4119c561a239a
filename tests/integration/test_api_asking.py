"""What slips of the keyboard get: a sentence that names the slip, and nothing is done or shown for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.runtime.stack import Stack
from tests.integration.api_world import COORDINATOR, Api, api_of, present, written
from tests.world import Peopled, world_of

EXTRAORDINARY = "/v1/bodies/wg-sc/extraordinary-sessions"


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API in which nothing has been scheduled."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        yield api


async def test_a_misspelt_preview_is_no_act(api: Api) -> None:
    """Whoever meant to look has done nothing."""
    session = {"starts": written(await present(api) + timedelta(days=90)), "session": "P1D", "reason": "urgent"}

    slip = await api.post(COORDINATOR, f"{EXTRAORDINARY}?preveiw=true", expect=422, **session)

    assert "preveiw: is not a parameter known here; known are preview" in slip["detail"]
    assert (await api.get(COORDINATOR, "/v1/bodies/wg-sc"))["last_number"] == 0


async def test_a_misspelt_filter_is_said(api: Api) -> None:
    """A list is never longer than it was meant to be."""
    slip = await api.get(COORDINATOR, "/v1/deadlines", expect=422, entiy="AFRIPOL")

    assert slip["detail"].startswith("entiy: is not a parameter known here; known are body, cursor, entity")


@pytest.mark.parametrize("path", ["waiting", "deadlines", "notices", "clashes", "cycles", "actions", "procedures"])
async def test_an_unknown_body_is_not_an_empty_list(api: Api, path: str) -> None:
    """Who asks for a body that is not there is not told that it owes nothing."""
    slip = await api.get(COORDINATOR, f"/v1/{path}", expect=404, body="wg-sd")

    assert slip["detail"] == "There is no body wg-sd here."


@pytest.mark.parametrize(
    ("path", "parameter"),
    [("waiting", "entity"), ("deadlines", "entity"), ("notices", "entity"), ("actions", "owner")],
)
async def test_an_unknown_entity_is_not_an_empty_list(api: Api, path: str, parameter: str) -> None:
    """Nor one that is written in small letters."""
    slip = await api.get(COORDINATOR, f"/v1/{path}", expect=404, **{parameter: "afripol"})

    assert slip["detail"] == "There is no entity afripol here."


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"starts": "2020-01-01T00:00:00Z"}, "starts: a session lies ahead; give an instant after 20"),
        ({"session": "PT0S"}, "session: a session would last 0 seconds; give more than nothing and at most 31 days"),
        ({"session": "P400D"}, "session: a session would last 400 days; give more than nothing and at most 31 days"),
        ({"starts": "2027-04-01T09:00:00+25:00"}, "starts: 2027-04-01T09:00:00+25:00 is on no calendar or clock"),
    ],
)
async def test_an_extraordinary_session_that_cannot_be_names_its_field(
    api: Api, given: dict[str, str], says: str
) -> None:
    """In the past, of no length, for a year, at an offset that no clock has."""
    session = {"starts": written(await present(api) + timedelta(days=90)), "session": "P1D", "reason": "urgent"}

    slip = await api.post(COORDINATOR, EXTRAORDINARY, expect=422, **{**session, **given})

    assert says in slip["detail"]


async def test_a_preview_names_what_was_sent(api: Api) -> None:
    """By the word that stands in the address, not by the one inside."""
    path = "/v1/bodies/wg-sc/series"
    await api.post(COORDINATOR, path)

    slip = await api.get(COORDINATOR, f"{path}/preview", expect=422, **{"from": "2027-02-30"})

    assert "from: 2027-02-30 is no day of any year; a date like 2026-03-02 will do" in slip["detail"]


async def test_what_nobody_can_see_and_what_takes_two_forms_are_said_in_words(api: Api) -> None:
    """Neither patterns nor the names of types."""
    unseen = await api.post(COORDINATOR, "/v1/bodies/wg-sc/series", expect=422, rrule="FREQ=YEARLY\u0000")
    neither = await api.post(
        COORDINATOR, "/v1/calendars/AMERIPOL", expect=422, calendar="../x@1", **{"from": "2030-01-01"}
    )

    assert unseen["detail"] == "rrule: holds characters that nobody can see; leave them out."
    assert neither["detail"].startswith("calendar: ")
    assert "str" not in neither["detail"]
