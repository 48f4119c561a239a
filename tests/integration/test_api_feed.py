"""The calendar feed through the API: opened by its address alone, and by nobody else's."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from datetime import timedelta
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
    present,
    propose,
    until,
    written,
)
from tests.unit.feed_reading import Happening, happenings
from tests.world import Peopled, world_of

EUROPOL = head("EUROPOL")


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API in which working groups have their series."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        for body in ("wg-sc", "wg-fa"):
            await api.post(COORDINATOR, f"/v1/bodies/{body}/series")
        yield api


async def open_feed(api: Api, who: str = EUROPOL, *, life: timedelta = timedelta(days=30)) -> tuple[str, str]:
    """Issue a feed's key to somebody; return its id and the address of the feed."""
    appointment = (await api.get(who, "/v1/me"))["appointment"]
    governor = f"{who.split('/', maxsplit=1)[0]}/head_of_entity"
    expires = written(await present(api) + life)
    issued = await api.post(governor, "/v1/feeds", appointment=appointment, expires=expires)
    return fact(issued, "key"), str(issued["address"])


async def read(api: Api, address: str, **headers: str) -> httpx.Response:
    """Read an address as a calendar does: without any key."""
    return await api.client.get(address, headers=headers)


async def shown(api: Api, address: str) -> list[Happening]:
    """Return what a feed shows."""
    answer = await read(api, address)
    assert answer.status_code == 200, answer.text
    return happenings(answer.content)


def is_of(each: Happening, body: str) -> bool:
    """Tell whether something is a session of a body's series."""
    return each.uid.startswith(f"series-{body}-")


async def test_a_feed_shows_sessions_and_deadlines_of_its_entity(api: Api) -> None:
    """The sessions of every body's series at their own instants, and what Europol owes, nobody else's."""
    _, address = await open_feed(api)
    found = await shown(api, address)

    two_years_on = written(await present(api) + timedelta(days=730))
    told = await api.get(EUROPOL, "/v1/bodies/wg-sc")
    planned = [(e["starts"], e["ends"]) for e in (told["next_cycle"], *told["series"][0]["occurrences"])]
    sessions = [(written(each.starts), written(each.ends)) for each in found if is_of(each, "wg-sc")]
    assert [each for each in sessions if each[0] < two_years_on] == [e for e in planned if e[0] < two_years_on]
    assert len(sessions) >= 8
    assert {each.status for each in found if is_of(each, "wg-sc")} == {"TENTATIVE"}
    own = (await api.get(EUROPOL, "/v1/deadlines"))["items"]
    assert sorted(written(each.starts) for each in found if " due: " in each.summary) == [e["due_at"] for e in own]
    assert own


async def test_a_calendar_may_ask_whether_anything_has_changed_without_reading_it(api: Api) -> None:
    """What stands above the answer is the same, and no line of it follows; nothing is done by asking so."""
    address = (await open_feed(api))[1]
    whole = await read(api, address)

    above = await api.client.head(address)

    assert (above.status_code, above.content) == (200, b"")
    assert above.headers["ETag"] == whole.headers["ETag"]
    assert above.headers["Content-Length"] == str(len(whole.content))
    assert (await api.client.head("/v1/feeds")).status_code == 405


async def test_a_delegate_opens_their_own_feed_and_closes_it(api: Api) -> None:
    """With the key they work with; nobody else's, and not with a key that only reads."""
    own = (await api.get(EUROPOL, "/v1/me"))["appointment"]
    other = (await api.get("AIMC/head_of_delegation", "/v1/me"))["appointment"]
    expires = written(await present(api) + timedelta(days=30))

    opened = await api.post(EUROPOL, "/v1/feeds", appointment=own, expires=expires)
    refused = await api.post(EUROPOL, "/v1/feeds", appointment=other, expires=expires, expect=403)
    before = (await read(api, opened["address"])).status_code
    await api.post(EUROPOL, f"/v1/feeds/{fact(opened, 'key')}/revocation")

    assert refused["title"] == "Not permitted"
    assert (before, (await read(api, opened["address"])).status_code) == (200, 404)


