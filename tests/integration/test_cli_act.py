"""Acting a scenario against the real engine: each step at its instant, once, by whom it belongs to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from rich.console import Console

from services.cli.act import check_procedures, differences, read_file
from services.cli.acting.actor import Actor
from services.cli.acting.address import Addresses
from services.cli.acting.progress import Progress, StepProgress, StepState
from services.cli.acting.report import Report, in_words, told
from services.cli.acting.seats import Seat, checked, seats_of
from services.cli.desk.wording import stamp
from services.client.client import DialogueClient
from services.runtime.environment import SettingsError
from services.runtime.trouble import Trouble
from tests.integration.api_world import CHAIR, COORDINATOR, Api, api_of, head
from tests.world import TUESDAY, World

SILENCE = """
scenario: Objection one second before silence ends
starts: 2040-03-06T08:00:00Z
timeline:
  - at: 2040-03-06T08:00:00Z
    by: INTERPOL/coordinator
    do: open_silence
    with: {subject: Joint communiqué, text: The heads agree to meet again., period: PT72H}
    as: s1
  - at: +PT1H
    by: system
    do: fail_delivery
    with: {to: AFRIPOL}
  - at: s1.expires -PT1S
    by: FRONTEX/head_of_delegation
    do: object
    with: {silence: s1, reason: paragraph 5b}
  - at: s1.expires
    by: AIMC/head_of_delegation
    do: object
    with: {silence: s1}
    refused: SilenceNotOpen
"""
LIFTED = """
scenario: An objection lifted that was never made
starts: 2040-03-06T08:00:00Z
timeline:
  - at: 2040-03-06T08:00:00Z
    by: INTERPOL/coordinator
    do: open_silence
    with: {subject: Joint communiqué, text: The heads agree to meet again., period: PT72H}
    as: s1
  - at: +PT0S
    by: FRONTEX/head_of_delegation
    do: lift_objection
    with: {silence: s1}
  - at: +PT0S
    by: FRONTEX/head_of_delegation
    do: comment
    with: {silence: s1, comment: Agreed after all.}
