"""Acts 4 and 5: the joint communiqué is adopted ad referendum, put to silence, broken, redrafted, and passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from services.cli.story.meeting import ABSENT, cycle_path, delegate, entities
from services.cli.story.narrator import local
from services.cli.story.stage import CHAIR, COORDINATOR, Stage, check, instant
from services.cli.story.words import (
    DISSOCIATED,
    DISSOCIATION,
    OBJECTION,
    PARAGRAPHS,
    REDRAFT,
    REDRAFTED,
    TITLE,
)

BREAKER = "FRONTEX"
DISSOCIATING = "AMERIPOL"
RUNNING = ("opened", "extended")
HASH_SHOWN = 16


async def adopt_ad_referendum(stage: Stage) -> None:
    """Play the act: tabled, adopted by those present, the session closed with the text pending."""
    stage.narrator.act(
        "A joint communiqué is tabled and adopted ad referendum",
        "Those present can agree, but a member is absent. The text is adopted subject to it: the whole electorate has "
        "to be asked, and the cycle stays open until it has answered.",
    )
    tabled = await stage.act(
        CHAIR,
        cycle_path(stage, "/texts"),
        {"title": TITLE, "kind": "joint_communique", "paragraphs": PARAGRAPHS},
        told=f"tables “{TITLE}”, {len(PARAGRAPHS)} paragraphs, one of them in French",
    )
    stage.facts["text"] = tabled.fact("text")
    text = await _text(stage)
    adopted = await stage.act(CHAIR, _text_path(stage, "/adoption"), {"version": text["version"]})
    check(adopted.fact("ad_referendum") is True, "the text was adopted for good though a member is absent")
    stage.tell(CHAIR, adopted.received_at, f"finds consensus on version {text['version']}: adopted ad referendum")
    await stage.act(CHAIR, cycle_path(stage, "/session/closing"), told="closes the session")
    cycle, text = await stage.read(CHAIR, cycle_path(stage)), await _text(stage)
    check(cycle["state"] == "text_pending", f"the cycle is {cycle['state']}, not text_pending")
    check(text["state"] == "ad_referendum", f"the text is {text['state']}, not ad_referendum")
    stage.narrator.note(f"The cycle is {cycle['state']}. Footnotes that the text carries by itself so far:")
    stage.narrator.lines(footnotes_of(text))


async def break_silence(stage: Stage) -> None:
    """Play the act: silence is opened over the whole electorate, and broken."""
    stage.narrator.act(
        "Silence is opened, and Frontex breaks it",
        "No objection before the expiry means adopted; one objection stops everything. The expiry is one stored "
        "instant, a durable timer that survives the death of every process; each letter shows it in local time.",
    )
    procedure = await _open(stage, "puts the text to silence over all members, the absent one included")
    rows = [
        (
            each["entity"],
            "member" if each["is_elector"] else "observer",
            local(instant(procedure["expires_at"]), stage.zones[each["entity"]]),
        )
        for each in procedure["told"]
    ]
    stage.narrator.table(("Told", "As", "Silence ends"), rows)
    who = delegate(BREAKER, stage)
    await stage.act(
        who,
        f"/v1/procedures/{procedure['id']}/objections",
        {"reason": OBJECTION},
        told="objects: one channel only is not enough",
    )
    broken = await _procedure(stage)
    check(broken["state"] == "broken" and broken["broken_by"] == BREAKER, f"the silence is {broken['state']}")
    told = await stage.until(
        lambda: stage.delivered("silence_broken", f"silence/{procedure['id']}"),
        lambda seen: {entity for entity, _ in seen} == set(entities(stage)),
        "not everybody has been told that silence is broken",
    )
    stage.narrator.note(
        f"Silence is broken by {broken['broken_by']} at {instant(broken['broken_at']):%H:%M:%S.%f} UTC, the instant at "
        f"which the database took the objection in. All {len(told)} are told at once; nothing is adopted in part."
    )


async def redraft(stage: Stage) -> None:
    """Play the act: the objector's own wording becomes a second version, which passes by expiry."""
    stage.narrator.act(
        "A second version passes, and AMERIPOL dissociates from one paragraph",
        "A redraft is a new version with a new hash, in a procedure of its own that names the broken one. A member "
        "that cannot agree to a paragraph need not block it: it is recorded as dissociated.",
    )
    before = await _text(stage)
    await stage.act(
        delegate(BREAKER, stage),
        _text_path(stage, "/amendments"),
        {"base_version": before["version"], "paragraph": REDRAFTED, "text_new": REDRAFT},
        told=f"proposes another paragraph {REDRAFTED}: interoperable systems too",
    )
    after = await _text(stage)
    check(after["digest"] != before["digest"], "the redraft has the hash of the version before")
    stage.narrator.lines(
        f"version {each['number']}: SHA-256 {each['digest'][:HASH_SHOWN]}…" for each in after["versions"]
    )
    broken = stage.facts["procedure"]
    procedure = await _open(stage, f"puts version {after['version']} to silence")
    check(procedure["supersedes"] == broken, "the redraft does not name the broken procedure")
    await stage.act(
        delegate(DISSOCIATING, stage),
        _text_path(stage, "/dissociations"),
        {"version": after["version"], "paragraph": DISSOCIATED, "statement": DISSOCIATION},
        told=f"dissociates from paragraph {DISSOCIATED}, and does not block",
    )
    await _expire(stage, instant(procedure["expires_at"]))