async def test_an_answer_says_what_it_is_and_is_kept_by_nobody_on_the_way(api: Api) -> None:
    """A calendar in UTF-8, private; no link in it tells where it was read."""
    answer = await read(api, (await open_feed(api))[1])

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in answer.text


async def test_who_has_the_feed_already_is_not_sent_it_again(api: Api) -> None:
    """304 to the tag of the content, weak or among others; another tag gets it."""
    _, address = await open_feed(api)
    etag = (await read(api, address)).headers["ETag"]

    for known in (etag, f'"older", W/{etag}', "*"):
        answer = await read(api, address, **{"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", etag)
    assert (await read(api, address, **{"If-None-Match": '"older"'})).status_code == 200


async def test_the_tag_is_of_the_content_alone(api: Api) -> None:
    """Two of one entity that read the same have the same tag, today and a moment later."""
    _, one = await open_feed(api)
    _, other = await open_feed(api, "EUROPOL/head_of_entity")

    assert (await read(api, one)).headers["ETag"] == (await read(api, other)).headers["ETag"]


async def test_no_feed_is_no_feed_whyever(api: Api) -> None:
    """Unknown, malformed, revoked, expired, or a key that is sent with requests: one and the same answer."""
    key, revoked = await open_feed(api)
    assert (await read(api, revoked)).status_code == 200
    await api.post("EUROPOL/head_of_entity", f"/v1/keys/{key}/revocation")
    _, expired = await open_feed(api, life=timedelta(seconds=1))
    await until(lambda: read(api, expired), lambda answer: answer.status_code == 404)
    working = f"/v1/feeds/{api.world.keys[EUROPOL]}.ics"
    unknown = f"/v1/feeds/dlg_k-0123456789abcdef_{'x' * 43}.ics"
    wrong = revoked[:-5] + ("A" if revoked[-5] != "A" else "B") + ".ics"

    answers = [await read(api, each) for each in (revoked, expired, working, unknown, wrong, "/v1/feeds/dlg_k-1_x.ics")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(r'"trace_id":"[0-9a-f]{32}"', "", answer.text) for answer in answers}) == 1
    assert answers[0].json()["detail"] == "There is no feed at this address here."
    assert answers[0].json()["instance"] == "/v1/feeds/key.ics"


async def test_a_feed_key_opens_nothing_else(api: Api) -> None:
    """Sent with a request it is as good as none."""
    _, address = await open_feed(api)
    key = address.removeprefix("/v1/feeds/").removesuffix(".ics")

    for path in ("/v1/me", "/v1/cycles", "/v1/deadlines"):
        answer = await read(api, path, Authorization=f"Bearer {key}")
        assert answer.status_code == 401
        assert key not in answer.text
    posted = await api.client.post("/v1/bodies/wg-sc/series", headers={"Authorization": f"Bearer {key}"}, json={})
    assert posted.status_code == 401


async def test_the_address_is_told_once(api: Api) -> None:
    """Sent again, the request is answered without it; the list of keys never has it."""
    appointment = (await api.get(EUROPOL, "/v1/me"))["appointment"]
    sent: dict[str, Any] = {"appointment": appointment, "expires": written(await present(api) + timedelta(days=9))}
    first = await api.post("EUROPOL/head_of_entity", "/v1/feeds", key="feed-once", **sent)
    again = await api.post("EUROPOL/head_of_entity", "/v1/feeds", key="feed-once", **sent)

    assert first["address"].startswith("/v1/feeds/dlg_k-")
    assert again["address"] is None
    listed = (await api.get("EUROPOL/head_of_entity", "/v1/keys"))["items"]
    assert ["feed"] in [key["scopes"] for key in listed]
    assert first["address"].split("_")[2].removesuffix(".ics") not in str(listed)