"""
DONE, BEFORE, NEXT = StepState.DONE, StepState.DONE_BEFORE, StepState.NEXT
NOT_OURS, SKIPPED, TO_BE_SENT = StepState.NOT_OURS, StepState.REHEARSAL_ONLY, StepState.WOULD_BE_SENT


@dataclass
class Table:
    """A live system whose time is skipped, and whoever acts a file on it."""

    api: Api
    folder: Path
    exits: AsyncExitStack
    said: list[str] = field(default_factory=list)

    async def actor(self, text: str, *who: str, waits: bool = False) -> Actor:
        """Return who acts a file with the keys of some seats."""
        file = self.folder / "scenario.yaml"
        file.write_text(text)
        scenario, digest = read_file(file)
        seats = seats_of([await self.seat(name) for name in who])
        return Actor(
            scenario=scenario,
            digest=digest,
            seats=seats,
            addresses=Addresses.read(await seats.first.client.get("/openapi.json")),
            now=self.api.world.instant,
            told=lambda each: self.said.append(each.state.value),
            pause=self.sleep if waits else None,
            look_every=timedelta(days=1),
        )

    async def seat(self, name: str) -> Seat:
        """Return somebody at the table with their own client."""
        transport = httpx.ASGITransport(app=self.api.app, raise_app_exceptions=False)
        client = DialogueClient("http://api", self.api.world.keys[name], transport=transport)
        await self.exits.enter_async_context(client)
        return checked(name, Seat(client=client, account=await client.account()))

    async def act(self, text: str, *who: str, waits: bool = False) -> Progress:
        """Act a file."""
        return await (await self.actor(text, *who, waits=waits)).act()

    async def sleep(self, span: timedelta) -> None:
        """Let time pass."""
        await self.api.world.sleep_until(await self.api.world.instant() + span)

    async def entries(self) -> list[str]:
        """Return the kinds of entries of every procedure there is."""
        listed = await self.api.get(CHAIR, "/v1/procedures")
        return [kind for each in listed["items"] for kind in await self.api.world.kinds(f"silence/{each['id']}")]


@pytest.fixture
async def table(skipping: World, tmp_path: Path) -> AsyncIterator[Table]:
    """Give a table at the instant at which the scenarios of this module start, and a little."""
    async with AsyncExitStack() as exits, api_of(skipping) as api:
        await skipping.sleep_until(TUESDAY)
        yield Table(api=api, folder=tmp_path, exits=exits)


async def expiry(table: Table, progress: Progress) -> datetime:
    """Return when the silence that the first step opened ends."""
    procedure = await table.api.get(CHAIR, f"/v1/procedures/{progress.steps[0].made}")
    return datetime.fromisoformat(procedure["expires_at"])


def states(progress: Progress) -> list[StepState]:
    """Return what became of each step."""
    return [each.state for each in progress.steps]


async def test_it_acts_what_has_come_and_goes_on_later_without_doing_anything_twice(table: Table) -> None:
    """What was made is found again by the key it was made under; the expected refusal is left to rehearsals."""
    everybody = (COORDINATOR, head("FRONTEX"), head("AIMC"))
    first = await table.act(SILENCE, *everybody)
    assert states(first) == [DONE, SKIPPED, NEXT, SKIPPED]
    assert first.last is first.steps[2]
    ahead = first.last.at
    assert ahead == await expiry(table, first) - timedelta(seconds=1)

    again = await table.act(SILENCE, *everybody)
    assert states(again) == [BEFORE, SKIPPED, NEXT, SKIPPED]
    assert again.steps[0].made == first.steps[0].made
    assert again.steps[0].command_id == first.steps[0].command_id
    assert (await table.entries()).count("procedure_opened") == 1

    await table.api.world.sleep_until(ahead)
    last = await table.act(SILENCE, *everybody)
    assert states(last) == [BEFORE, SKIPPED, DONE, SKIPPED]
    assert last.last is None
    assert "silence_broken" in await table.entries()
    assert states(await table.act(SILENCE, *everybody)) == [BEFORE, SKIPPED, BEFORE, SKIPPED]


async def test_it_waits_for_what_comes_when_asked_to(table: Table) -> None:
    """And objects in the last second."""
    progress = await table.act(SILENCE, COORDINATOR, head("FRONTEX"), waits=True)
    assert states(progress) == [DONE, SKIPPED, DONE, SKIPPED]
    assert table.said == ["done", "rehearsal_only", "next", "done", "rehearsal_only"]
    assert "silence_broken" in await table.entries()


async def test_steps_of_others_are_left_to_them(table: Table) -> None:
    """They are listed as theirs; what rests on what they made cannot be done without their key, and is not guessed."""
    alone = await table.act(SILENCE, COORDINATOR)
    assert states(alone) == [DONE, SKIPPED, NOT_OURS, SKIPPED]
    assert alone.last is None

    without = await table.act(SILENCE, head("FRONTEX"))
    assert states(without)[:3] == [NOT_OURS, SKIPPED, StepState.BLOCKED]
    assert "s1 is what step 1 makes, open_silence by INTERPOL/coordinator, whose key is not here; " in in_words(without)
    assert "give it with --as INTERPOL/coordinator=FILE: the step is found by it" in in_words(without)

    looked = await (await table.actor(SILENCE, head("FRONTEX"))).look()
    assert "open_silence by INTERPOL/coordinator, whose key is not here" in looked.steps[2].why


async def test_what_is_counted_from_a_step_of_others_names_the_key_it_takes(table: Table) -> None:
    """However far back that step is."""
    after = SILENCE.replace("at: s1.expires\n", "at: +PT1S\n").replace("    refused: SilenceNotOpen\n", "")
    text = after.replace(
        "do: object\n    with: {silence: s1}", "do: propose_item\n    with: {title: Plans, purpose: decision}"
    )

    progress = await table.act(text, head("AIMC"))

    assert states(progress) == [NOT_OURS, SKIPPED, NOT_OURS, StepState.BLOCKED]
    assert "--as INTERPOL/coordinator=FILE" in in_words(progress)


async def test_an_instant_that_has_not_come_is_waited_for(table: Table) -> None:
    """An adoption may still come; nothing is wrong with a step that is counted from it."""
    text = SILENCE.partition("  - at: +PT1H")[0]
    text += "  - {at: s1.adopted_at +PT1H, by: FRONTEX/head_of_delegation, do: object, with: {silence: s1}}\n"

    first = await table.act(text, COORDINATOR, head("FRONTEX"))
    assert states(first) == [DONE, NEXT]
    assert first.steps[1].why.startswith("s1.adopted_at has not come; wait for it")
    assert in_words(first) == ""

    whole = await table.act(text, COORDINATOR, head("FRONTEX"), waits=True)
    assert states(whole) == [BEFORE, DONE]
    assert (await table.entries())[-1] == "late_statement_kept"


class Killed(BaseException):
    """The process that acts is gone, in the middle of it."""


async def test_whoever_is_killed_half_way_goes_on_where_it_stopped(table: Table) -> None:
    """The command was taken in and its answer never read: it is found, and not given again."""
    who = (COORDINATOR, head("FRONTEX"))
    actor = await table.actor(LIFTED.replace("lift_objection", "object"), *who)
    told = actor.seats.first.client.command

    async def dies(*given: object, **more: object) -> object:
        await told(*given, **more)  # type: ignore[arg-type]
        raise Killed

    actor.seats.first.client.command = dies  # type: ignore[assignment,method-assign]
    with pytest.raises(Killed):
        await actor.act()

    assert states(await table.act(LIFTED.replace("lift_objection", "object"), *who)) == [BEFORE, DONE, DONE]
    assert (await table.entries()).count("procedure_opened") == 1


async def test_two_that_act_at_once_do_every_step_once(table: Table) -> None:
    """A coordinator that is impatient and types it twice."""
    text, who = LIFTED.replace("lift_objection", "object"), (COORDINATOR, head("FRONTEX"))
    actors = [await table.actor(text, *who) for _ in range(2)]

    both = await asyncio.gather(*(actor.act() for actor in actors))

    for progress in both:
        assert set(states(progress)) <= {DONE, BEFORE}
    entries = await table.entries()
    assert [entries.count(kind) for kind in ("procedure_opened", "silence_broken", "comment_filed")] == [1, 1, 1]


async def test_a_refusal_nobody_expected_stops_it_and_what_stood_in_its_way_may_go(table: Table) -> None:
    """The same step is sent under another key once it was refused; everything before it stays done."""
    who = (COORDINATOR, head("FRONTEX"))
    refused = await table.act(LIFTED, *who)
    assert states(refused) == [DONE, StepState.REFUSED, StepState.LATER]
    assert "(lift_objection, line " in in_words(refused)
    assert "What is done stays done" in in_words(refused)

    again = await table.act(LIFTED, *who)
    assert states(again) == [BEFORE, StepState.REFUSED, StepState.LATER]
    assert again.steps[1].command_id != refused.steps[1].command_id

    procedure = refused.steps[0].made
    await table.api.post(head("FRONTEX"), f"/v1/procedures/{procedure}/objections", reason="too early")
    assert states(await table.act(LIFTED, *who)) == [BEFORE, DONE, DONE]
    assert states(await table.act(LIFTED, *who)) == [BEFORE, BEFORE, BEFORE]


async def test_programs_are_told_how_far_it_has_come(table: Table) -> None:
    """Instants in UTC, each step with what it made and when."""
    actor = await table.actor(SILENCE, COORDINATOR, head("FRONTEX"))
    progress = await actor.act()
    answer = told(actor.scenario, actor.digest, progress)
    assert (answer["ok"], answer["is_over"], answer["next"]["step"]) == (True, False, 3)
    assert answer["next"]["at"].endswith("Z")
    assert [each["state"] for each in answer["steps"]] == ["done", "rehearsal_only", "next", "rehearsal_only"]
    assert answer["steps"][0]["made"] == progress.steps[0].made
    assert answer["steps"][0]["at"] == "2040-03-06T08:00:00Z"


async def test_a_dry_run_shows_everything_and_does_nothing(table: Table) -> None:
    """By whom, when, with every text, and the letters that would go."""
    actor = await table.actor(SILENCE, COORDINATOR, head("FRONTEX"))
    progress = await actor.look()
    assert states(progress) == [TO_BE_SENT, SKIPPED, TO_BE_SENT, SKIPPED]
    assert await table.entries() == []
    preview = progress.steps[0].preview
    assert preview is not None
    assert (preview.result, {each.notice for each in preview.letters}) == ("decided", {"silence_opened"})

    shown = said(progress.steps)
    assert "POST /v1/bodies/dialogue/silence-procedures" in shown
    assert "text: The heads agree to meet again." in shown
    assert "letter silence opened would go at once" in shown
    assert "nothing was made by the name s1" in shown
    await actor.act()
    assert states(await (await table.actor(SILENCE, COORDINATOR)).look())[0] is BEFORE


async def test_an_api_that_cannot_only_look_is_not_asked(table: Table) -> None:
    """It would do what it is asked about."""
    actor = await table.actor(SILENCE, COORDINATOR)
    actor.addresses = replace(actor.addresses, looking=frozenset())
    progress = await actor.look()
    assert states(progress)[0] is TO_BE_SENT
    assert progress.steps[0].preview is None
    assert await table.entries() == []


async def test_what_is_otherwise_than_in_the_rehearsal_is_said(table: Table) -> None:
    """Another table, no holidays; other procedures are a reason not to begin."""
    seats = (await table.actor(SILENCE, COORDINATOR)).seats
    plain = (await table.actor(SILENCE, COORDINATOR)).scenario
    assert await differences(plain, seats) == []
    await check_procedures(plain, seats)

    weeks = (await table.actor(SILENCE + "calendars: weeks\n", COORDINATOR)).scenario
    assert any("public holidays" in each for each in await differences(weeks, seats))
    entities = tuple(each for each in plain.membership.entities if each.code != "SCO")
    fewer = replace(plain, membership=replace(plain.membership, entities=entities))
    assert any("SCO" in each for each in await differences(fewer, seats))
    with pytest.raises(Trouble, match=r"exercise@1, and dialogue decides by high-level-dialogue@1"):
        await check_procedures(replace(plain, procedures={"dialogue": "exercise@1"}), seats)


async def test_a_key_given_for_another_seat_is_not_taken(table: Table) -> None:
    """Whoever named it so would act as somebody else."""
    seat = await table.seat(CHAIR)
    with pytest.raises(SettingsError, match="INTERPOL/chair"):
        checked(head("EUROPOL"), seat)


async def test_it_says_what_is_next_in_own_time_and_utc_and_what_to_type(table: Table) -> None:
    """So that nothing has to be remembered."""
    progress = await table.act(SILENCE, COORDINATOR, head("FRONTEX"))
    shown = said(progress.steps, progress)
    assert re.search(r"1  done +Tue 06 Mar 2040 09:00 \+01:00  INTERPOL/coordinator: open_silence", shown)
    ahead = await expiry(table, progress) - timedelta(seconds=1)
    own = f"{stamp(ahead, ZoneInfo('Europe/Paris'))}, that is {ahead:%Y-%m-%d %H:%M:%S} UTC"
    assert f"Next is step 3, object by FRONTEX/head_of_delegation: {own}" in shown
    assert "dialogue act scenario.yaml" in shown
    assert "only a rehearsal does this" in shown


def said(steps: object, progress: Progress | None = None) -> str:
    """Return what is said of steps, and at the end."""
    import io

    file = io.StringIO()
    console = Console(file=file, width=100, highlight=False, markup=False, emoji=False)
    report = Report(console=console, zone=ZoneInfo("Europe/Paris"), again="dialogue act scenario.yaml")
    assert isinstance(steps, list)
    for each in steps:
        assert isinstance(each, StepProgress)
        (report.step if progress else report.content)(each)
    if progress:
        report.end(progress, TUESDAY)
    return file.getvalue()
