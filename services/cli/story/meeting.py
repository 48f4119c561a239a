"""Acts 2 and 3: the Dialogue is convened and prepared, then meets in session."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from services.cli.story.narrator import local
from services.cli.story.stage import CHAIR, COORDINATOR, DELEGATE, Stage, check, instant
from services.cli.story.words import (
    ITEMS,
    OPEN_CONTRIBUTION,
    PLACE,
    RESTRICTED_CONTRIBUTION,
    STATEMENTS,
)

#: From scheduling to the session; the exercise asks for twenty seconds between convening and session.
LEAD = timedelta(seconds=27)
SECOND = timedelta(seconds=1)
BODY = "dialogue"
ABSENT = "AFRIPOL"
ONE_SEAT = "SCO"
REMOTE = ("AMERIPOL", "ASEANAPOL")
OBSERVER = "UNODC"
MEMBER = "EUROPOL"


def cycle_path(stage: Stage, rest: str = "") -> str:
    """Return the address of the story's cycle."""
    return f"/v1/cycles/{BODY}/{stage.facts['number']}{rest}"


def delegate(entity: str, stage: Stage) -> str:
    """Return who speaks for an entity; for the one seat with two delegations the first of them."""
    return f"{stage.facts['delegations'][0] if entity == ONE_SEAT else entity}/{DELEGATE}"


def entities(stage: Stage) -> tuple[str, ...]:
    """Return everybody at the table."""
    return (*stage.facts["members"], *stage.facts["observers"])


async def convene(stage: Stage) -> None:
    """Play the act from the series to the convening notice and the answers."""
    stage.narrator.act(
        "INTERPOL convenes the Dialogue",
        "A body meets by a recurring series. The exercise meets every hour, and each of its lead times is some seconds "
        "where the high-level Dialogue has months; the rules are the same.",
    )
    starts = (datetime.now(UTC) + LEAD + SECOND).replace(microsecond=0)
    series = {"procedure": "exercise@1", "rrule": "FREQ=HOURLY", "zone": "UTC", "local_start": f"{starts:%H:%M:%S}"}
    scheduled = await stage.act(COORDINATOR, f"/v1/bodies/{BODY}/series", series)
    stage.facts["number"] = number = scheduled.fact("number")
    stage.tell(COORDINATOR, scheduled.received_at, f"schedules a series; the body proposes cycle {number} by itself")
    await stage.act(
        COORDINATOR,
        cycle_path(stage, "/convening"),
        {"mode": "hybrid", "place": PLACE},
        told=f"convenes cycle {number}: {PLACE}, on site and from afar",
    )
    cycle = await stage.read(COORDINATOR, cycle_path(stage))
    check(cycle["state"] == "convened", f"cycle {number} is {cycle['state']}, not convened")
    check(instant(cycle["starts"]) == starts, f"the session starts {cycle['starts']}, not {starts}")
    stage.facts["starts"] = starts
    stage.narrator.note(f"The same instant, as each of the {len(cycle['convening']['invited'])} invited reads it:")
    rows = [(code, local(starts, stage.zones[code])) for code in cycle["convening"]["invited"]]
    stage.narrator.table(("Entity", "Session starts"), rows)
    await _answer(stage)


async def _answer(stage: Stage) -> None:
    answers = await asyncio.gather(
        *(
            stage.act(delegate(code, stage), cycle_path(stage, "/responses"), {"answer": "accepted"})
            for code in entities(stage)
        )
    )
    for code, given in zip(entities(stage), answers, strict=True):
        stage.tell(delegate(code, stage), given.received_at, "accepts")
    responses = await stage.listed(COORDINATOR, cycle_path(stage, "/responses"))
    accepted = [each["entity"] for each in responses if each["answer"] == "accepted"]
    check(len(accepted) == len(responses) == len(entities(stage)), f"{len(accepted)} of {len(responses)} accepted")
    stage.narrator.note(f"{len(accepted)} of {len(responses)} have accepted. Accepting is not attending.")


