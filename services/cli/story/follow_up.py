"""Acts 6 and 7: six action items go out, one is done, one is late and climbs its ladder; the cycle closes."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from services.cli.story.meeting import BODY, OBSERVER, cycle_path, delegate
from services.cli.story.narrator import dated, local
from services.cli.story.people import FOCAL_POINT
from services.cli.story.stage import CHAIR, COORDINATOR, Stage, check, instant
from services.cli.story.words import ACTIONS, COMPLETED, EVIDENCE, LATE

#: The late one is due so soon, the others in due time.
SOON = timedelta(seconds=7)
LATER = timedelta(days=30)
WHO = {
    "focal_point": "its focal point",
    "alternate": "its alternate",
    "head_of_delegation": "its head of delegation",
    "head_of_entity": "its head of entity",
    "chair": "the chair",
    "heads_of_entity": "the heads of all member entities",
}


async def assign(stage: Stage) -> None:
    """Play the act: six items, one completed and confirmed, one late."""
    stage.narrator.act(
        "Six action items go out; one is done, one is late",
        "Each item has an owner, a due instant, reminders and a ladder. The first rungs stay inside the owner's "
        "entity; only then the chair is told, and in the end every head of a member entity. Observers never see any "
        "of it.",
    )
    now = datetime.now(UTC).replace(microsecond=0)
    for owner, supporting, title, paragraph in ACTIONS:
        due = now + (SOON if owner == LATE else LATER)
        arguments = {
            "owner": owner,
            "supporting": list(supporting),
            "title": title,
            "due": due.isoformat().replace("+00:00", "Z"),
            "text": stage.facts["text"],
            "paragraph": paragraph,
        }
        assigned = await stage.act(COORDINATOR, cycle_path(stage, "/actions"), arguments)
        stage.facts.setdefault("actions", {})[owner] = assigned.fact("action")
        stage.tell(
            COORDINATOR, assigned.received_at, f"assigns to {owner}, due {dated(due, stage.zones[owner])}: {title}"
        )
    cycle = await stage.read(COORDINATOR, cycle_path(stage))
    check(cycle["state"] == "follow_up", f"the cycle is {cycle['state']}, not follow_up")
    await _complete(stage)
    await _climb(stage)


async def _complete(stage: Stage) -> None:
    action = stage.facts["actions"][COMPLETED]
    await stage.act(
        f"{COMPLETED}/{FOCAL_POINT}",
        f"/v1/actions/{action}/completion",
        {"evidence": EVIDENCE},
        told="reports its item as done, with the evidence",
    )
    await stage.act(CHAIR, f"/v1/actions/{action}/confirmation", told="confirms it: nobody confirms its own work")
    done = await stage.read(COORDINATOR, f"/v1/actions/{action}")
    check(done["state"] == "confirmed", f"the item of {COMPLETED} is {done['state']}")


async def _climb(stage: Stage) -> None:
    """Let the late item be reminded of, fall overdue and climb its ladder, one moment after the other."""
    late = await _late(stage)
    check(bool(late["reminders"]) and bool(late["escalation"]), "the late item has no reminder or no ladder")
    moments = sorted((*late["reminders"], *late["escalation"]["rungs"]), key=lambda each: str(each["at"]))
    due, is_overdue = instant(late["due_at"]), False
    for moment in moments:
        at = instant(moment["at"])
        if at > due and not is_overdue:
            is_overdue = await _fall_overdue(stage, due)
        await stage.narrator.wait_until(at, f"{moment['kind']} {moment['number']} of the late item")
        await stage.until(
            lambda: _late(stage), _has_gone(moment), f"{moment['kind']} {moment['number']} did not go", by=at
        )
        what = "is reminded: a letter" if moment["kind"] == "reminder" else f"is late: rung {moment['number']}"
        stage.narrator.tell(at, stage.zones[LATE], LATE, f"{what} goes to {WHO[moment['to']]}")
    late = await _late(stage)
    gone = [each["number"] for each in late["escalation"]["rungs"] if each["has_gone"]]
    check(gone == [each["number"] for each in late["escalation"]["rungs"]], f"the rungs {gone} have gone")
    letters = await stage.until(
        lambda: stage.delivered("action_escalated", f"action/{late['id']}"),
        lambda seen: len(seen) == len(gone) - 1 + len(stage.facts["members"]),
        "not everybody was told of the late item",
    )
    hidden = [each["id"] for each in await stage.listed(delegate(OBSERVER, stage), "/v1/actions", body=BODY)]
    check(not hidden, f"the observer {OBSERVER} sees {len(hidden)} action items")
    stage.narrator.note(
        f"The item of {LATE} has climbed {len(gone)} rungs, each at its own stored instant; {len(letters)} letters "
        f"went out, {len(stage.facts['members'])} of them to heads of member entities. {OBSERVER}, an observer, sees "
        f"{len(hidden)} of the {len(ACTIONS)} items."
    )


def _has_gone(moment: Mapping[str, Any]) -> Any:
    def holds(action: Any) -> bool:
        seen = (*action["reminders"], *action["escalation"]["rungs"])
        return any(
            each["has_gone"] and (each["kind"], each["number"]) == (moment["kind"], moment["number"]) for each in seen
        )

    return holds


async def _fall_overdue(stage: Stage, due: datetime) -> bool:
    await stage.narrator.wait_until(due, f"the item of {LATE} is due")
    await stage.until(lambda: _late(stage), lambda seen: bool(seen["is_overdue"]), "the item is not overdue", by=due)
    stage.narrator.tell(due, stage.zones[LATE], LATE, "has not delivered: the item is overdue")
    return True


async def _late(stage: Stage) -> Any:
    return await stage.read(COORDINATOR, f"/v1/actions/{stage.facts['actions'][LATE]}")


async def close(stage: Stage) -> None:
    """Play the last act: the cycle closes, its open items go to the backlog, the next cycle stands proposed."""
    stage.narrator.act(
        "The cycle closes, and the next one stands ready",
        "Nothing is lost with a closing cycle: what is still open goes to the backlog of the body, and from there to "
        "the next cycle. The number of a cycle is never used again.",
    )
    await stage.act(COORDINATOR, cycle_path(stage, "/closing"), told=f"closes cycle {stage.facts['number']}")
    cycle = await stage.read(COORDINATOR, cycle_path(stage))
    check(cycle["state"] == "closed", f"the cycle is {cycle['state']}, not closed")
    expected = {action for owner, action in stage.facts["actions"].items() if owner != COMPLETED}
    body = await stage.until(
        lambda: stage.read(COORDINATOR, f"/v1/bodies/{BODY}"),
        lambda seen: {_id(each) for each in seen["backlog"]} == expected,
        "the open items are not in the backlog of the body",
    )
    items = await asyncio.gather(*(stage.read(COORDINATOR, f"/v1/actions/{each}") for each in expected))
    check(all(each["carried_to"] == f"body/{BODY}" for each in items), "an open item was not carried over")
    stage.narrator.note(f"{len(expected)} open items are in the backlog of the body:")
    rows = [
        (each["owner"], each["state"].replace("_", " "), "late" if each["is_overdue"] else "", each["title"])
        for each in items
    ]
    stage.narrator.table(("Owner", "State", "", "Item"), sorted(rows))
    coming = body["next_cycle"]
    check(coming["number"] == stage.facts["number"] + 1, f"the next cycle is {coming['number']}")
    starts = instant(coming["starts"])
    places = ", ".join(local(starts, stage.zones[code]) for code in ("INTERPOL", "AMERIPOL", "ASEANAPOL"))
    stage.narrator.note(f"The body shows its next: cycle {coming['number']}, {places}.")


def _id(each: Any) -> str:
    return str(each if isinstance(each, str) else each["id"])
