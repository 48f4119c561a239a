"""
What bad input gets: each kind of slip is answered with a sentence that names field, rule and remedy.

``FOUND`` lists every kind and its tests, here and elsewhere. Whoever asks over HTTP is answered as below; whoever
writes files, by ``dialogue policies check`` or ``dialogue rehearse`` before anything runs. A refused command is on
record as refused, and nothing of it is done.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.policies.folder import policies_dir
from services.runtime.stack import Stack
from services.storage import tables
from tests.integration.api_world import CHAIR, COORDINATOR, Api, api_of, present, until, written
from tests.integration.cli_process import dialogue
from tests.world import MEMBERS, Peopled, world_of

HERE = "integration.test_bad_input"
#: Every kind of bad input of the coordinator's desk, with the tests that try it as its user would.
FOUND: Mapping[str, tuple[str, ...]] = {
    "unknown zone": (
        f"{HERE}.test_an_unknown_zone",
        f"{HERE}.test_faulty_files_are_told_by_line_and_key",
        "integration.test_cli_plain.test_a_zone_that_there_is_not_is_a_wrong_use",
    ),
    "RRULE that never fires": (
        f"{HERE}.test_a_rule_that_never_fires",
        f"{HERE}.test_faulty_files_are_told_by_line_and_key",
    ),
    "cadence shorter than its lead times": (
        f"{HERE}.test_a_cadence_shorter_than_its_lead_times",
        f"{HERE}.test_faulty_files_are_told_by_line_and_key",
    ),
    "start in a local hour that does not exist": (
        f"{HERE}.test_a_start_in_an_hour_that_does_not_exist",
        f"{HERE}.test_faulty_files_are_told_by_line_and_key",
    ),
    "start in a local hour that exists twice": (
        f"{HERE}.test_a_start_in_an_hour_that_exists_twice",
        f"{HERE}.test_faulty_files_are_told_by_line_and_key",
    ),
    "silence of zero or negative length": (f"{HERE}.test_a_silence_of_no_length",),
    "silence without two common working days and no waiver": (
        f"{HERE}.test_a_silence_without_two_common_working_days",
        "acceptance.test_scenarios.test_a_shipped_scenario_comes_as_it_expects",
    ),
    "electorate empty": (
        f"{HERE}.test_an_electorate_of_nobody",
        "unit.test_silence_opening.test_rule_c_opening_over_an_empty_electorate_is_refused",
    ),
    "postponement into the past": (f"{HERE}.test_a_postponement_into_the_past",),
    "postponement onto another live cycle": (
        f"{HERE}.test_a_postponement_onto_another_live_cycle",
        "unit.test_cycle_postponed.test_a_session_is_not_postponed_onto_another_live_cycle",
    ),
    "unknown entity": (
        f"{HERE}.test_an_unknown_entity",
        "unit.test_rehearsal_reading.test_a_fault_names_line_key_and_remedy",
    ),
    "unknown body": (
        f"{HERE}.test_an_unknown_body",
        "unit.test_rehearsal_reading.test_a_fault_names_line_key_and_remedy",
    ),
    "unknown number": (f"{HERE}.test_an_unknown_number",),
    "calendar with overlapping editions": (
        f"{HERE}.test_a_calendar_with_overlapping_editions",
        f"{HERE}.test_faulty_files_are_told_by_line_and_key",
        "unit.test_policies_calendar.test_a_fault_is_one_sentence_with_its_key",
    ),
    "procedure file with a duplicate key, a tab, an anchor bomb": (
        f"{HERE}.test_faulty_files_are_told_by_line_and_key",
        "unit.test_policies_yaml.test_a_key_that_stands_twice_is_refused",
        "unit.test_policies_yaml.test_a_tab_is_refused",
        "unit.test_policies_yaml.test_an_alias_bomb_is_refused_at_its_first_anchor",
    ),
    "scenario that waits for ever": (
        "integration.test_cli_rehearse.test_a_scenario_that_waits_for_ever_ends_with_2",
        "unit.test_rehearsal_resolving.test_an_instant_that_never_comes_is_an_error",
        "acceptance.test_scenarios.test_a_step_that_would_wait_for_ever_is_named",
    ),
    "scenario file of another shape": (
        "unit.test_rehearsal_hostile.test_a_file_of_another_shape_is_told_what_should_stand_there",
        "unit.test_rehearsal_hostile.test_a_value_of_another_kind_is_a_fault_and_no_surprise",
        "unit.test_rehearsal_hostile.test_bytes_that_are_no_text_are_refused",
    ),
}
SERIES = "/v1/bodies/wg-sc/series"
HOUR_SKIPPED = {"rrule": "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "local_start": "02:30"}
HOUR_TWICE = {"rrule": "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "local_start": "02:30"}


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled_later: Peopled) -> AsyncIterator[Api]:
    """Give an API on a Tuesday of March 2040, at which nothing succeeds."""
    async with world_of(stack, peopled_later, skipped=True) as world, api_of(world) as api:
        yield api


@pytest.mark.parametrize("kind", FOUND)
def test_every_kind_of_bad_input_is_tried(kind: str) -> None:
    """The list names tests there are."""
    for place in FOUND[kind]:
        module, _, test = place.rpartition(".")
        assert callable(getattr(import_module(f"tests.{module}"), test)), place


async def test_an_unknown_zone(api: Api) -> None:
    """The nearest is named."""
    said = "zone: 'Europe/Pariss' is not a zone of the IANA database (2026"
    await refused(api, SERIES, {"zone": "Europe/Pariss"}, "Malformed", said, "did you mean Europe/Paris?")
    await refused(api, SERIES, {"zone": ""}, "Malformed", "zone: '' is not a zone", "like Europe/Paris")
    await previewed(api, {"zone": "Europe/Pariss"}, said, "did you mean Europe/Paris?")


async def test_a_rule_that_never_fires(api: Api) -> None:
    """There is no 30 February, in these twelve years or any."""
    rule = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
    said = f"rrule: {rule} gives no session in the twelve years after 2040-03-06"
    await refused(api, SERIES, {"rrule": rule}, "Malformed", said, "name days that come, such as BYMONTH=10;BYDAY=2WE")
    await previewed(api, {"rrule": rule}, said, "name days that come, such as BYMONTH=10;BYDAY=2WE")


async def test_a_cadence_shorter_than_its_lead_times(api: Api) -> None:
    """A working group is convened 42 days ahead, so it cannot meet every month."""
    said = "rrule: sessions come 28 days apart, but one takes 43 days and 8 hours from its first step to its end"
    for sent in ({"rrule": "FREQ=MONTHLY;BYMONTHDAY=13"},):
        await refused(api, SERIES, sent, "Malformed", said, "meet less often, or shorten the lead times")
        await previewed(api, sent, said, "meet less often, or shorten the lead times")


async def test_a_start_in_an_hour_that_does_not_exist(api: Api) -> None:
    """On the last Sunday of March half past two is skipped in Lyon."""
    said = "local_start: 02:30 does not exist in Europe/Paris on 2040-03-25, when clocks change"
    await refused(api, SERIES, HOUR_SKIPPED, "Malformed", said, "start at an hour at which clocks never change")
    await previewed(api, HOUR_SKIPPED, said, "start at an hour at which clocks never change, such as 09:00")


async def test_a_start_in_an_hour_that_exists_twice(api: Api) -> None:
    """On the last Sunday of October half past two comes twice in Lyon."""
    said = "local_start: 02:30 exists twice in Europe/Paris on 2040-10-28, when clocks change"
    await refused(api, SERIES, HOUR_TWICE, "Malformed", said, "start at an hour at which clocks never change")
    await previewed(api, HOUR_TWICE, said, "start at an hour at which clocks never change, such as 09:00")


@pytest.mark.parametrize("place", ["silence-procedures", "written-procedures"])
@pytest.mark.parametrize("period", ["PT0S", "-PT72H", "-P1D"])
async def test_a_silence_of_no_length(api: Api, place: str, period: str) -> None:
    """Nothing runs over nothing, nor backwards; a waiver does not help."""
    path, sent = f"/v1/bodies/dialogue/{place}", {"subject": "Communiqué", "text": "We meet.", "period": period}
    said = "period: a procedure has a length above zero"
    await refused(api, path, sent, "BadArgument", said, "give one like PT72H", who=CHAIR)
    waived = {**sent, "waive": "Everybody agrees"}
    await refused(api, path, waived, "BadArgument", said, "give one like PT72H", who=CHAIR)


@pytest.mark.parametrize("period", ["0cwd", "-2cwd", "72h"])
async def test_a_period_that_is_none(api: Api, period: str) -> None:
    """The two forms there are stand in the sentence."""
    sent = {"subject": "Communiqué", "text": "We meet.", "period": period}
    said = "period: should be a duration in days, hours, minutes or seconds, like P14D, PT72H or PT5S"
    remedy = "write it like PT72H, or 10cwd for ten common working days"
    await refused(api, "/v1/bodies/dialogue/silence-procedures", sent, "Malformed", said, remedy, who=CHAIR)


async def test_a_silence_without_two_common_working_days(api: Api) -> None:
    """From Tuesday morning a day and a half holds none that is whole everywhere."""
    sent = {"subject": "Communiqué", "text": "We meet.", "period": "PT36H"}
    said = "The period holds 0 whole common working days and needs 2"
    remedy = "lengthen it, or waive with a reason"
    await refused(api, "/v1/bodies/dialogue/silence-procedures", sent, "TooFewWorkingDays", said, remedy, who=CHAIR)


async def test_a_postponement_into_the_past(api: Api) -> None:
    """Whatever the reason."""
    cycle = await convened(api, "wg-fa", "2040-09-11T07:00:00Z")
    said, remedy = "starts: a session is postponed to a later instant than now", "give one after 2040-03-06 08:0"
    for starts in ("2039-09-11T07:00:00Z", "2040-03-06T08:00:00Z"):
        sent = {"starts": starts, "reason": "The hall is flooded", "waive": "Everybody agrees"}
        await refused(api, f"{cycle}/postponement", sent, "BadArgument", said, remedy)


async def test_a_postponement_onto_another_live_cycle(api: Api) -> None:
    """An extraordinary session does not meet while the ordinary one does."""
    cycle = await convened(api, "dialogue", "2040-09-12T07:00:00Z")
    scheduled = await api.post(COORDINATOR, "/v1/bodies/dialogue/series")
    other = scheduled["links"]["cycle"]
    await api.post(COORDINATOR, f"{other}/convening", mode="hybrid", place="Lyon")
    starts = (await api.get(COORDINATOR, other))["starts"]

    sent = {"starts": starts, "reason": "The hall is flooded"}
    said = "Cycle 2 of dialogue is live and meets from 2040-10-10 07:00:00 UTC to 2040-10-11 15:00:00 UTC"
    remedy = "choose a session that does not overlap it"
    await refused(api, f"{cycle}/postponement", sent, "OverlapsLiveCycle", said, remedy, status=409)


async def test_an_unknown_entity(api: Api) -> None:
    """Wherever an entity is named, the answer names it back."""
    cycle = await convened(api, "wg-sc", "2040-09-18T07:00:00Z")
    where = "NOBODY is not in the register"
    status = {"status": "member", "on": "2041-01-01T00:00:00Z"}
    await refused(
        api, "/v1/entities/NOBODY/statuses", status, "BadArgument", f"entity: {where}", "name an entity that is"
    )
    presence = {"entity": "NOBODY", "presence": "in_person"}
    await refused(api, f"{cycle}/presences", presence, "NotFound", "There is no entity NOBODY here.", status=404)
    paper = {"entity": "NOBODY", "received_at": "2040-03-06T07:00:00Z", "evidence": "Letter 204"}
    behalf = {"answer": "accepted", "on_behalf": paper}
    said, remedy = "entity: there is no entity NOBODY", "name the code of one, like AIMC"
    await refused(api, f"{cycle}/responses", behalf, "Malformed", said, remedy)
    told = await api.get(COORDINATOR, "/v1/entities/NOBODY", expect=404)
    assert told["detail"] == "There is no entity NOBODY here."


async def test_an_unknown_body(api: Api) -> None:
    """For whoever reads, and for whoever acts."""
    await refused(api, "/v1/bodies/wg-xx/series", {}, "NotFound", "There is no body wg-xx here.", status=404)
    told = await api.get(COORDINATOR, "/v1/bodies/wg-xx", expect=404)
    assert told["detail"] == "There is no body wg-xx here."


async def test_an_unknown_number(api: Api) -> None:
    """A cycle that there is not is answered like one that is not to be seen; what is no number is no address."""
    sent: Any = {"mode": "hybrid", "place": "Lyon"}
    said = "There is no cycle dialogue/99 here."
    told = await api.post(COORDINATOR, "/v1/cycles/dialogue/99/convening", expect=404, **sent)
    assert (told["refusal"], told["detail"]) == ("NotFound", said)
    for number, detail in (("99", said), ("x", "There is no such address /v1/cycles/dialogue/x here.")):
        told = await api.get(COORDINATOR, f"/v1/cycles/dialogue/{number}", expect=404)
        assert told["detail"] == detail


@pytest.mark.parametrize(
    ("reference", "said", "remedy"),
    [
        ("wg-sc@99", "procedure: there is no procedure wg-sc@99", "did you mean wg-sc@1?"),
        ("wg-sc", "procedure: should be a name and a version", "write it like exercise@1"),
    ],
)
async def test_an_unknown_procedure(api: Api, reference: str, said: str, remedy: str) -> None:
    """Neither a file's path nor a pattern is part of the answer."""
    await refused(api, SERIES, {"procedure": reference}, "Malformed", said, remedy)
    await previewed(api, {"procedure": reference}, said, remedy)