async def prepare(stage: Stage) -> None:
    """Play the act's second half: the agenda, AFRIPOL's contributions, SCO's two delegations, what falls due."""
    for code, title, purpose, audience in ITEMS:
        arguments = {"title": title, "purpose": purpose, "audience": audience}
        only = ", for members only" if audience == "members" else ""
        await stage.act(delegate(code, stage), cycle_path(stage, "/items"), arguments, told=f"proposes “{title}”{only}")
    await stage.act(CHAIR, cycle_path(stage, "/agenda/publication"), told="sends out the provisional agenda")
    items = await stage.listed(CHAIR, cycle_path(stage, "/items"))
    annotated = [{"item": item["id"], "minutes": 5, "lead": item["entity"]} for item in items]
    await stage.act(
        CHAIR, cycle_path(stage, "/agenda/annotation"), {"items": annotated}, told="sends out the annotated agenda"
    )
    await _contribute(stage)
    await _send_people(stage)
    await _fall_due(stage)


async def _contribute(stage: Stage) -> None:
    who = delegate(ABSENT, stage)
    for text, audience, told in (
        (OPEN_CONTRIBUTION, "all", "cannot come, and files a written contribution for all"),
        (RESTRICTED_CONTRIBUTION, "members", "files a second one, for members only"),
    ):
        arguments = {"kind": "written_contribution", "text": text, "audience": audience}
        await stage.act(who, cycle_path(stage, "/contributions"), arguments, told=told)
    seen = {code: await _seen_by(stage, code) for code in (MEMBER, OBSERVER)}
    check(seen[MEMBER] == (len(ITEMS), 2), f"{MEMBER} sees {seen[MEMBER]} items and contributions")
    check(seen[OBSERVER] == (len(ITEMS) - 1, 1), f"{OBSERVER} sees {seen[OBSERVER]} items and contributions")
    stage.narrator.note(
        f"The member {MEMBER} reads {seen[MEMBER][0]} items and {seen[MEMBER][1]} contributions, the observer "
        f"{OBSERVER} {seen[OBSERVER][0]} and {seen[OBSERVER][1]}: what is for members is nowhere to be seen for others."
    )


async def _seen_by(stage: Stage, entity: str) -> tuple[int, int]:
    who = delegate(entity, stage)
    items = await stage.listed(who, cycle_path(stage, "/items"))
    contributions = await stage.listed(who, cycle_path(stage, "/contributions"))
    return len(items), len(contributions)


async def _send_people(stage: Stage) -> None:
    """Name everybody who comes; AFRIPOL names nobody, and the one seat is taken by two delegations."""
    places = [code for code in entities(stage) if code not in {ABSENT, ONE_SEAT}]
    sends = (*places, *stage.facts["delegations"])
    given = await asyncio.gather(
        *(
            stage.act(
                f"{code}/{DELEGATE}",
                cycle_path(stage, "/credentials"),
                {"persons": [{"person": f"Head of delegation of {code}", "role": DELEGATE}]},
            )
            for code in sends
        )
    )
    for code, result in zip(sends, given, strict=True):
        if code in stage.facts["delegations"]:
            stage.tell(f"{code}/{DELEGATE}", result.received_at, f"comes for {ONE_SEAT}, which has one seat")
    credentials = await stage.listed(CHAIR, cycle_path(stage, "/credentials"))
    named = {each["entity"]: len(each["persons"]) for each in credentials}
    check(named.get(ONE_SEAT) == len(stage.facts["delegations"]), f"{ONE_SEAT} sends {named.get(ONE_SEAT)} delegations")
    stage.narrator.note(f"{len(named)} entities have named {sum(named.values())} persons.")


