"""A year of a working group through the public API: sessions skipped, paused, moved, held at a distance, reported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.runtime.stack import Stack
from services.storage.rebuild import compare
from tests.integration.api_world import CHAIR, COORDINATOR, Api, api_of, fact, head, present, until, written
from tests.world import Peopled, world_of

GROUP = "/v1/bodies/wg-sc"
CYCLES = "/v1/cycles/wg-sc"


@pytest.fixture
async def api(stack: Stack, peopled_later: Peopled) -> AsyncIterator[Api]:
    """Give an API under skipped time."""
    async with world_of(stack, peopled_later, skipped=True) as world, api_of(world) as api:
        yield api


async def body(api: Api, code: str = "wg-sc") -> dict[str, Any]:
    """Read a body."""
    told: dict[str, Any] = await api.get(COORDINATOR, f"/v1/bodies/{code}")
    return told


async def next_is(api: Api, number: int, code: str = "wg-sc") -> dict[str, Any]:
    """Wait until a cycle is the next to be convened, and its predecessor's word has come; return it."""

    def is_next(told: dict[str, Any]) -> bool:
        return bool(told["next_cycle"]) and told["next_cycle"]["number"] == number

    await until(lambda: body(api, code), is_next)
    address = f"/v1/cycles/{code}/{number}"
    told: dict[str, Any] = await until(lambda: api.get(COORDINATOR, address), bool)
    return told


async def stands(api: Api, cycle: str, state: str) -> dict[str, Any]:
    """Wait until a cycle is in a state, and return it."""
    told: dict[str, Any] = await until(lambda: api.get(COORDINATOR, cycle), lambda seen: seen["state"] == state)
    return told


async def meet(api: Api, cycle: str) -> None:
    """Hold the session of a cycle on its day."""
    starts = datetime.fromisoformat((await api.get(COORDINATOR, cycle))["starts"])
    await api.world.sleep_until(starts)
    await api.post(COORDINATOR, f"{cycle}/session/opening")


async def convene(api: Api, cycle: str, **how: Any) -> None:
    """Convene a cycle, once the way is clear."""
    await until(
        lambda: api.world.state(cycle.removeprefix("/v1/cycles/").join(("cycle/", ""))), lambda state: state.is_clear
    )
    await api.post(COORDINATOR, f"{cycle}/convening", mode="in_person", place="Lyon", **how)


async def test_the_year_of_a_working_group(api: Api) -> None:
    """Each change is told to whom it concerns, shows in what is read, and leaves the rest as it was."""
    await skip_and_pause(api)
    await amend(api)
    await move(api)
    await meet_and_report(api)
    await until(lambda: differing(api), lambda found: found == [])


async def differing(api: Api) -> list[str]:
    """Return the streams whose rows are not what the ledger says; letters may still be under way."""
    return [stream async for stream, differences in compare(api.world.engine.database) if differences]


async def skip_and_pause(api: Api) -> None:
    """Skip the first session, pause and resume the series."""
    await api.post(COORDINATOR, f"{GROUP}/series")
    await next_is(api, 1)
    unknown = await api.post(COORDINATOR, f"{GROUP}/cycles/9/skip", expect=404, reason="None")
    assert unknown["detail"] == "There is no cycle wg-sc 9 here."
    await api.post(COORDINATOR, f"{GROUP}/cycles/1/skip", reason="Too soon")
    skipped = await stands(api, f"{CYCLES}/1", "cancelled")
    assert (skipped["is_skipped"], skipped["ended_for"]) == (True, "Too soon")
    second = await next_is(api, 2)
    assert second["starts"][:10] == "2040-06-12"
    told = await body(api)
    assert [(s["number"], s["reason"]) for s in told["skipped"]] == [(1, "Too soon")]
    await until(
        lambda: api.world.kinds("cycle/wg-sc/1"),
        lambda kinds: "notice_delivered" in kinds[kinds.index("proposal_withdrawn") :],
    )
    assert api.world.post.to("UNODC", "cycle_skipped")

    await api.post(COORDINATOR, f"{GROUP}/series/pause", reason="Elections")
    await stands(api, f"{CYCLES}/2", "cancelled")
    paused = await body(api)
    assert ([p["reason"] for p in paused["paused"]], paused["next_cycle"]) == (["Elections"], None)
    refused = await api.post(COORDINATOR, f"{GROUP}/series/pause", expect=409, reason="Again")
    assert refused["refusal"] == "AlreadyPaused"
    await api.post(COORDINATOR, f"{GROUP}/series/resumption")
    third = await next_is(api, 3)
    assert (third["starts"], (await body(api))["paused"]) == (second["starts"], [])