async def test_a_calendar_with_overlapping_editions(api: Api) -> None:
    """Two weeks cannot hold on one date."""
    calendar = {
        "calendar": "AMERIPOL",
        "version": 2,
        "source": "a test",
        "confidence": "assumption",
        "weeks": [week("2016-01-01", until="2041-01-01"), week("2040-07-01")],
    }
    path, sent = "/v1/calendars/AMERIPOL", {"calendar": calendar, "from": "2041-01-01"}
    said, remedy = "the week of 2040-07-01 overlaps the one of 2016-01-01", "end each where the next begins"
    await refused(api, path, sent, "Malformed", said, remedy)


def week(since: str, until: str | None = None) -> dict[str, Any]:
    """Return a working week of a calendar written out."""
    days = ["mon", "tue", "wed", "thu", "fri"]
    told = {"since": since, "days": days, "closes": "17:00", "source": "a test", "confidence": "assumption"}
    return {**told, **({"until": until} if until else {})}


async def test_an_electorate_of_nobody(stack: Stack, peopled: Peopled) -> None:
    """Once every member is an observer there is nobody whose silence could mean anything."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        since = await present(api) + timedelta(seconds=5)
        places = [f"/v1/entities/{entity}/statuses" for entity in MEMBERS]
        changes = (api.post(COORDINATOR, place, status="observer", on=written(since)) for place in places)
        await asyncio.gather(*changes)
        await until(lambda: present(api), lambda at: at > since)

        sent = {"subject": "Communiqué", "text": "We meet.", "period": "PT72H", "waive": "Nobody is here"}
        path, said = "/v1/bodies/dialogue/silence-procedures", "Nobody is a member at this instant"
        await refused(api, path, sent, "EmptyElectorate", said, "check the register's dates", status=409)


EARLIER = """\
  - {since: 2015-01-01, until: 2017-01-01, days: [mon], closes: "17:00", source: a test, confidence: assumption}
