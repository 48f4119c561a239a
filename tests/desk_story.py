"""What coordinators do between sessions, under skipped time: nearly every command that the first story leaves out."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from services.commands.submit import Submission
from services.domain.cycle.state import Cycle
from tests.cycle_story import DAY, HOUR, instant, next_weekday, told
from tests.world import DELEGATE, MEMBERS, World, fact

GROUP = "body/wg-sc"
COORDINATOR = "INTERPOL/coordinator"
CHAIR = "INTERPOL/chair"
TEXT = {"1": "The group met.", "2": "The group will meet again.", "3": "Plans are shared."}


@dataclass
class Year:
    """A year of the working group on strategic coordination, and what came of it, by name."""

    world: World
    streams: dict[str, str] = field(default_factory=dict)
    pending: str = ""

    async def chair(self, stream: str, kind: str, /, **arguments: Any) -> Any:
        """Let the chair do something."""
        return await self.world.act(CHAIR, stream, kind, **arguments)

    async def coordinator(self, stream: str, kind: str, /, **arguments: Any) -> Any:
        """Let the coordinator do something."""
        return await self.world.act(COORDINATOR, stream, kind, **arguments)

    async def head(self, entity: str, stream: str, kind: str, /, **arguments: Any) -> Any:
        """Let an entity's head of delegation do something."""
        return await self.world.act(f"{entity}/{DELEGATE}", stream, kind, **arguments)

    async def clear(self, stream: str) -> None:
        """Wait until a cycle may be convened."""

        async def is_clear() -> bool:
            cycle = await self.world.state(stream)
            return cycle is not None and cycle.is_clear

        await self.world.until(is_clear)


async def tell_year(world: World) -> Year:
    """Live through the year and return what was made."""
    year = Year(world)
    await change_the_register(year)
    await arrange_the_series(year)
    await move_a_session(year)
    await meet(year)
    await act_jointly(year)
    await follow_actions(year)
    await correct_in_silence(year)
    await decide_by_silence(year)
    await decide_in_writing(year)
    await cancel_and_close(year)
    return year


async def change_the_register(year: Year) -> None:
    """Change a status and a calendar; give, revoke and end keys and seats; erase a person."""
    world = year.world
    now = await world.instant()
    await year.coordinator("register", "change_status", entity="UNODC", status="guest", on=instant(now + 300 * DAY))
    person = fact(
        await world.act(
            "AIMC/head_of_entity", "register", "enrol_person", name="B. Deputy", address="b@aimc.example", entity="AIMC"
        ),
        "person",
    )
    appointed = await world.act(
        "AIMC/head_of_entity", "register", "appoint", person=person, seat="AIMC", role="alternate", body="wg-sc"
    )
    appointment = fact(appointed, "appointment")
    for kind in ("issue_feed_key", "issue_key"):
        scopes = {"scopes": ["read"]} if kind == "issue_key" else {}
        issued = await world.act(
            "AIMC/head_of_entity",
            "register",
            kind,
            appointment=appointment,
            expires=instant(now + 100 * DAY),
            **scopes,
        )
        await revoke(world, "AIMC/head_of_entity", fact(issued, "key"))
    await world.act(
        "AIMC/head_of_entity", "register", "end_appointment", appointment=appointment, until=instant(now + HOUR)
    )
    await world.sleep_until(now + 2 * HOUR)
    await world.act("AIMC/head_of_entity", "register", "erase_person", person=person)


async def revoke(world: World, who: str, key: str) -> None:
    """Revoke a key; to the world the word means an idempotency key."""
    submission = Submission(stream="register", kind="revoke_key", arguments={"key": key, "reason": "A test"})
    answer = await world.engine.door.submit(world.callers[who], submission)
    assert answer.outcome is not None
    assert answer.refusal is None, answer.refusal


async def arrange_the_series(year: Year) -> None:
    """Schedule, skip, pause, resume and amend the series."""
    await year.coordinator("body/dialogue", "schedule_series")
    await year.coordinator(GROUP, "schedule_series")
    await next_is(year, 1)
    year.streams["skipped"] = "cycle/wg-sc/1"
    await year.coordinator(GROUP, "skip_cycle", number=1, reason="Too soon")
    await next_is(year, 2)
    await year.coordinator(GROUP, "pause_series", reason="Elections")
    await year.coordinator(GROUP, "resume_series")
    await next_is(year, 3)
    await year.coordinator(GROUP, "amend_series", **{"from": "2041-01-01", "local_start": "10:00"})