async def _fall_due(stage: Stage) -> None:
    """Let the deadline for credentials pass, and see who is missing."""
    cycle = await stage.read(COORDINATOR, cycle_path(stage))
    due = min(instant(step["due_at"]) for step in cycle["steps"] if step["label"] == "credentials")
    await stage.narrator.wait_until(due, "credentials fall due")
    steps = await stage.until(
        lambda: _steps(stage, "credentials"),
        lambda steps: all(step["has_fallen"] for step in steps),
        "the deadline for credentials has not fallen",
        by=due,
    )
    missing = [step["entity"] for step in steps if step["met_at"] is None]
    check(missing == [ABSENT], f"credentials are missing from {', '.join(missing) or 'nobody'}")
    stream = f"cycle/{BODY}/{stage.facts['number']}"
    told = await stage.until(
        lambda: stage.delivered("step_missing", stream), bool, "nobody was told that credentials are missing"
    )
    stage.narrator.note(
        f"Credentials fell due at {due:%H:%M:%S} UTC; the {told[0][1]} of {told[0][0]} has been told who is missing: "
        f"{', '.join(missing)}."
    )


async def _steps(stage: Stage, label: str) -> list[Mapping[str, Any]]:
    cycle = await stage.read(COORDINATOR, cycle_path(stage))
    return [step for step in cycle["steps"] if step["label"] == label]


async def meet(stage: Stage) -> None:
    """Play the session: presence, quorum, agenda, one seat with one position."""
    stage.narrator.act(
        "The session",
        "Five of eight members make a quorum; observers and written contributions never count. Without a quorum there "
        "is discussion and no decision.",
    )
    await stage.narrator.wait_until(stage.facts["starts"], "the session starts")
    await stage.act(CHAIR, cycle_path(stage, "/session/opening"), told="opens the session")
    for code in entities(stage):
        await _record(stage, code)
    presences = await stage.read(CHAIR, cycle_path(stage, "/presences"))
    quorum = presences["quorum"]
    here = {each["entity"]: each["presence"] for each in presences["entities"]}
    check(quorum["is_met"], f"{quorum['present']} members are present and {quorum['required']} needed")
    check(here[ABSENT] == "absent_with_written_contribution", f"{ABSENT} is {here[ABSENT]}")
    stage.narrator.note(
        f"{quorum['present']} of {quorum['members']} members are present, {quorum['required']} are needed: a quorum "
        f"without {ABSENT}, which is recorded as {here[ABSENT].replace('_', ' ')}."
    )
    items = await stage.listed(CHAIR, cycle_path(stage, "/items"))
    order = [item["id"] for item in items]
    await stage.act(CHAIR, cycle_path(stage, "/agenda/adoption"), {"items": order}, told="has the agenda adopted")
    await _speak_twice(stage, order[0])


async def _record(stage: Stage, entity: str) -> None:
    places: tuple[str | None, ...] = stage.facts["delegations"] if entity == ONE_SEAT else (None,)
    for place in places:
        presence = "absent" if entity == ABSENT else "remote" if entity in REMOTE else "in_person"
        arguments = {"entity": entity, "presence": presence, **({"delegation": place} if place else {})}
        recorded = await stage.act(CHAIR, cycle_path(stage, "/presences"), arguments)
        told = f"records {place or entity} {presence.replace('_', ' ')}"
        if "quorum_met" in recorded.kinds:
            told += f"; the quorum is met with {recorded.fact('present')} members"
        stage.tell(CHAIR, recorded.received_at, told)


async def _speak_twice(stage: Stage, item: str) -> None:
    """Let both delegations of one seat speak on one item; the engine warns, for they have one position."""
    kinds: tuple[str, ...] = ()
    for code in stage.facts["delegations"]:
        said = await stage.act(
            f"{code}/{DELEGATE}",
            cycle_path(stage, "/contributions"),
            {"kind": "statement", "text": STATEMENTS[code], "item": item},
            told="makes a statement on the first item",
        )
        kinds = said.kinds
    check("single_position_warning" in kinds, f"nobody was warned that {ONE_SEAT} spoke twice")
    stage.narrator.note(f"{ONE_SEAT} and the coordinator are warned: one seat, one position.")