"""
#: A name of a policy file, what is changed in it, and how the fault is told.
FAULTY: tuple[tuple[str, str, str, str], ...] = (
    (
        "procedures/wg-sc@1.yaml",
        "version: 1\n",
        "version: 1\nversion: 1\n",
        "5: version: the key stands twice, first on line 4; keep one of the two",
    ),
    ("procedures/wg-fa@1.yaml", "  zone:", "\tzone:", "there is a tab; write spaces"),
    (
        "procedures/exercise@1.yaml",
        "version: 1\n",
        "version: 1\nbomb: &a [*a, *a, *a]\n",
        "anchors and aliases are not read; write the value out where it is needed",
    ),
    (
        "procedures/high-level-dialogue@1.yaml",
        "zone: Europe/Paris",
        "zone: Europe/Pariss",
        "cadence.zone: 'Europe/Pariss' is not a zone of the IANA database (2026",
    ),
    (
        "calendars/AMERIPOL@1.yaml",
        "weeks:\n",
        f"weeks:\n{EARLIER}",
        "the week of 2016-01-01 overlaps the one of 2015-01-01; put earlier weeks first, and end each where the next",
    ),
)
CADENCES: tuple[tuple[str, str], ...] = (
    (
        'rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"',
        "cadence.rrule: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30 gives no session in the twelve years after",
    ),
    ('rrule: "FREQ=MONTHLY;BYMONTHDAY=13"', "cadence.rrule: sessions come 28 days apart, but one takes"),
    (
        'rrule: "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"\n  local_start: "02:30"',
        "cadence.local_start: 02:30 does not exist in Europe/Paris on 2026-03-29",
    ),
    (
        'rrule: "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"\n  local_start: "02:30"',
        "cadence.local_start: 02:30 exists twice in Europe/Paris on 2026-10-25",
    ),
)


async def test_faulty_files_are_told_by_line_and_key(tmp_path: Path) -> None:
    """One look at a folder names every fault of every file, before anything is founded on them."""
    folder = tmp_path / "policies"
    shutil.copytree(policies_dir(), folder)
    for name, old, new, _ in FAULTY:
        change(folder / name, old, new)
    right = (policies_dir() / "procedures" / "wg-sc@1.yaml").read_text(encoding="utf-8")
    for version, (cadence, _) in enumerate(CADENCES, start=2):
        lines = right.replace("version: 1", f"version: {version}", 1).splitlines(keepends=True)
        lines = [line for line in lines if not line.startswith("  rrule:")]
        if "local_start" in cadence:
            lines = [line for line in lines if not line.startswith("  local_start:")]
        text = "".join(lines).replace("cadence:\n", f"cadence:\n  {cadence}\n", 1)
        (folder / "procedures" / f"wg-sc@{version}.yaml").write_text(text, encoding="utf-8")

    done = await dialogue("policies", "check", "--folder", str(folder))

    assert done.code == 1
    for name, _, _, said in FAULTY:
        assert any(name in line and said in line for line in done.err.splitlines()), (said, done.err)
    for version, (_, said) in enumerate(CADENCES, start=2):
        assert any(f"wg-sc@{version}.yaml" in line and said in line for line in done.err.splitlines()), (said, done.err)


def change(file: Path, old: str, new: str) -> None:
    """Change one place of a file."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


