"""Where two people edit the same thing, neither writes over what the other did without having read it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from services.runtime.stack import Stack
from tests.integration.api_world import (
    CHAIR,
    COORDINATOR,
    Api,
    api_of,
    convene,
    fact,
    head,
    in_session,
    present,
    written,
)
from tests.integration.test_api_calendar import written_out
from tests.world import MEMBERS, Peopled, world_of

YEARLY: dict[str, Any] = {"rrule": "FREQ=YEARLY;BYMONTH=10;BYDAY=2WE", "zone": "Europe/Paris"}


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API whose things the tests edit."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        yield api


async def edition(api: Api, who: str, path: str) -> str:
    """Return the ETag of a thing as somebody reads it."""
    answer = await api.client.get(path, headers=api.headers(who))
    assert answer.status_code == 200, answer.text
    return answer.headers["ETag"]


async def edit(api: Api, who: str, path: str, match: str | None, **sent: Any) -> httpx.Response:
    """Edit something, building on what was read."""
    headers = api.headers(who) | ({} if match is None else {"If-Match": match})
    return await api.client.post(path, headers=headers, json=sent)


def stale(answer: httpx.Response) -> dict[str, Any]:
    """Return the problem of an edit that came too late."""
    told: dict[str, Any] = answer.json()
    assert (answer.status_code, told["refusal"], told["type"]) == (412, "ChangedSince", "/problems/changed-since"), told
    assert told["command_id"]
    return told


async def test_a_stale_edit_of_a_series_is_refused_with_what_changed_since(api: Api) -> None:
    """By whom, when and what, in words; with the edition as it is now it is made."""
    series = "/v1/bodies/wg-sc/series"
    first = await edition(api, COORDINATOR, "/v1/bodies/wg-sc")
    assert first == await edition(api, CHAIR, "/v1/bodies/wg-sc")
    assert (await edit(api, COORDINATOR, series, first, **YEARLY)).status_code == 200
    told = stale(await edit(api, CHAIR, series, first, **YEARLY, local_start="10:00"))
    assert [(each["entity"], each["what"]) for each in told["changes"]] == [("INTERPOL", "scheduled a series")]
    assert "INTERPOL scheduled a series at" in told["detail"]
    second = await edition(api, CHAIR, "/v1/bodies/wg-sc")
    assert (await edit(api, CHAIR, series, second, **YEARLY, local_start="10:00")).status_code == 200
    paused = await edit(api, CHAIR, f"{series}/pause", second, reason="A rest")
    assert [each["what"] for each in stale(paused)["changes"]] == ["ended a series", "scheduled a series"]
    third = await edition(api, CHAIR, "/v1/bodies/wg-sc")
    assert len({first, second, third}) == 3


async def test_what_happens_beside_an_edit_does_not_make_it_stale(api: Api) -> None:
    """A body lives on: a procedure it opens is no change of its series."""
    before = await edition(api, COORDINATOR, "/v1/bodies/dialogue")
    await api.post(CHAIR, "/v1/bodies/dialogue/silence-procedures", subject="A", text="B", waive="Test")
    assert await edition(api, COORDINATOR, "/v1/bodies/dialogue") == before


async def test_two_edits_at_the_same_moment_are_never_both_made(api: Api) -> None:
    """Whichever comes second is decided on what the first one left, and refused."""
    series = "/v1/bodies/wg-fa/series"
    read = await edition(api, COORDINATOR, "/v1/bodies/wg-fa")
    answers = await asyncio.gather(
        *(edit(api, CHAIR, series, read, **YEARLY, local_start=f"{hour:02}:00") for hour in range(8, 16))
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 7]


async def test_who_edits_without_having_read_is_asked_to_read(api: Api) -> None:
    """428 names where; `*` edits whatever stands, and a preview need not say."""
    path = "/v1/bodies/wg-fa/series"
    answer = await edit(api, COORDINATOR, path, None, **YEARLY)
    told = answer.json()
    assert (answer.status_code, told["refusal"], told["read_at"]) == (428, "MatchNeeded", "/v1/bodies/wg-fa")
    assert "command_id" not in told
    assert (await edit(api, COORDINATOR, path, "*", **YEARLY)).status_code == 200
    assert (await edit(api, COORDINATOR, f"{path}?preview=true", None, **YEARLY)).json()["result"] == "decided"


@pytest.mark.parametrize("match", ["", "3", '"x"', 'W/"1-2"', '"1-2", "1-3"', '"1-' + "a" * 90 + '"', '"1-2";drop'])
async def test_what_is_no_etag_is_malformed(api: Api, match: str) -> None:
    """And told so by field."""
    answer = await edit(api, COORDINATOR, "/v1/bodies/wg-fa/series", match, **YEARLY)
    assert answer.status_code == 422, answer.text
    assert answer.json()["faults"][0]["field"].lower() == "if-match"


async def test_a_stale_edit_of_a_text_names_the_paragraphs(api: Api) -> None:
    """An amendment and a correction made meanwhile, whatever they touched."""
    cycle = await convene(api, "wg-fa", ahead=timedelta(hours=2))
    paragraphs = {"1": "We met.", "5b": "We agree."}
    tabled = await api.post(CHAIR, f"{cycle}/texts", title="T", kind="minutes", paragraphs=paragraphs)
    text = f"/v1/texts/{fact(tabled, 'text')}"
    read = await edition(api, head("AIMC"), text)
    amended = await edit(
        api, head("EUROPOL"), f"{text}/amendments", read, base_version=1, paragraph="5b", text_new="We all agree."
    )
    assert amended.status_code == 200
    corrected = await edit(api, CHAIR, f"{text}/corrections", read, paragraph="1", text_new="We have met.")
    assert [(each["entity"], each["what"]) for each in stale(corrected)["changes"]] == [
        ("EUROPOL", "amended paragraph 5b")
    ]
    now = await edition(api, CHAIR, text)
    assert (
        await edit(api, CHAIR, f"{text}/corrections", now, paragraph="1", text_new="We have met.")
    ).status_code == 200
    withdrawn = await edit(api, CHAIR, f"{text}/withdrawal", read, reason="No.")
    assert [each["what"] for each in stale(withdrawn)["changes"]] == ["amended paragraph 5b", "corrected paragraph 1"]


async def test_a_stale_edit_of_an_agenda_an_action_and_a_calendar_is_refused(api: Api) -> None:
    """Each by the edition of the thing itself."""
    cycle = await convene(api, "dialogue", ahead=timedelta(hours=3))
    item = await api.post(CHAIR, f"{cycle}/items", title="One", purpose="discussion")
    read = await edition(api, CHAIR, f"{cycle}/items")
    await api.post(CHAIR, f"{cycle}/items", title="Two", purpose="discussion")
    annotation = {"items": [{"item": fact(item, "item"), "minutes": 30}]}
    told = stale(await edit(api, CHAIR, f"{cycle}/agenda/annotation", read, **annotation))
    assert [each["what"] for each in told["changes"]] == ["proposed an item"]
    hidden = await api.client.get(f"{cycle}/items", headers=api.headers(head("UNODC")))
    assert "ETag" not in hidden.headers

    sitting = await in_session(api, "wg-sc", *MEMBERS[:5])
    due = written(await present(api) + timedelta(days=9))
    assigned = await api.post(CHAIR, f"{sitting}/actions", owner="AIMC", title="A", due=due)
    action = f"/v1/actions/{fact(assigned, 'action')}"
    read = await edition(api, CHAIR, action)
    await api.post(CHAIR, f"{action}/reassignment", owner="EUROPOL")
    later = written(await present(api) + timedelta(days=20))
    told = stale(await edit(api, COORDINATOR, f"{action}/due-date", read, due=later, reason="More time"))
    assert [each["what"] for each in told["changes"]] == ["gave it to another owner"]

    calendar, owner = "/v1/calendars/AMERIPOL", "AMERIPOL/head_of_entity"
    read = await edition(api, owner, calendar)
    ahead = [(await present(api) + timedelta(days=days)).date().isoformat() for days in (9, 12)]
    given: list[dict[str, Any]] = [
        {"calendar": written_out(2 + nth, date(2027, 1, 6)), "from": each} for nth, each in enumerate(ahead)
    ]
    first, second = [await edit(api, owner, calendar, read, **each) for each in given]
    assert (first.status_code, [each["entity"] for each in stale(second)["changes"]]) == (200, ["AMERIPOL"])


async def test_a_stale_edit_is_a_decision_that_is_answered_again(api: Api) -> None:
    """Under its Idempotency-Key it stays refused; brought in line it is another command."""
    path = "/v1/bodies/wg-fa/series"
    headers = {**api.headers(COORDINATOR, "edit-1"), "If-Match": '"0-0000000000000000"'}
    first, again = [await api.client.post(path, headers=headers, json=YEARLY) for _ in range(2)]
    assert stale(first)["command_id"] == stale(again)["command_id"]
    read = await edition(api, COORDINATOR, "/v1/bodies/wg-fa")
    other = await api.client.post(path, headers={**headers, "If-Match": read}, json=YEARLY)
    assert (other.status_code, other.json()["refusal"]) == (422, "KeyUsedOtherwise")
    record = await api.get(COORDINATOR, f"/v1/commands/{stale(first)['command_id']}")
    assert record["refusal"]["refusal"] == "ChangedSince"
