"""What a scenario has otherwise than the policies, and what it may expect: procedures, calendars, instants, letters."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from services.cli.act import check_procedures
from services.cli.acting.seats import Seats
from services.policies.fault import PolicyError
from services.policies.folder import policies_dir
from services.rehearsal.people import body_led, seats_of
from services.rehearsal.reading import read_scenario
from services.rehearsal.scenario import Scenario
from services.runtime.trouble import Trouble

NOW = datetime(2030, 1, 1, tzinfo=UTC)
LIKE = """\
scenario: Another ladder
starts: 2040-03-06T08:00:00Z
procedure:
  dialogue:
    like: high-level-dialogue@1
    actions: {ladder: [{at: 7wd, to: alternate}]}
    silence: {extensions: 2}
timeline:
  - at: 2040-03-06T08:00:00Z
    by: INTERPOL/coordinator
    do: open_silence
    with: {subject: Communiqué, text: "…", period: PT72H}
    as: s1
expect:
  - {rights: FRONTEX, at: 2017-05-03T12:00:00Z, status: observer}
  - {silence: s1, state: opened, supersedes: null}
"""
CALENDAR = """\
scenario: Another calendar
starts: 2040-03-06T08:00:00Z
timeline:
  - at: 2040-03-06T08:00:00Z
    by: AMERIPOL/head_of_entity
    do: change_calendar
    with: {delegation: AMERIPOL, calendar: AMERIPOL@2, from: 2040-04-01}