async def move_a_session(year: Year) -> None:
    """Convene, change a calendar and one deadline with it, postpone past the next regular session, go virtual."""
    world = year.world
    cycle = year.streams["postponed"] = "cycle/wg-sc/3"
    await year.clear(cycle)
    await year.coordinator(cycle, "convene", mode="in_person", place="Lyon")
    await year.head("AIMC", cycle, "respond", answer="accepted")
    paper = {"entity": "ASEANAPOL", "received_at": instant(await world.instant()), "evidence": "A letter of today"}
    recorded = await year.coordinator(cycle, "respond", answer="declined", on_behalf=paper)
    event = recorded.outcome.events[0].version
    await year.head("ASEANAPOL", cycle, "contest", event=event, reason="We wrote that we come")
    await year.coordinator(cycle, "correct", event=event, data={"answer": "accepted"}, reason="A slip")
    deadline = await due_of(year, cycle, "contributions", "AMERIPOL")
    await change_calendar(year, deadline)
    await world.until(lambda: would_move(year, cycle))
    await year.coordinator(
        cycle,
        "change_due",
        step="contributions",
        entity="AMERIPOL",
        due=instant(deadline + DAY),
        reason="A feast in Bogotá",
    )
    await next_is(year, 4)
    await year.coordinator(cycle, "postpone", starts="2040-09-18T07:00:00Z", reason="A strike")
    await next_is(year, 5)
    await year.coordinator(cycle, "convert_to_virtual", reason="The strike goes on", place="By link")


async def change_calendar(year: Year, feast: datetime) -> None:
    """Give AMERIPOL a feast on the day of a deadline."""
    sure = {"source": "decree", "confidence": "public"}
    week = {"since": "2016-01-01", "days": ["mon", "tue", "wed", "thu", "fri"], "closes": "17:00", **sure}
    feasts = {"Day of the office": {"on": [(feast - 5 * HOUR).date().isoformat()]}}
    written = {"calendar": "AMERIPOL", "version": 2, **sure, "weeks": [week], "holidays": feasts}
    since = (await year.world.instant() + 2 * DAY).date().isoformat()
    await year.world.act(
        "AMERIPOL/head_of_entity",
        "register",
        "change_calendar",
        delegation="AMERIPOL",
        calendar=written,
        **{"from": since},
    )


async def meet(year: Year) -> None:
    """Hold the session: the agenda adopted, texts amended, corrected and withdrawn; records corrected and contested."""
    world, cycle = year.world, year.streams["postponed"]
    item = fact(await year.head("AIMC", cycle, "propose_item", title="Plans", purpose="discussion"), "item")
    await world.sleep_until((await world.state(cycle)).starts)
    await year.coordinator(cycle, "open_session")
    for entity in MEMBERS:
        await year.coordinator(cycle, "record_presence", entity=entity, presence="remote")
    await year.coordinator(cycle, "adopt_agenda", items=[item])
    text = await table(year, cycle, "The group's conclusions")
    await year.coordinator(
        cycle, "amend", text=text, base_version=1, paragraph="3", text_new="Plans are shared yearly."
    )
    corrected = await year.coordinator(
        cycle, "correct_editorially", text=text, paragraph="1", text_new="The group met, at a distance."
    )
    await year.head("EUROPOL", cycle, "refuse_correction", text=text, version=fact(corrected, "version"))
    version = (await world.state(cycle)).text(text).version
    await year.head("GCCPOL", cycle, "dissociate", text=text, version=version, paragraph="2", statement="When we can.")
    await year.coordinator(cycle, "adopt_text", text=text, version=version)
    other = await table(year, cycle, "A text nobody wanted")
    await year.coordinator(cycle, "withdraw_text", text=other, reason="Nobody wanted it")
    year.pending = await table(year, cycle, "A text left pending")
    for entity in MEMBERS[:4]:
        await year.coordinator(cycle, "record_presence", entity=entity, presence="absent")
    await year.coordinator(cycle, "close_session")
    await year.chair(cycle, "report_to", title="Findings", text="What we found.", purpose="decision")


async def table(year: Year, cycle: str, title: str) -> str:
    """Table a text and return its id."""
    tabled = await year.coordinator(cycle, "table_text", title=title, kind="summary_of_conclusions", paragraphs=TEXT)
    return str(fact(tabled, "text"))