async def amend(api: Api) -> None:
    """Meet at ten from 2041 on."""
    past = await amended(api, 422, {"from": "2040-01-01"})
    assert past["field"] == "from"
    never = await amended(api, 422, {"from": "2041-01-01", "rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"})
    assert never["faults"][0]["field"] == "rrule"
    await amended(api, 200, {"from": "2041-01-01", "local_start": "10:00"})
    old, new = (await body(api))["series"]
    assert (old["until"], old["local_start"]) == ("2040-12-31T23:00:00Z", "09:00")
    assert (new["since"], new["until"], new["local_start"], new["rrule"]) == (old["until"], None, "10:00", old["rrule"])
    assert new["occurrences"][0]["starts"] == "2041-03-12T09:00:00Z"


async def amended(api: Api, expect: int, sent: dict[str, Any]) -> dict[str, Any]:
    """Amend the series; ``from`` is a word of Python."""
    told: dict[str, Any] = await api.post(COORDINATOR, f"{GROUP}/series/amendment", expect, **sent)
    return told


async def move(api: Api) -> None:
    """Postpone the session past the next regular one, not onto another, and hold it at a distance."""
    cycle = f"{CYCLES}/3"
    await convene(api, cycle)
    await api.post(head("AIMC"), f"{cycle}/responses", answer="accepted")
    await next_is(api, 4)
    called = await api.post(
        COORDINATOR, f"{GROUP}/extraordinary-sessions", starts="2040-09-18T07:00:00Z", session="P1D", reason="Urgent"
    )
    other = str(called["links"]["cycle"]).removeprefix("http://api")
    await convene(api, other)
    await until(lambda: body(api), lambda told: len(told["live_cycles"]) == 2)

    onto = await api.post(COORDINATOR, f"{cycle}/postponement", 409, starts="2040-09-18T08:00:00Z", reason="Strike")
    into = await api.post(COORDINATOR, f"{cycle}/postponement", 422, starts="2040-01-18T08:00:00Z", reason="Strike")
    local = await api.post(COORDINATOR, f"{cycle}/postponement", 422, starts="2040-09-18T08:00:00", reason="Strike")
    assert (onto["refusal"], onto["number"]) == ("OverlapsLiveCycle", 5)
    assert into["field"] == "starts"
    assert "with its offset" in local["detail"]
    await api.post(COORDINATOR, f"{other}/cancellation", reason="No longer urgent")
    await until(lambda: body(api), lambda told: len(told["live_cycles"]) == 1)
    await api.post(COORDINATOR, f"{cycle}/postponement", starts="2040-09-18T07:00:00Z", reason="Strike")

    moved = await stands(api, cycle, "postponed")
    (before,) = moved["superseded"]
    assert (before["starts"][:10], before["reason"], before["responses"][0]["entity"]) == (
        "2040-06-12",
        "Strike",
        "AIMC",
    )
    assert {r["answer"] for r in moved["responses"]} == {None}
    await stands(api, f"{CYCLES}/4", "cancelled")
    sixth = await next_is(api, 6)
    assert sixth["starts"][:10] == "2040-12-11"
    assert [(s["number"], s["because_of"]) for s in (await body(api))["skipped"]] == [(1, None), (4, 3)]
    await until(lambda: delivered(api, "cycle_postponed"), bool)

    await api.post(COORDINATOR, f"{cycle}/conversion", reason="Strike goes on", place="By link")
    converted = await stands(api, cycle, "converted_to_virtual")
    assert (converted["convening"]["mode"], converted["convening"]["place"]) == ("remote", "By link")


