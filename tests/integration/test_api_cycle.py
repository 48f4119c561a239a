"""Meeting cycles through the API: from the preview of a series to the papers on the table, each seen as permitted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

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
    propose,
    until,
)
from tests.world import MEMBERS, OBSERVERS, Peopled, world_of

SECRET = "Budget of the exercise"


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API whose cycles the tests add to."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        yield api


@pytest.fixture(scope="module")
async def cycle(api: Api) -> str:
    """Give a convened cycle with an open and a members-only item."""
    address = await convene(api, ahead=timedelta(seconds=15))
    await api.post(COORDINATOR, f"{address}/items", title="Common databases", purpose="discussion")
    await api.post(head("EUROPOL"), f"{address}/items", title=SECRET, purpose="decision", audience="members")
    await api.post(COORDINATOR, f"{address}/items", title="Any other business", purpose="information")
    return address


async def test_a_series_is_previewed_in_the_local_time_of_every_entity(api: Api) -> None:
    """Nothing is scheduled by looking, and the same instant stands on every clock."""
    seen = await api.get(
        head("AIMC"),
        "/v1/bodies/dialogue/series/preview",
        rrule="FREQ=YEARLY;BYMONTH=10;BYDAY=2WE",
        local_start="09:00",
        count=2,
    )
    first = seen["sessions"][0]
    assert len(seen["sessions"]) == 2
    assert set(first["local"]) > set(MEMBERS)
    assert first["local"]["INTERPOL"]["starts"].endswith(("T09:00:00+02:00", "T09:00:00+01:00"))
    assert first["local"]["AMERIPOL"]["zone"] == "America/Bogota"
    assert (await api.get(COORDINATOR, "/v1/bodies/dialogue"))["series"] == []


async def test_a_wrong_series_is_refused_with_field_and_remedy(api: Api) -> None:
    """Preview and schedule say the same of the same slip."""
    answer = await api.get(COORDINATOR, "/v1/bodies/wg-sc/series/preview", expect=422, zone="Europe/Lyon")
    assert [fault["field"] for fault in answer["faults"]] == ["zone"]
    answer = await api.post(COORDINATOR, "/v1/bodies/wg-sc/series", expect=422, zone="Europe/Lyon")
    assert [fault["field"] for fault in answer["faults"]] == ["zone"]
    assert answer["command_id"]


async def test_scheduling_a_series_proposes_its_first_cycle(api: Api) -> None:
    """The answer leads to the cycle, and the body shows it as the next."""
    scheduled = await api.post(COORDINATOR, "/v1/bodies/wg-fa/series")
    cycle = await api.get(head("FRONTEX"), scheduled["links"]["cycle"])
    assert (cycle["state"], cycle["procedure"]) == ("proposed", "wg-fa@1")
    body = await api.get(head("FRONTEX"), "/v1/bodies/wg-fa")
    assert body["next_cycle"]["number"] == cycle["number"]
    assert body["series"][0]["occurrences"]


async def test_a_cycle_is_told_in_utc_and_in_the_viewers_own_zone(api: Api, cycle: str) -> None:
    """Every instant stands there twice, and the zone is named."""
    told = await api.get(head("GCCPOL"), cycle)
    assert told["zone"] == "Asia/Dubai"
    assert told["starts"].endswith("Z")
    assert told["starts_local"].endswith("+04:00")
    assert told["convening"]["place"] == "Lyon"
    assert told["convening"]["waiver"] == "An exercise"
    assert {step["entity"] for step in told["steps"]} == {"GCCPOL"}
    everybody = {step["entity"] for step in (await api.get(COORDINATOR, cycle))["steps"]}
    assert everybody == {*MEMBERS, *OBSERVERS}


async def test_answers_and_credentials_are_listed_with_those_still_awaited(api: Api, cycle: str) -> None:
    """Who was asked and has not answered stands there without an answer."""
    await api.post(head("AFRIPOL"), f"{cycle}/responses", answer="declined")
    told = await api.get(head("UNODC"), f"{cycle}/responses")
    answers = {line["entity"]: line["answer"] for line in told["items"]}
    assert (answers["AFRIPOL"], answers["AMERIPOL"]) == ("declined", None)
    await api.post(
        head("SCO"),
        f"{cycle}/credentials",
        persons=[
            {"person": "A. Delegate", "role": "head_of_delegation", "delegation": "SCO_SECRETARIAT"},
            {"person": "B. Delegate", "role": "member", "delegation": "SCO_RATS_EC"},
        ],
    )
    told = await api.get(head("AIMC"), f"{cycle}/credentials")
    assert [person["person"] for person in told["items"][0]["persons"]] == ["A. Delegate", "B. Delegate"]


async def test_a_members_only_item_is_invisible_to_observers(api: Api, cycle: str) -> None:
    """Neither its title, nor its place in the numbering, nor its papers show."""
    items = (await api.get(head("AIMC"), f"{cycle}/items"))["items"]
    hidden = next(item for item in items if item["title"] == SECRET)
    paper = await api.post(head("AIMC"), f"{cycle}/papers", title="Figures", text="One, two.", item=hidden["id"])
    await api.post(COORDINATOR, f"{cycle}/agenda/publication")
    for entity, titles in (("AIMC", 3), ("UNODC", 2)):
        told = await api.get(head(entity), cycle)
        assert [item["position"] for item in told["agenda"]] == list(range(1, titles + 1))
        listed = await api.client.get(f"{cycle}/items", headers=api.headers(head(entity)))
        assert (SECRET in listed.text) is (entity == "AIMC")
        papers = (await api.get(head(entity), f"{cycle}/papers"))["items"]
        assert [each["id"] for each in papers] == ([fact(paper, "paper")] if entity == "AIMC" else [])
    gone = await api.post(head("UNODC"), f"{cycle}/papers", expect=404, title="Mine", text="Text", item=hidden["id"])
    unknown = await api.post(
        head("UNODC"), f"{cycle}/papers", expect=404, title="Mine", text="Text", item="i-0000000000000000"
    )
    assert gone["detail"].replace(hidden["id"], "") == unknown["detail"].replace("i-0000000000000000", "")


async def test_a_contribution_restricted_to_members_is_not_seen_by_observers(api: Api, cycle: str) -> None:
    """An observer sees what is for all, with its words; the restricted one does not show."""
    for audience in ("all", "members"):
        await api.post(
            head("AFRIPOL"),
            f"{cycle}/contributions",
            kind="written_contribution",
            text=f"Words for {audience}",
            audience=audience,
        )
    for entity, words in (("FRONTEX", ["Words for all", "Words for members"]), ("SCO", ["Words for all"])):
        told = await api.get(head(entity), f"{cycle}/contributions")
        assert [each["text"] for each in told["items"]] == words


async def test_presence_makes_a_quorum(api: Api) -> None:
    """Five of eight members make it, and the agenda is adopted only then."""
    cycle = await in_session(api, "wg-sc", *MEMBERS[:4])
    item = fact(await api.post(COORDINATOR, f"{cycle}/items", title="Only item", purpose="decision"), "item")
    refused = await api.post(CHAIR, f"{cycle}/agenda/adoption", expect=409, items=[item])
    assert (refused["refusal"], refused["present"], refused["required"]) == ("NoQuorum", 4, 5)
    await api.post(CHAIR, f"{cycle}/presences", entity=MEMBERS[4], presence="remote")
    await api.post(CHAIR, f"{cycle}/agenda/adoption", items=[item])
    told = await api.get(head("UNODC"), f"{cycle}/presences")
    assert told["quorum"] == {"present": 5, "required": 5, "members": 8, "is_met": True}
    assert {each["entity"]: each["presence"] for each in told["entities"]}["FRONTEX"] == "absent"


async def test_what_was_recorded_on_behalf_can_be_contested_and_corrected(api: Api) -> None:
    """The coordinator records a paper answer; the entity contests it, and the chair corrects it."""
    cycle = await convene(api, "wg-fa")
    told = await api.get(COORDINATOR, cycle)
    paper = {"entity": "ASEANAPOL", "received_at": told["convening"]["at"], "evidence": "Letter 12, kept in Lyon"}
    early = {**paper, "received_at": "2020-01-01T00:00:00Z"}
    refused = await api.post(COORDINATOR, f"{cycle}/responses", expect=422, answer="declined", on_behalf=early)
    assert "when the meeting was convened; give the instant at which the paper was received" in refused["detail"]
    await api.post(COORDINATOR, f"{cycle}/responses", answer="declined", on_behalf=paper)
    entry = next(
        line["entry"]
        for line in (await api.get(head("ASEANAPOL"), f"{cycle}/responses"))["items"]
        if line["entity"] == "ASEANAPOL"
    )
    await api.post(head("ASEANAPOL"), f"{cycle}/contests", event=entry, reason="We accepted.")
    corrected = {"answer": "accepted"}
    await api.post(CHAIR, f"{cycle}/corrections", event=entry, data=corrected, reason="Misread.")
    answers = (await api.get(head("AIMC"), f"{cycle}/responses"))["items"]
    assert {each["entity"]: each["answer"] for each in answers}["ASEANAPOL"] == "accepted"
    assert (await api.get(head("AIMC"), cycle))["entries"] == []
    kinds = [each["kind"] for each in (await api.get(head("ASEANAPOL"), cycle))["entries"]]
    assert kinds == ["response", "response"]


async def test_cycles_are_listed_page_by_page(api: Api) -> None:
    """A cursor leads on, and is good for its own list and filters alone."""
    for _ in range(2):
        await propose(api)
    seen: list[int] = []
    cursor = None
    while True:
        query: dict[str, Any] = {"limit": 1, "body": "dialogue", **({"cursor": cursor} if cursor else {})}
        page = await api.get(head("AIMC"), "/v1/cycles", **query)
        seen += [each["number"] for each in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert len(seen) == len(set(seen)) > 1
    refused = await api.get(head("AIMC"), "/v1/cycles", expect=422, body="wg-sc", cursor=cursor)
    assert refused["faults"][0]["field"] == "cursor"


async def test_open_waits_name_who_is_waited_for(api: Api, cycle: str) -> None:
    """An entity sees its own; the coordinator sees all, and of one body if it asks."""
    own = await api.get(head("EUROPOL"), "/v1/waiting", limit=200)
    assert {each["entity"] for each in own["items"]} == {"EUROPOL"}
    everybody = await api.get(COORDINATOR, "/v1/waiting", body="dialogue", limit=200)
    assert {each["entity"] for each in everybody["items"]} > {"EUROPOL", "SCO"}
    assert {each["body"] for each in everybody["items"]} == {"dialogue"}
    others = await api.get(head("EUROPOL"), "/v1/waiting", entity="SCO")
    assert others["items"] == []


async def test_deadlines_are_an_entitys_own_unless_it_leads(api: Api, cycle: str) -> None:
    """They come first due first, with the zone they were reckoned in."""
    own = await api.get(head("AMERIPOL"), "/v1/deadlines", body="dialogue", limit=200)
    assert {each["entity"] for each in own["items"]} == {"AMERIPOL"}
    dues = [each["due_at"] for each in own["items"]]
    assert dues == sorted(dues)
    assert own["items"][0]["due_at_local"].endswith("-05:00")
    told = await api.get(COORDINATOR, "/v1/deadlines", entity="AMERIPOL", body="dialogue", limit=200)
    assert [each["due_at"] for each in told["items"]] == dues


async def test_notices_are_told_by_what_became_of_them(api: Api) -> None:
    """Queued, delivered and failed stand apart."""
    api.world.post.refused.add("GCCPOL")
    try:
        await api.post(CHAIR, "/v1/bodies/dialogue/silence-procedures", subject="A word", text="Text", waive="Short")
        failed = await until(
            lambda: api.get(head("GCCPOL"), "/v1/notices", state="failed"), lambda told: bool(told["failed"])
        )
    finally:
        api.world.post.refused.clear()
    assert failed["failed"][0]["reason"] == "mailbox unavailable"
    assert failed["delivered"] == []
    told = await until(lambda: api.get(head("AIMC"), "/v1/notices"), lambda told: not told["queued"])
    assert "silence_opened" in {each["notice"] for each in told["delivered"]}