"""


def read(folder: Path, text: str) -> Scenario:
    """Write a scenario and read it over the shipped policies."""
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path, policies_dir(), now=NOW)


def faults(folder: Path, text: str) -> list[str]:
    """Return what is said of a scenario that is wrong, from its lines on."""
    with pytest.raises(PolicyError) as caught:
        read(folder, text)
    return [str(fault).partition("scenario.yaml:")[2] for fault in caught.value.all]


def test_a_scenario_may_try_a_procedure_that_is_in_no_edition(tmp_path: Path) -> None:
    """It is like one, with some keys otherwise; the body decides by it under a name that no edition has."""
    scenario = read(tmp_path, LIKE)

    content = scenario.overrides["procedures/rehearsed-dialogue@1.yaml"]
    own = scenario.overrides["procedures/high-level-dialogue@1.yaml"]
    (charter,) = (each for each in scenario.charters if each.code == "dialogue")
    assert charter.procedure == scenario.procedures["dialogue"] == "rehearsed-dialogue@1"
    assert content["actions"] == {**own["actions"], "ladder": [{"at": "7wd", "to": "alternate"}]}
    assert content["silence"] == {**own["silence"], "extensions": 2}
    assert content["cadence"] == own["cadence"]
    assert "procedures/wg-sc@1.yaml" in scenario.overrides


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "like: high-level-dialogue@1",
            "like: no-such@1",
            "5: procedure.dialogue.like: there is no procedure no-such@1; ",
        ),
        ("    like: high-level-dialogue@1\n", "", "4: procedure.dialogue: found {"),
        ("like: high-level-dialogue@1", "like: [a]", "4: procedure.dialogue: found {"),
        ("{extensions: 2}", "{extension: 2}", "7: silence.extension: this key is not known; did you mean extensions?"),
        ("{extensions: 2}", "{extensions: two}", '7: silence.extensions: found "two"; should be a whole number'),
        ("at: 7wd", "at: -7wd", '6: actions.ladder[0].at: found "-7wd"; should be positive: it is after'),
        (
            "    silence: {extensions: 2}",
            "    cadence: {rrule: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30}",
            "7: cadence.rrule: ",
        ),
    ],
)
def test_what_is_wrong_with_such_a_procedure_is_told_by_the_lines_of_the_scenario(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    """Whoever wrote it looks at one file."""
    assert LIKE.count(old) == 1

    (fault,) = faults(tmp_path, LIKE.replace(old, new))

    assert fault.startswith(said)


async def test_what_was_rehearsed_by_such_a_procedure_is_not_acted(tmp_path: Path) -> None:
    """No body has adopted it; the sentence says what to do first."""
    with pytest.raises(Trouble, match=r"changes the procedure of dialogue .* let the body adopt it"):
        await check_procedures(read(tmp_path, LIKE), cast("Seats", None))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("from: soon", 'found "soon"; should be a date, like 2040-03-06'),
        ("from: 2040-04-01T00:00:00Z", 'found "2040-04-01T00:00:00Z"; should be a date, like 2040-03-06'),
        ("from: 2040", "found 2040; should be a date, like 2040-03-06"),
    ],
)
def test_a_date_is_a_date(tmp_path: Path, value: str, said: str) -> None:
    """A day of a place, and no instant."""
    assert read(tmp_path, CALENDAR).steps[0].arguments["from"] == "2040-04-01"

    assert faults(tmp_path, CALENDAR.replace("from: 2040-04-01", value)) == [f"7: timeline[0].with.from: {said}"]


def test_a_calendar_goes_by_its_name_or_is_written_out(tmp_path: Path) -> None:
    """What is wrong within it the engine says, as it says it to everybody."""
    written = CALENDAR.replace("AMERIPOL@2", "{calendar: AMERIPOL, version: 2, weeks: []}")

    assert isinstance(read(tmp_path, written).steps[0].arguments["calendar"], dict)
    assert faults(tmp_path, CALENDAR.replace("AMERIPOL@2", "[1]")) == [
        "7: timeline[0].with.calendar: found [1]; should be a calendar like AMERIPOL@1, or one written out"
    ]


def test_what_is_expected_may_be_long_past_but_not_when(tmp_path: Path) -> None:
    """A status has held since 2017; the scenario itself begins when it begins."""
    assert read(tmp_path, LIKE).expectations[0].fields["at"] == "2017-05-03T12:00:00Z"

    assert faults(tmp_path, LIKE.replace("status: observer}", "status: observer, when: 2017-05-03T12:00:00Z}")) == [
        "15: expect[0].when: this is before the scenario starts; name one from 2040-03-06T08:00:00Z on"
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{silence: s1, supersedes: s2}", "no step above makes s2; known here: s1"),
        ("{silence: s1, waived: perhaps}", 'found "perhaps"; should be true or false'),
        ("{silence: s1, electorate: [AIMC, NOBODY]}", "should be a list of codes of entities"),
        ("{deadline: s1, due: 2040-03-06T08:00:00Z}", "the field label is missing; say whose deadline is meant"),
        ("{wait: s9, what: delivery}", "no step above makes s9; known here: s1"),
        ("{moment: s1, label: rung 1}", "s1 is a silence, not an action"),
        ("{body: dialogue, skipped: [soon]}", 'found "soon"; should be an instant like'),
        ("{body: dialogue, skipped: 2040-03-06T08:00:00Z}", "should be a list of instants"),
        ("{notice: silence_opened, says: Monday}", "should be a list of words"),
    ],
)
def test_a_wrong_expectation_is_told(tmp_path: Path, line: str, said: str) -> None:
    """With its place, and what would be right."""
    (fault,) = faults(tmp_path, f"{LIKE}  - {line}\n")

    assert fault.startswith("17: expect[2]")
    assert said in fault


def test_a_chair_is_seated_for_the_body_it_chairs(tmp_path: Path) -> None:
    """An entity that chairs one body acts in that one; with several it cannot be said for which it acts."""
    charters = "membership: {charters: {wg-fa: {chair_entity: AIMC}}}\n"
    scenario = read(tmp_path, LIKE.replace("procedure:\n", f"{charters}procedure:\n"))

    assert body_led("AIMC/chair", scenario) == "wg-fa"
    assert body_led("INTERPOL/coordinator", scenario) is None
    assert body_led("AIMC/head_of_entity", scenario) is None
    several = charters.replace("{wg-fa:", "{wg-sc: {chair_entity: AIMC}, wg-fa:")
    text = LIKE.replace("procedure:\n", f"{several}procedure:\n").replace("INTERPOL/coordinator", "AIMC/chair")
    (fault,) = faults(tmp_path, text)
    assert fault.startswith("11: timeline[0].by: AIMC chairs several bodies, and it cannot be said for which it acts")
    assert fault.endswith("let INTERPOL/coordinator do it")


def test_a_convenor_without_a_status_has_its_coordinator_alone(tmp_path: Path) -> None:
    """Its other people are not at the table and cannot be appointed (domain.md R1-7)."""
    outside = "membership: {entities: {INTERPOL: {statuses: []}}}\n"

    seats = seats_of(read(tmp_path, LIKE.replace("procedure:\n", f"{outside}procedure:\n")))

    assert [seat for seat in seats if seat.startswith("INTERPOL/")] == ["INTERPOL/coordinator"]
    assert "AIMC/head_of_delegation" in seats