async def act_jointly(year: Year) -> None:
    """Let the other group adopt an action for another day, the Dialogue decide, and hold a rung of its ladder."""
    world = year.world
    due = next_weekday(await world.instant() + 90 * DAY, 2)
    assigned = await year.chair(
        year.streams["postponed"], "assign", owner="EUROPOL", title="Share plans", due=instant(due)
    )
    action = year.streams["joint"] = f"action/{fact(assigned, 'action')}"
    called = await year.coordinator(
        "body/wg-fa",
        "call_extraordinary_session",
        starts=instant(await world.instant() + 2 * DAY),
        session="PT4H",
        reason="Joint work",
    )
    other = year.streams["extraordinary"] = f"cycle/wg-fa/{fact(called, 'number')}"
    await year.clear(other)
    await year.coordinator(other, "convene", mode="in_person", place="Lyon", waive="Agreed by all")
    await world.sleep_until((await world.state(other)).starts)
    await year.coordinator(other, "open_session")
    later = instant(due + 30 * DAY)
    await year.chair(
        other, "assign", owner="EUROPOL", title="Share plans", due=later, joint=action.removeprefix("action/")
    )
    await world.until(lambda: adopted_twice(year, action))
    await year.chair(action, "change_due", due=later, reason="The Dialogue decided", body="dialogue")
    until = instant(due + 60 * DAY)
    await year.coordinator(action, "hold_rung", rung=4, until=until, reason="The owner has told us why")


async def follow_actions(year: Year) -> None:
    """Let actions be worked on, reassigned, moved, reopened and dropped."""
    world, cycle = year.world, year.streams["postponed"]
    due = instant(next_weekday(await world.instant() + 60 * DAY, 2))
    assigned = await year.chair(cycle, "assign", owner="AIMC", title="Name contacts", due=due)
    action = year.streams["dropped"] = f"action/{fact(assigned, 'action')}"
    await year.head("AIMC", action, "report_progress", note="Half of them are named")
    await year.chair(action, "reassign", owner="AFRIPOL")
    await year.chair(
        action, "change_due", due=instant(next_weekday(await world.instant() + 70 * DAY, 2)), reason="Ramadan"
    )
    await year.head("AFRIPOL", action, "complete", evidence="All of them are named")
    await year.chair(action, "reopen", reason="Two are missing")
    await year.chair(action, "drop", reason="Overtaken")


async def decide_by_silence(year: Year) -> None:
    """Put texts to silence: commented on, extended, reopened, sent to a meeting, withdrawn, served by hand."""
    world = year.world
    extended = year.streams["reopened"] = await open_silence(year, "On sharing")
    await year.head("AIMC", extended, "acknowledge")
    await year.head("AIMC", extended, "comment", comment="A good text")
    await year.head("ASEANAPOL", extended, "ask_for_time", by="PT24H")
    await year.chair(extended, "decline_time")
    await year.chair(extended, "extend_silence", by="PT48H")
    await year.head("FRONTEX", extended, "object", reason="Not yet")
    await year.head("AIMC", extended, "object", reason="Nor we")
    for entity in ("AIMC", "FRONTEX"):
        await year.head(entity, extended, "lift_objection")
    await year.chair(extended, "reopen_silence", period="P14D")
    await year.head("GCCPOL", extended, "object", reason="Not like this")
    await year.chair(extended, "send_to_meeting")
    asked = year.streams["asked"] = await open_silence(year, "On meeting")
    await year.head("GCCPOL", asked, "ask_to_meeting")
    withdrawn = year.streams["withdrawn"] = await open_silence(year, "On timing")
    await year.chair(withdrawn, "withdraw_silence", reason="Overtaken")
    world.post.refused.add("AFRIPOL")
    served = year.streams["by_hand"] = await open_silence(year, "On post", is_told=False)
    await world.until(lambda: untold_only(year, served, "AFRIPOL"))
    await world.sleep_until((await world.state(served)).service_from + HOUR)
    await year.coordinator(served, "serve_by_hand", entity="AFRIPOL", evidence="Handed over in Algiers")
    world.post.refused.clear()
    await told(world, served)