async def convened(api: Api, body: str, starts: str) -> str:
    """Have an extraordinary session convened, and return the address of its cycle."""
    called = await api.post(
        COORDINATOR, f"/v1/bodies/{body}/extraordinary-sessions", starts=starts, session="P2D", reason="The year's"
    )
    cycle = str(called["links"]["cycle"])
    await api.post(COORDINATOR, f"{cycle}/convening", mode="hybrid", place="Lyon")
    return cycle


async def refused(
    api: Api,
    path: str,
    sent: Mapping[str, Any],
    refusal: str,
    *said: str,
    who: str = COORDINATOR,
    status: int = 422,
) -> None:
    """Make sure that a command is refused in one sentence, that this is on record, and that nothing was done."""
    told = await api.post(who, path, expect=status, **sent)

    assert told["refusal"] == refusal, told
    for words in said:
        assert words in told["detail"], told
    assert told["detail"].endswith(".")
    assert "\n" not in told["detail"]
    recorded = await api.get(who, f"/v1/commands/{told['command_id']}")
    assert recorded["status"] == "refused"
    assert recorded["refusal"]["refusal"] == refusal
    assert await done_by(api, told["command_id"]) <= {"command_refused"}


async def previewed(api: Api, sent: Mapping[str, Any], *said: str) -> None:
    """Make sure that a look at the same series is answered with the same sentence."""
    told = await api.get(COORDINATOR, f"{SERIES}/preview", expect=422, **sent)

    for words in said:
        assert words in told["detail"], told


async def done_by(api: Api, command_id: str) -> set[str]:
    """Return the kinds of entries that a command has left in the ledger."""
    entry = tables.ledger.c
    async with api.world.engine.database.read() as connection:
        return set(await connection.scalars(select(entry.kind).where(entry.command_id == command_id)))