async def _expire(stage: Stage, expires_at: datetime) -> None:
    adopted = await _ended(stage, expires_at)
    expires_at = instant(adopted["expires_at"])
    check(adopted["state"] == "adopted", f"the silence is {adopted['state']}, not adopted")
    check(instant(adopted["adopted_at"]) == expires_at, f"it was adopted at {adopted['adopted_at']}, not at its expiry")
    text = await stage.until(
        lambda: _text(stage), lambda seen: seen["state"] == "adopted", "the text is not adopted", by=expires_at
    )
    dissociated = [each["entity"] for each in text["dissociations"]]
    check(dissociated == [DISSOCIATING], f"dissociated are {dissociated}")
    stage.narrator.note(
        f"Nobody objected: adopted at {instant(adopted['adopted_at']):%H:%M:%S} UTC, the instant announced, over hash "
        f"{adopted['digest'][:HASH_SHOWN]}…. {ABSENT}, absent from the session, had its say like any other. Its "
        "footnotes are bound to it now:"
    )
    stage.narrator.lines(footnotes_of(text))


async def _ended(stage: Stage, expires_at: datetime) -> Any:
    """Wait for the end of silence, and again if it was announced anew, as after an outage."""
    while True:
        await stage.narrator.wait_until(expires_at, "silence ends")
        seen = await stage.until(
            lambda: _procedure(stage), _moves_on(expires_at), "the silence has not ended", by=expires_at
        )
        if seen["state"] not in RUNNING:
            return seen
        expires_at = instant(seen["expires_at"])
        stage.narrator.note(f"The expiry is announced anew: {seen['moved_because'][-1].replace('_', ' ')}.")


def _moves_on(expires_at: datetime) -> Callable[[Any], bool]:
    return lambda seen: seen["state"] not in RUNNING or instant(seen["expires_at"]) > expires_at


async def _open(stage: Stage, told: str) -> Any:
    """Open silence and return the procedure once everybody has been told."""
    opened = await stage.act(CHAIR, _text_path(stage, "/silence-procedures"))
    stage.facts["procedure"] = opened.fact("procedure")
    stage.facts.setdefault("procedures", []).append(opened.fact("procedure"))
    procedure = await stage.until(
        lambda: _procedure(stage),
        lambda seen: all(each["told_at"] for each in seen["told"]),
        "not everybody has been told that silence was opened",
    )
    expires = instant(procedure["expires_at"])
    seconds = (expires - instant(procedure["opened_at"])).total_seconds()
    stage.tell(CHAIR, opened.received_at, f"{told}; {seconds:.0f} seconds, until {expires:%H:%M:%S} UTC")
    told_to = [each["entity"] for each in procedure["told"]]
    check(set(told_to) == set(entities(stage)), f"told are {', '.join(told_to)}")
    return procedure


def footnotes_of(text: Any) -> list[str]:
    """Return the footnotes of a text in words."""
    told = []
    for note in text["footnotes"]:
        if note["kind"] == "absent_with_written_contribution":
            told.append(f"{note['entity']} accepted and could not attend; its written contributions were handed over.")
        elif note["kind"] == "one_seat_several_delegations":
            told.append(f"{note['entity']} was represented by {' and '.join(note['delegations'])}.")
        else:
            told.append(f"{note['entity']} is {note['kind']} from paragraph {note['paragraph']}.")
    return told


def _text_path(stage: Stage, rest: str = "") -> str:
    return f"/v1/texts/{stage.facts['text']}{rest}"


async def _text(stage: Stage) -> Any:
    return await stage.read(COORDINATOR, _text_path(stage))


async def _procedure(stage: Stage) -> Any:
    return await stage.read(COORDINATOR, f"/v1/procedures/{stage.facts['procedure']}")
