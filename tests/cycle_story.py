"""One whole cycle of the Dialogue under the ordinary procedure, from its series to its closing, under skipped time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.world import DELEGATE, World, fact

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CYCLE = "cycle/dialogue/1"
BODY = "body/dialogue"
PRESENT = ("INTERPOL", "AIMC", "AMERIPOL", "ASEANAPOL", "FRONTEX", "GCCPOL")
PARAGRAPHS = {
    "1": "The Dialogue met in Lyon.",
    "2": "The members and observers named took part.",
    "5b": "Field access is streamlined by I-24/7 or by interoperable systems.",
    "6": "The members agreed to meet at regular intervals.",
}


@dataclass
class Story:
    """What the story made on its way, by name."""

    world: World
    streams: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    async def coordinator(self, kind: str, /, **arguments: Any) -> Any:
        """Let the coordinator do something to the cycle."""
        return await self.world.act("INTERPOL/coordinator", CYCLE, kind, **arguments)

    async def entity(self, entity: str, kind: str, /, **arguments: Any) -> Any:
        """Let an entity's head of delegation do something to the cycle."""
        return await self.world.act(f"{entity}/{DELEGATE}", CYCLE, kind, **arguments)


async def tell(world: World) -> Story:
    """Live through the cycle and return what was made."""
    story = Story(world)
    await convene(story)
    await prepare(story)
    await meet(story)
    await decide_in_silence(story)
    await follow_up(story)
    return story


async def convene(story: Story) -> None:
    """Schedule the series, convene its first cycle, collect answers."""
    world = story.world
    await world.act("INTERPOL/coordinator", BODY, "schedule_series")
    await story.coordinator("convene", mode="hybrid", place="Lyon")
    for entity in ("AFRIPOL", *PRESENT[1:], "EUROPOL", "SCO", "UNODC"):
        await story.entity(entity, "respond", answer="accepted")


async def prepare(story: Story) -> None:
    """Build the agenda, register credentials, circulate contributions."""
    proposed = await story.coordinator("propose_item", title="Strategic plans", purpose="decision")
    story.ids["item"] = fact(proposed, "item")
    await story.coordinator("publish_agenda")
    await story.coordinator("annotate_agenda", items=[{"item": story.ids["item"], "minutes": 60, "lead": "INTERPOL"}])
    await story.coordinator("add_paper", title="Plans at a glance", text="An overview.", item=story.ids["item"])
    for delegation, person in (("SCO_SECRETARIAT", "A. Delegate"), ("SCO_RATS_EC", "B. Delegate")):
        persons = [{"person": person, "role": DELEGATE, "delegation": delegation}]
        await story.entity("SCO", "register_credentials", persons=persons)
    await story.entity("AFRIPOL", "contribute", kind="written_contribution", text="To all.")
    await story.entity("AFRIPOL", "contribute", kind="written_contribution", text="To members.", audience="members")


async def meet(story: Story) -> None:
    """Hold the session: presences, a text tabled and adopted ad referendum."""
    world = story.world
    cycle = await world.state(CYCLE)
    await world.sleep_until(cycle.starts)
    await story.coordinator("open_session")
    for entity in PRESENT:
        await story.coordinator("record_presence", entity=entity, presence="in_person")
    await story.coordinator("record_presence", entity="EUROPOL", presence="remote")
    await story.coordinator("record_presence", entity="AFRIPOL", presence="absent")
    for delegation in ("SCO_SECRETARIAT", "SCO_RATS_EC"):
        await story.coordinator("record_presence", entity="SCO", delegation=delegation, presence="in_person")
    tabled = await story.coordinator(
        "table_text", title="Joint communiqué", kind="joint_communique", paragraphs=PARAGRAPHS
    )
    story.ids["text"] = fact(tabled, "text")
    await story.coordinator("adopt_text", text=story.ids["text"], version=1)
    await story.coordinator("close_session")


async def decide_in_silence(story: Story) -> None:
    """Open silence, see it broken, redraft, see a dissociation, and let the second silence pass."""
    world, text = story.world, story.ids["text"]
    await world.sleep_until(next_weekday(await world.instant(), 1))
    opened = await story.coordinator("open_silence", text=text)
    first = story.streams["broken"] = f"silence/{fact(opened, 'procedure')}"
    await told(world, first)
    await world.act(f"FRONTEX/{DELEGATE}", first, "object", reason="paragraph 5b")
    await world.until(lambda: text_is(world, text, "tabled"))
    await story.coordinator("amend", text=text, base_version=1, paragraph="5b", text_new="Field access is streamlined.")
    await world.sleep_until(next_weekday(await world.instant(), 1))
    opened = await story.coordinator("open_silence", text=text)
    second = story.streams["adopted"] = f"silence/{fact(opened, 'procedure')}"
    await told(world, second)
    await world.act(
        f"AMERIPOL/{DELEGATE}", second, "dissociate", version=2, paragraph="6", statement="We meet when we can."
    )
    await world.sleep_until((await world.state(second)).expires_at + HOUR)
    await world.until(lambda: text_is(world, text, "adopted"))


async def follow_up(story: Story) -> None:
    """Assign two actions, see one climb its ladder and one confirmed, close the cycle."""
    world = story.world
    now = await world.instant()
    due = (now + 10 * DAY).replace(hour=16, minute=0, second=0, microsecond=0)
    for name, owner in (("late", "AMERIPOL"), ("done", "EUROPOL")):
        assigned = await story.coordinator(
            "assign", owner=owner, title=f"Share the plan of {owner}", due=instant(due), text=story.ids["text"]
        )
        story.streams[name] = f"action/{fact(assigned, 'action')}"
    done = story.streams["done"]
    await world.act(f"EUROPOL/{DELEGATE}", done, "complete", evidence="Shared as document 12.")
    await world.act("INTERPOL/chair", done, "confirm")
    await world.sleep_until(due + 20 * DAY)
    await world.until(lambda: is_overdue(world, story.streams["late"]))
    await story.coordinator("close_cycle")
    await world.until(lambda: has_backlog(world))


def instant(at: datetime) -> str:
    """Return an instant as people send it."""
    return at.isoformat().replace("+00:00", "Z")


def next_weekday(at: datetime, weekday: int) -> datetime:
    """Return the next day of a weekday (Monday is 0) at 08:00 UTC."""
    ahead = (weekday - at.weekday()) % 7 or 7
    return (at + ahead * DAY).replace(hour=8, minute=0, second=0, microsecond=0)


async def told(world: World, stream: str) -> None:
    """Wait until every elector has been told."""

    async def is_told() -> bool:
        state = await world.state(stream)
        return state is not None and not state.untold

    await world.until(is_told)


async def text_is(world: World, text: str, state: str) -> bool:
    """Tell whether a text of the cycle stands as wanted."""
    cycle = await world.state(CYCLE)
    found = cycle.text(text)
    return found is not None and found.state == state


async def is_overdue(world: World, stream: str) -> bool:
    """Tell whether an action is overdue."""
    return bool((await world.state(stream)).is_overdue)


async def has_backlog(world: World) -> bool:
    """Tell whether the body has taken over what the cycle left open."""
    return bool((await world.state(BODY)).backlog)
