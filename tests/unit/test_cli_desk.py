"""The desk's tables at a fixed instant, at 80 and 120 columns: what they say, and that they keep their form."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from rich.console import Console

from services.cli.desk import actions, calendars, cycles, deadlines, notices, waiting
from services.cli.desk.body_sheet import sheets_of_list
from services.cli.desk.cycle_found import Found
from services.cli.desk.cycle_sheet import sheets_of_cycle
from services.cli.desk.options import in_json
from services.cli.desk.sheet import Sheet, cell, sent_with, show
from services.cli.desk.wording import left, safe, stamp
from services.client.entity import WorkingWeek
from services.client.wait import Call
from tests.unit.desk_setting import (
    DAY,
    NOW,
    body,
    cycle,
    desk,
    due,
    found_actions,
    listed_cycles,
    mailings,
    moved,
    told,
    waits,
    year,
)

GOLDEN = Path(__file__).parents[1] / "fixtures" / "desk"


def all_sheets() -> dict[str, list[Sheet]]:
    """Return every table of the desk, by the command that prints it."""
    at = desk()
    mine = [each for each in waits() if each.stream == "cycle/dialogue/9"]
    return {
        "waiting": [waiting.sheet_of(at, waits())],
        "deadlines": [deadlines.sheet_of(at, due())],
        "actions": [actions.sheet_of(at, found_actions())],
        "calendars": [calendars.list_sheet(at, [year()])],
        "calendars-year": calendars.year_sheets(year()),
        "calendars-moves": [calendars.moves_sheet(at, moved())],
        "notices": [notices.sheet_of(at, told())],
        "cycles": sheets_of_list(at, Found(items=listed_cycles(), waits=waits())),
        "cycles-body": sheets_of_list(at, Found(items=listed_cycles(), waits=mine, body=body())),
        "cycles-number": sheets_of_cycle(at, cycle(), mine, mailings()),
    }


def rendered(sheets: list[Sheet], width: int) -> str:
    """Return tables as they are printed into a pipe of a width."""
    file = io.StringIO()
    show(Console(file=file, width=width, highlight=False, markup=False, emoji=False), sheets)
    return file.getvalue()


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", all_sheets())
def test_a_table_is_printed_as_it_was_approved(name: str, width: int) -> None:
    """The approved form lies in a file of its own; what differs is shown."""
    assert rendered(all_sheets()[name], width) == (GOLDEN / f"{name}-{width}.txt").read_text()


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("name", all_sheets())
def test_a_table_keeps_its_width_and_steers_no_terminal(name: str, width: int) -> None:
    """Only calls to be copied may be longer than the terminal is wide; no colour, no frame, nothing that steers."""
    printed = rendered(all_sheets()[name], width)
    assert "\x1b" not in printed
    assert not any("\u2500" <= mark <= "\u257f" for mark in printed)
    wide = [line for line in printed.splitlines() if cell_len(line) > width]
    assert all(" /v1/" in line for line in wide), wide


def test_what_runs_from_right_to_left_stays_in_its_cell() -> None:
    """Each line of it is closed off by itself, so that the columns beside it keep their place."""
    printed = rendered(all_sheets()["actions"], 80).splitlines()
    arabic = [line for line in printed if any("\u0600" <= mark <= "\u06ff" for mark in line)]
    assert len(arabic) > 1
    for line in arabic:
        assert line.count("\u2068") == line.count("\u2069") == 1
    assert safe("a\u202eb\x1b[2Jc\nd") == "ab[2Jc d"


def test_what_is_overdue_is_said_and_not_only_coloured() -> None:
    """For who prints it, hears it, or sees no red."""
    assert "overdue by 3 days" in rendered(all_sheets()["waiting"], 80)
    assert "overdue by 5 hours" in rendered(all_sheets()["deadlines"], 80)
    assert "overdue by 12 days" in rendered(all_sheets()["actions"], 80)


def test_every_wait_names_the_call_that_ends_it_on_a_line_that_can_be_copied() -> None:
    """However narrow the terminal is."""
    printed = rendered(all_sheets()["waiting"], 40).splitlines()
    calls = {each.path for wait in waits() for each in wait.ended_by}
    assert all(any(path in line for line in printed) for path in calls)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=0), "in 0 seconds"),
        (timedelta(seconds=1), "in 1 second"),
        (timedelta(seconds=119), "in 119 seconds"),
        (timedelta(minutes=2), "in 2 minutes"),
        (timedelta(hours=47, minutes=59), "in 47 hours"),
        (timedelta(days=2), "in 2 days"),
        (timedelta(seconds=-1), "overdue by 1 second"),
        (timedelta(days=-3, hours=1), "overdue by 2 days"),
    ],
)
def test_how_long_is_left_is_said_in_words(span: timedelta, words: str) -> None:
    """Never more than there is."""
    assert left(NOW + span, NOW) == words


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    """By its offset, which every instant is printed with."""
    zone = ZoneInfo("Europe/Paris")
    first = datetime(2040, 10, 28, 0, 30, tzinfo=UTC)
    assert stamp(first, zone) == "Sun 28 Oct 2040 02:30 +02:00"
    assert stamp(first + timedelta(hours=1), zone) == "Sun 28 Oct 2040 02:30 +01:00"
    assert stamp(first.replace(second=5), ZoneInfo("Asia/Kathmandu")) == "Sun 28 Oct 2040 06:15:05 +05:45"


def test_an_empty_table_says_so() -> None:
    """A heading over nothing would leave one guessing."""
    assert "Nobody is waited for." in rendered([waiting.sheet_of(desk(), [])], 80)
    assert rendered([Sheet(title="T", headings=("a",), rows=[(cell(),)])], 80)


def test_programs_get_instants_in_utc_and_what_is_overdue() -> None:
    """Under the names the API uses."""
    (first, *_) = deadlines.told((due(), False), NOW)
    assert first["due_at"] == "2040-03-06T03:00:00Z"
    assert first["is_overdue"] is True
    assert [each["state"] for each in notices.told((told(), False), NOW)] == ["queued", "delivered", "failed"]
    assert actions.told(found_actions(), NOW)[1]["next"][0]["command"] == "complete"
    one = cycles.told(Found(cycle=cycle(), waits=waits()[:1]), NOW)
    assert one["waits"][0]["ended_by"][0]["path"] == "/v1/cycles/dialogue/9/responses"
    assert in_json(replace(waits()[0], since=NOW.astimezone(ZoneInfo("Asia/Dubai"))))["since"] == "2040-03-06T08:00:00Z"


@pytest.mark.parametrize(
    ("closes", "said"),
    [
        (dict.fromkeys((1, 2, 3, 4, 5), "17:00"), "Mon to Fri until 17:00"),
        (dict.fromkeys((7, 1, 2, 3, 4), "17:00"), "Sun to Thu until 17:00"),
        (dict.fromkeys((6, 7, 1, 2, 3), "16:30"), "Sat to Wed until 16:30"),
        ({1: "17:00", 2: "17:00", 3: "17:00", 4: "17:00", 5: "12:00"}, "Mon to Thu until 17:00, Fri until 12:00"),
        ({1: "17:00", 3: "17:00"}, "Mon until 17:00, Wed until 17:00"),
        (dict.fromkeys(range(1, 8), "17:00"), "Mon to Sun until 17:00"),
    ],
)
def test_a_week_is_said_as_people_say_it(closes: dict[int, str], said: str) -> None:
    """It begins after the weekend, wherever that is."""
    week = WorkingWeek(since=NOW - DAY, closes=closes, half_days=(), source="us", confidence="assumption")

    assert calendars.week_in_words([week], NOW) == said
    assert calendars.week_in_words([replace(week, since=NOW + DAY)], NOW) == "not known yet"


def test_a_call_says_which_etag_goes_with_it() -> None:
    """Or that none is needed to replace whatever stands."""
    call = Call(
        method="POST", path="/v1/bodies/wg-sc/series", command="schedule_series", arguments=(), if_match="/v1/x"
    )
    assert sent_with(call) == "  If-Match: ETag of /v1/x, or *"
