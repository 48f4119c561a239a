"""Action items through the API: assigned, late, completed, confirmed; the ladder is not for observers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.runtime.stack import Stack
from tests.integration.api_world import CHAIR, COORDINATOR, Api, api_of, fact, head, in_session, present, until, written
from tests.world import MEMBERS, Peopled, world_of


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API whose cycle the tests add actions to."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        yield api


@pytest.fixture(scope="module")
async def cycle(api: Api) -> str:
    """Give a cycle in session, with a quorum."""
    return await in_session(api, "dialogue", *MEMBERS[:5])


async def assigned(api: Api, cycle: str, owner: str, *, ahead: timedelta = timedelta(hours=1), **more: Any) -> str:
    """Have an action assigned, and return its address."""
    due = written(await present(api) + ahead)
    told = await api.post(
        CHAIR, f"{cycle}/actions", **{"owner": owner, "title": f"Work of {owner}", "due": due, **more}
    )
    return str(told["links"]["action"])


async def test_an_action_is_worked_on_completed_and_confirmed(api: Api, cycle: str) -> None:
    """Notes, evidence and slips are told with their words; nobody confirms its own work."""
    action = await assigned(api, cycle, "AIMC", supporting=["EUROPOL"])
    await api.post(head("EUROPOL"), f"{action}/progress", note="Half of it is done.")
    due = written(await present(api) + timedelta(hours=2))
    await api.post(COORDINATOR, f"{action}/due-date", due=due, reason="A holiday")
    await api.post(head("AIMC"), f"{action}/completion", evidence="Report 7")
    own = await api.post(head("AIMC"), f"{action}/confirmation", expect=403)
    assert own["refusal"] == "NotPermitted"
    await api.post(CHAIR, f"{action}/confirmation")
    told = await api.get(head("FRONTEX"), action)
    assert (told["state"], told["title"], told["is_open"]) == ("confirmed", "Work of AIMC", False)
    assert told["progress"][0]["note"] == "Half of it is done."
    assert told["completion"]["evidence"] == "Report 7"
    assert (told["slips"][0]["reason"], told["due_at"]) == ("A holiday", due)
    again = await api.post(head("AIMC"), f"{action}/completion", expect=409, evidence="Report 8")
    assert again["refusal"] == "WrongState"


async def test_the_ladder_of_a_late_action_is_seen_by_its_owner_and_who_leads(api: Api, cycle: str) -> None:
    """Other members see that it is late; observers see neither."""
    action = await assigned(api, cycle, "AMERIPOL", ahead=timedelta(seconds=9))
    told = await until(lambda: api.get(COORDINATOR, action), lambda seen: bool(seen["is_overdue"]))
    assert [rung["number"] for rung in told["escalation"]["rungs"]] == [1, 2, 3, 4, 5]
    assert [reminder["has_gone"] for reminder in told["reminders"]] == [True]
    assert (await api.get(head("AMERIPOL"), action))["escalation"]["rungs"]
    other = await api.get(head("FRONTEX"), action)
    assert (other["is_overdue"], other["escalation"]) == (True, None)
    await api.get(head("UNODC"), action, expect=404)
    await api.post(head("UNODC"), f"{action}/completion", expect=404, evidence="None of ours")
    late = await api.get(head("FRONTEX"), "/v1/actions", overdue=True)
    assert action.rsplit("/", 1)[1] in {each["id"] for each in late["items"]}
    assert (await api.get(head("UNODC"), "/v1/actions"))["items"] == []


async def test_an_observer_sees_the_action_it_supports(api: Api, cycle: str) -> None:
    """And reports on its part; of the decision behind it, only as far as it sees the text."""
    text = fact(
        await api.post(
            CHAIR,
            f"{cycle}/texts",
            title="Conclusions",
            kind="summary_of_conclusions",
            paragraphs={"2": "Train together."},
            audience="members",
        ),
        "text",
    )
    action = await assigned(api, cycle, "GCCPOL", supporting=["SCO"], text=text, paragraph="2")
    await api.post(head("SCO"), f"{action}/progress", note="Trainers are found.")
    for entity, source, title in (("AIMC", text, "Conclusions"), ("SCO", None, None)):
        told = await api.get(head(entity), action)
        assert (told["text"], told["paragraph"]) == (source, "2" if source else None)
        rows = (await api.get(head(entity), "/v1/follow-up-matrix", body="dialogue"))["items"]
        row = next(row for row in rows if row["action"] == action.rsplit("/", 1)[1])
        assert (row["text"], row["text_title"], row["owner"]) == (source, title, "GCCPOL")
    assert {row["owner"] for row in rows} == {"GCCPOL"}


async def test_the_matrix_is_paged_in_the_order_of_dues(api: Api, cycle: str) -> None:
    """Page by page it gives every row once, the first due first, with the next review."""
    for owner in ("AFRIPOL", "ASEANAPOL", "EUROPOL"):
        await assigned(api, cycle, owner)
    dues, cursor = [], None
    while True:
        page = await api.get(CHAIR, "/v1/follow-up-matrix", limit=2, **({"cursor": cursor} if cursor else {}))
        dues += [row["due_at"] for row in page["items"]]
        assert all(row["next_review"]["number"] for row in page["items"])
        cursor = page["next"]
        if cursor is None:
            break
    assert len(dues) >= 3
    assert dues == sorted(dues)


async def test_an_action_is_given_on_held_reopened_and_dropped(api: Api, cycle: str) -> None:
    """What the chair does with it, each by its own address."""
    action = await assigned(api, cycle, "FRONTEX")
    await api.post(CHAIR, f"{action}/reassignment", owner="EUROPOL")
    until_then = written(await present(api) + timedelta(hours=3))
    await api.post(COORDINATOR, f"{action}/holds", rung=5, until=until_then, reason="They asked.")
    told = await api.get(COORDINATOR, action)
    assert told["escalation"]["holds"][0]["reason"] == "They asked."
    await api.post(CHAIR, f"{action}/drop", reason="Overtaken.")
    await api.post(CHAIR, f"{action}/reopening", reason="Not overtaken.")
    assert (await api.get(head("EUROPOL"), action))["is_open"] is True
    inner = await api.post(COORDINATOR, f"{action}/holds", expect=422, rung=1, until=until_then, reason="They asked.")
    assert inner["refusal"] == "RungNotHoldable"