async def delivered(api: Api, notice: str) -> bool:
    """Tell whether a letter has reached somebody."""
    return bool(api.world.post.to("AFRIPOL", notice))


async def meet_and_report(api: Api) -> None:
    """Meet, report to the Dialogue, and adopt an action that the other group adopts too, for another day."""
    cycle = f"{CYCLES}/3"
    await meet(api, cycle)
    due = written((await present(api)) + timedelta(days=90))
    action = str((await api.post(CHAIR, f"{cycle}/actions", owner="EUROPOL", title="SC-6", due=due))["links"]["action"])
    await api.post(COORDINATOR, f"{cycle}/session/closing")
    elsewhere = await api.post(CHAIR, f"{cycle}/reports", 409, body="wg-fa", title="Findings")
    assert elsewhere["refusal"] == "ReportsElsewhere"
    await api.post(CHAIR, f"{cycle}/reports", title="Findings", text="What we found.", purpose="decision")
    await until(lambda: body(api, "dialogue"), lambda told: len(told["reports"]) == 1)
    await api.post(COORDINATOR, "/v1/bodies/dialogue/series")
    await next_is(api, 1, "dialogue")
    items = await until(lambda: api.get(head("AIMC"), "/v1/cycles/dialogue/1/items"), lambda told: bool(told["items"]))
    assert [(i["title"], i["source"], i["purpose"]) for i in items["items"]] == [("Findings", "wg-sc/3", "decision")]
    papers = await api.get(head("AIMC"), "/v1/cycles/dialogue/1/papers")
    assert [p["text"] for p in papers["items"]] == ["What we found."]
    await adopt_jointly(api, action, due)


async def adopt_jointly(api: Api, action: str, due: str) -> None:
    """Let the group on field access adopt the action for another day, and the Dialogue decide."""
    starts = written((await present(api)) + timedelta(days=2))
    called = await api.post(
        COORDINATOR, "/v1/bodies/wg-fa/extraordinary-sessions", starts=starts, session="PT4H", reason="Joint work"
    )
    other = str(called["links"]["cycle"]).removeprefix("http://api")
    await convene(api, other, waive="Agreed by all")
    await meet(api, other)
    id_ = action.rsplit("/", 1)[1]
    later = written(datetime.fromisoformat(due) + timedelta(days=30))
    unknown = await api.post(CHAIR, f"{other}/actions", 404, owner="EUROPOL", title="SC-6", due=later, joint="a-none")
    assert unknown["refusal"] == "NotFound"
    await api.post(CHAIR, f"{other}/actions", owner="EUROPOL", title="SC-6", due=later, joint=id_)

    told = await until(lambda: api.get(head("AIMC"), action), lambda seen: bool(seen["adoptions"]))
    assert (told["due_at"], told["is_conflicting"], told["reconciler"]) == (due, True, "dialogue")
    assert [(a["body"], a["due_at"], a["is_conflicting"]) for a in told["adoptions"]] == [("wg-fa", later, True)]
    for group in ("wg-sc", "wg-fa"):
        rows = (await api.get(head("AIMC"), "/v1/follow-up-matrix", body=group))["items"]
        assert [(row["action"], row["joint_bodies"]) for row in rows] == [(id_, ["wg-fa"])]
    assert (await api.get(head("AIMC"), "/v1/follow-up-matrix", body="dialogue"))["items"] == []
    waits = (await api.get(CHAIR, "/v1/waiting"))["items"]
    assert [w["what"] for w in waits if w["stream"] == f"action/{id_}"].count("reconciliation") == 2
    alone = await api.post(CHAIR, f"{action}/due-date", 409, due=later, reason="We prefer it")
    assert alone["refusal"] == "ReconciliationNeeded"
    await api.post(CHAIR, f"{action}/due-date", due=later, reason="The Dialogue decided", body="dialogue")
    settled = await api.get(head("AIMC"), action)
    assert (settled["due_at"], settled["is_conflicting"]) == (later, False)
    assert fact(called, "number") == 1