async def correct_in_silence(year: Year) -> None:
    """Put the text left pending to silence; correct a slip, which is refused and so breaks it."""
    world, cycle = year.world, year.streams["postponed"]
    await world.sleep_until(next_weekday(await world.instant(), 0))
    opened = await year.chair(cycle, "open_silence", text=year.pending, period="P14D")
    refused = year.streams["refused"] = f"silence/{fact(opened, 'procedure')}"
    await told(world, refused)
    corrected = await year.coordinator(refused, "correct_editorially", paragraph="1", text_new="The group met once.")
    version = fact(corrected, "version")
    await year.head("EUROPOL", refused, "dissociate", version=version, paragraph="2", statement="When we can.")
    await year.head("EUROPOL", refused, "refuse_correction", version=version)
    await world.until(lambda: text_is(year, year.pending, "tabled"))
    redraft = {"paragraph": "1", "text_new": "The group met twice."}
    base = (await world.state(cycle)).text(year.pending).version
    await year.coordinator(cycle, "amend", text=year.pending, base_version=base, **redraft)
    opened = await year.chair(cycle, "open_silence", text=year.pending, period="P14D")
    redrafted = year.streams["redrafted"] = f"silence/{fact(opened, 'procedure')}"
    await told(world, redrafted)
    await year.chair(redrafted, "withdraw_silence", reason="Overtaken")
    await world.until(lambda: text_is(year, year.pending, "tabled"))


async def open_silence(year: Year, subject: str, *, is_told: bool = True) -> str:
    """Open a silence that belongs to no cycle, on a Monday, and return its stream."""
    await year.world.sleep_until(next_weekday(await year.world.instant(), 0))
    opened = await year.chair(GROUP, "open_silence", subject=subject, text=f"{subject}, at length.", period="P14D")
    stream = f"silence/{fact(opened, 'procedure')}"
    if is_told:
        await told(year.world, stream)
    return stream


async def decide_in_writing(year: Year) -> None:
    """Put a text to a written procedure that everybody answers."""
    opened = await year.chair(GROUP, "open_written_procedure", subject="On seats", text="On seats, at length.")
    stream = year.streams["written"] = f"silence/{fact(opened, 'procedure')}"
    await told(year.world, stream)
    for entity in MEMBERS:
        await year.head(entity, stream, "give_answer", answer="agree")
    opened = await year.chair(GROUP, "open_written_procedure", subject="On order", text="On order, at length.")
    lapsed = year.streams["lapsed"] = f"silence/{fact(opened, 'procedure')}"
    await told(year.world, lapsed)
    await year.head("AIMC", lapsed, "give_answer", answer="agree")


async def cancel_and_close(year: Year) -> None:
    """Cancel the next session; close the cycle that was held, and let what is open go on."""
    world = year.world
    cycle = year.streams["cancelled"] = "cycle/wg-sc/5"
    held = year.streams["postponed"]
    await year.coordinator(held, "withdraw_text", text=year.pending, reason="Overtaken")
    await year.coordinator(held, "close_cycle")
    await year.clear(cycle)
    await year.coordinator(cycle, "convene", mode="in_person", place="Lyon", waive="Agreed by all")
    await year.coordinator(cycle, "cancel", reason="Nothing to decide")
    await next_is(year, 6)
    for name in ("written", "by_hand", "lapsed"):
        await world.until(partial(is_over, year, year.streams[name]))
    late = await world.ask(f"FRONTEX/{DELEGATE}", year.streams["by_hand"], "object", reason="Too late")
    again = await world.ask(COORDINATOR, cycle, "cancel", reason="Once more")
    assert (late.refusal, again.refusal is None) == (None, False)


async def next_is(year: Year, number: int) -> None:
    """Wait until a cycle of the group has been proposed."""
    await year.world.until(lambda: year.world.state(f"cycle/wg-sc/{number}"))


async def text_is(year: Year, text: str, state: str) -> bool:
    """Tell whether a text of the session stands as wanted."""
    found = (await year.world.state(year.streams["postponed"])).text(text)
    return found is not None and found.state == state


async def would_move(year: Year, cycle: str) -> bool:
    """Tell whether a changed calendar would move a deadline of the cycle."""
    return bool((await year.world.state(cycle)).would_move)


async def adopted_twice(year: Year, action: str) -> bool:
    """Tell whether the other group's adoption has reached the action."""
    return bool((await year.world.state(action)).adoptions)


async def untold_only(year: Year, stream: str, entity: str) -> bool:
    """Tell whether everybody but one entity has been told."""
    state = await year.world.state(stream)
    return state is not None and set(state.untold) == {entity}


async def is_over(year: Year, stream: str) -> bool:
    """Tell whether a procedure has come to an end, waiting for its expiry if it must."""
    state = await year.world.state(stream)
    if state.ended_at is None:
        await year.world.sleep_until(await year.world.instant() + 7 * DAY)
    return state.ended_at is not None


async def due_of(year: Year, cycle: str, label: str, entity: str) -> datetime:
    """Return the stored deadline of a step for an entity."""
    state: Cycle = await year.world.state(cycle)
    return next(step.due_at for step in state.steps if (step.label, step.entity) == (label, entity))