async def test_a_convened_session_is_confirmed_with_place_and_number(api: Api) -> None:
    """An extraordinary one is an event of its own, under a name that stays; its place is told as it was sent."""
    _, address = await open_feed(api)
    cycle = await propose(api, "wg-sc", ahead=timedelta(hours=3))
    number = cycle.rsplit("/", 1)[1]
    before = next(each for each in await shown(api, address) if each.uid.startswith(f"cycle-wg-sc-{number}@"))
    await api.post(COORDINATOR, f"{cycle}/convening", mode="hybrid", place="Lyon, quai Charles; salle 2", waive="Try")

    answer = await read(api, address)
    after = next(each for each in happenings(answer.content) if each.uid == before.uid)

    assert (before.status, after.status) == ("TENTATIVE", "CONFIRMED")
    assert (before.uid, before.starts) == (after.uid, after.starts)
    assert before.sequence < after.sequence
    assert "LOCATION:Lyon\\, quai Charles\\; salle 2\r\n" in answer.text
    assert f"URL:http://api/v1/cycles/wg-sc/{number}\r\n" in answer.text


async def test_what_becomes_of_a_session_is_one_event_whose_sequence_rises(api: Api) -> None:
    """Proposed, convened, postponed, held at a distance, cancelled: one name, and each change is known as one."""
    _, address = await open_feed(api)
    cycle = await propose(api, "dialogue", ahead=timedelta(hours=3))
    number = cycle.rsplit("/", 1)[1]
    later = written(await present(api) + timedelta(hours=7))
    changes: list[tuple[str, dict[str, Any]]] = [
        ("convening", {"mode": "in_person", "place": "Lyon"}),
        ("postponement", {"starts": later, "reason": "Strike"}),
        ("conversion", {"reason": "Flood"}),
        ("cancellation", {"reason": "Quorum out of reach"}),
    ]
    seen = [await session_of(api, address, f"cycle-dialogue-{number}@")]
    for act, told in changes:
        await api.post(COORDINATOR, f"{cycle}/{act}", waive="Try", **told)
        seen.append(await session_of(api, address, f"cycle-dialogue-{number}@"))

    assert [each.sequence for each in seen] == [0, 1, 2, 3, 4]
    assert [each.status for each in seen] == ["TENTATIVE", "CONFIRMED", "CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [written(each.starts) == later for each in seen] == [False, False, True, True, True]
    assert [each.summary.partition(f"cycle {number}")[2] for each in seen] == [
        " (proposed)",
        "",
        " (postponed)",
        " (virtual)",
        " (cancelled)",
    ]


async def session_of(api: Api, address: str, uid: str) -> Happening:
    """Return the session that a feed shows under a name."""
    (found,) = [each for each in await shown(api, address) if each.uid.startswith(uid)]
    return found


async def test_a_guest_sees_only_what_it_was_invited_to(api: Api) -> None:
    """A cycle that does not name it is not there, though its series is; nor are anybody's deadlines but its own."""
    await api.world.appoint("ECO", "head_of_entity", by=COORDINATOR)
    guest = "ECO/head_of_entity"
    uninvited = await convene(api, "wg-fa", ahead=timedelta(hours=5))
    _, address = await open_feed(api, guest)
    found = await shown(api, address)

    assert not [each for each in found if ", cycle " in each.summary]
    assert {each.status for each in found} == {"TENTATIVE"}
    seen = [written(each.starts) for each in found]
    told = await api.get(CHAIR, uninvited)
    regular = (await api.get(CHAIR, "/v1/bodies/wg-fa"))["next_cycle"]
    assert told["starts"] not in seen
    assert regular["starts"] not in seen
    series = (await api.get(guest, "/v1/bodies/wg-fa"))["series"][0]
    assert series["occurrences"][0]["starts"] in seen


async def test_no_log_tells_the_key_of_a_feed(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """Read, not there, or not even a route: whatever is logged, the key is not in it."""
    _, address = await open_feed(api)
    key = address.removeprefix("/v1/feeds/").removesuffix(".ics")
    with caplog.at_level(logging.DEBUG, logger="services"), caplog.at_level(logging.DEBUG, logger="uvicorn"):
        answers = [
            await read(api, each) for each in (address, address[:-4], f"/v1/feeds/x{key}.ics", f"/v1/me?key={key}")
        ]

    assert [answer.status_code for answer in answers] == [200, 404, 200, 401]
    assert key not in caplog.text
    assert not [answer for answer in answers[1:2] if key in answer.text]
