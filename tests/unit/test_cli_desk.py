"""The desk's tables at a fixed instant, at 80 and 120 columns: what they say, and that they keep their form."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from rich.cells import cell_len
from rich.console import Console

from services.cli.desk import actions, calendars, cycles, deadlines, notices, waiting
from services.cli.desk.cycle_found import Found
from services.cli.desk.cycle_sheet import sheets_of_cycle, sheets_of_list
from services.cli.desk.options import Desk, in_json
from services.cli.desk.sheet import Sheet, cell, show
from services.cli.desk.wording import left, safe, stamp
from services.client.action import ActionItem, ActionLine
from services.client.body import Body, Occurrence, Series
from services.client.calendar import Calendar, Feast, WorkedDay
from services.client.cycle import Convening, Cycle, CycleItem, Quorum, Response, Step
from services.client.deadline import Deadline
from services.client.entity import WorkingWeek
from services.client.notice import DeliveredNotice, FailedNotice, Notice
from services.client.procedure import ProcedureView
from services.client.wait import Call, Wait

GOLDEN = Path(__file__).parents[1] / "fixtures" / "desk"
NOW = datetime(2040, 3, 6, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ARABIC = "تقرير عن تبادل المعلومات بين المنظمات الإقليمية للشرطة"
ENTITIES = ("AFRIPOL", "AIMC", "AMERIPOL", "ASEANAPOL", "EUROPOL", "FRONTEX", "GCCPOL", "INTERPOL")


def desk(zone: str = "Asia/Dubai") -> Desk:
    """Return a desk at ``NOW``; nobody is asked anything."""
    nobody: Any = None
    return Desk(client=nobody, account=nobody, zone=ZoneInfo(zone), now=NOW)


def call(path: str, *arguments: str, command: str = "respond") -> Call:
    """Return a call that ends something."""
    return Call(method="POST", path=path, command=command, arguments=arguments)


def wait(entity: str, what: str = "respond", **more: Any) -> Wait:
    """Return an open wait of an entity."""
    given: dict[str, Any] = {
        "role": "head_of_delegation",
        "body": "dialogue",
        "stream": "cycle/dialogue/9",
        "since": NOW - DAY,
        "until": NOW + 30 * DAY,
        "ended_by": (call("/v1/cycles/dialogue/9/responses", "answer: accepted|declined|tentative"),),
    }
    return Wait(what=what, entity=entity, **{**given, **more})


def waits() -> list[Wait]:
    """Return open waits: of everybody, of one past its time, and of one without end."""
    reopen = "/v1/procedures/s-0123456789abcdef/reopening"
    return [
        *(wait(entity) for entity in ENTITIES),
        wait(
            "AIMC", "register_credentials", until=NOW - 3 * DAY, ended_by=(call("/v1/cycles/dialogue/9/credentials"),)
        ),
        wait(
            "INTERPOL",
            "reopen_redraft_or_meeting",
            role="chair",
            stream="silence/s-0123456789abcdef",
            until=None,
            ended_by=(call(reopen, "period?: duration"), call(reopen.replace("reopening", "withdrawal"))),
        ),
    ]


def deadline(entity: str, **more: Any) -> Deadline:
    """Return a deadline of an entity."""
    given: dict[str, Any] = {
        "label": "contributions",
        "body": "dialogue",
        "stream": "cycle/dialogue/9",
        "due_at": NOW + 5 * DAY + timedelta(seconds=30),
        "kind": "elapsed",
        "reckoned_in": "Europe/Rome",
        "reason": "",
        "met_at": None,
        "met_by": (call("/v1/cycles/dialogue/9/contributions", "kind", "text: text"),),
    }
    return Deadline(entity=entity, **{**given, **more})


def due() -> list[Deadline]:
    """Return deadlines: one past, one met, one moved by a day rule."""
    return [
        deadline("AIMC", label="credentials", due_at=NOW - timedelta(hours=5)),
        *(deadline(entity) for entity in ENTITIES[:4]),
        deadline("AFRIPOL", due_at=NOW + 9 * DAY, reason="moved from Fri 2 to Sun 4: weekend in Algiers"),
        deadline("EUROPOL", due_at=NOW + 10 * DAY, met_at=NOW - DAY),
    ]


def item(number: int, **more: Any) -> ActionItem:
    """Return an action item."""
    given: dict[str, Any] = {
        "body": "dialogue",
        "cycle": 9,
        "title": "Report on the exchange of notices between regional organisations",
        "owner": "AFRIPOL",
        "supporting": (),
        "state": "in_progress",
        "due_at": NOW + 40 * DAY,
        "is_overdue": False,
        "needs_new_owner": False,
        "is_open": True,
    }
    return ActionItem(id=f"a-{number:016x}", **{**given, **more})


def found_actions() -> actions.Found:
    """Return action items: overdue, with a title from right to left, erased, done."""
    items = (
        item(1, due_at=NOW - 12 * DAY, is_overdue=True, needs_new_owner=True),
        item(2, title=ARABIC, owner="AIMC", supporting=("GCCPOL", "UNODC")),
        item(3, title=None, owner="EUROPOL", state="done", is_open=False),
    )
    complete = call(f"/v1/actions/{items[1].id}/completion", "evidence: text", command="complete")
    awaited = wait("AIMC", "completion", stream=f"action/{items[1].id}", ended_by=(complete,))
    return actions.Found(items=items, awaited={awaited.stream: awaited})


def told() -> list[Notice]:
    """Return notices of each kind."""
    about: dict[str, Any] = {"body": "dialogue", "stream": "silence/s-0123456789abcdef", "queued_at": NOW - DAY}
    to: dict[str, Any] = {"notice": "silence_opened", "role": "head_of_delegation"}
    return [
        Notice(entity="AIMC", **to, **about),
        DeliveredNotice(entity="EUROPOL", channel="mail", told_at=NOW - DAY + timedelta(seconds=4), **to, **about),
        FailedNotice(entity="FRONTEX", channel="mail", reason="mailbox unavailable", **to, **about),
    ]


def cycle() -> Cycle:
    """Return a convened cycle with something of everything."""
    step: dict[str, Any] = {"kind": "elapsed", "reckoned_in": "Europe/Paris", "is_short_notice": False}
    return Cycle(
        **vars_of(listed_cycles()[0]),
        zone="Asia/Dubai",
        venue_zone="Europe/Paris",
        chair_entity="INTERPOL",
        procedure="high-level-dialogue@1",
        procedure_digest="0" * 64,
        proposed_at=NOW - 90 * DAY,
        convening=Convening(
            at=NOW - 80 * DAY, mode="hybrid", place="Lyon\x1b[31m", invited=ENTITIES, guests=(), waiver=None
        ),
        steps=(
            Step(
                label="convening",
                entity="INTERPOL",
                due_at=NOW - 70 * DAY,
                reason="",
                has_fallen=True,
                met_at=NOW - 80 * DAY,
                **step,
            ),
            *(
                Step(
                    label="contributions",
                    entity=entity,
                    due_at=NOW - DAY,
                    reason="",
                    has_fallen=True,
                    met_at=None,
                    **step,
                )
                for entity in ENTITIES
            ),
        ),
        responses=(
            Response(entity="AFRIPOL", answer="accepted", at=NOW - 70 * DAY, entry=3),
            Response(entity="AIMC", answer=None, at=None, entry=None),
        ),
        agenda=(),
        is_agenda_adopted=False,
        quorum=Quorum(present=3, required=5, members=8, is_met=False),
        session_opened_at=None,
        session_closed_at=None,
        texts=(),
        procedures=(
            ProcedureView(
                procedure="s-0123456789abcdef",
                procedure_kind="silence",
                text=None,
                version=1,
                state="opened",
                round=1,
                begun_at=NOW - DAY,
            ),
        ),
        actions=(
            ActionLine(
                id="a-0000000000000002",
                title=ARABIC,
                owner="AIMC",
                state="in_progress",
                due_at=NOW - 2 * DAY,
                is_overdue=True,
                needs_new_owner=False,
            ),
        ),
        backlog=(),
        entries=(),
        adopted_at=None,
        closed_at=None,
    )


def listed_cycles() -> list[CycleItem]:
    """Return cycles in a list."""
    return [
        CycleItem(
            body="dialogue",
            number=9,
            kind="ordinary",
            state="agenda_provisional",
            starts=NOW + 14 * DAY,
            ends=NOW + 16 * DAY,
        ),
        CycleItem(
            body="dialogue",
            number=8,
            kind="extraordinary",
            state="closed",
            starts=NOW - 200 * DAY,
            ends=NOW - 199 * DAY,
        ),
    ]


def vars_of(item: CycleItem) -> dict[str, Any]:
    """Return the fields of a listed cycle."""
    return {name: getattr(item, name) for name in ("body", "number", "kind", "state", "starts", "ends")}


def body() -> Body:
    """Return a body with a series."""
    series = Series(
        kind="ordinary",
        rrule="FREQ=YEARLY;BYMONTH=10;BYDAY=2WE",
        series_zone="Europe/Paris",
        local_start="09:00",
        session="P2D",
        procedure="high-level-dialogue@1",
        occurrences=(Occurrence(starts=NOW + 300 * DAY, ends=NOW + 302 * DAY),),
        id="sr-1",
        since=NOW - 900 * DAY,
        until=None,
        first_starts=NOW - 800 * DAY,
        skipped=(),
    )
    return Body(
        code="dialogue",
        names={"en": "Dialogue"},
        chair_entity="INTERPOL",
        procedure="high-level-dialogue@1",
        report_to=None,
        live_cycles=(),
        next_cycle=None,
        zone="Asia/Dubai",
        tasks={},
        founded_at=NOW - 900 * DAY,
        last_number=9,
        series=(series,),
        ended_series=(),
        skipped=(),
        paused=(),
        procedures=(),
        backlog=(),
    )


def year() -> Calendar:
    """Return a year of GCCPOL: a half Friday, a feast, an expected one in the weekend, a day made up for."""
    usual = {1: "17:00", 2: "17:00", 3: "17:00", 4: "17:00", 5: "12:00"}
    sure = {"source": "feasts of AE", "confidence": "assumption"}
    week = WorkingWeek(since=NOW - 900 * DAY, closes=usual, half_days=(5,), **sure)
    month = "wwwhoowwwwhoowwwwhoowwwwhoowww"
    return Calendar(
        zone="Asia/Dubai",
        delegation="GCCPOL",
        entity="GCCPOL",
        place="Abu Dhabi",
        calendar_zone="Asia/Dubai",
        reference="GCCPOL@1",
        digest="0" * 64,
        weeks=(week,),
        year=2040,
        months=("f" + month, month[:29].replace("w", "e", 1), *([month] * 10)),
        working_days=250,
        feasts=(
            Feast(
                on=date(2040, 1, 1), weekday="Sun", name="New Year's Day", is_expected=False, in_weekend=True, **sure
            ),
            Feast(on=date(2040, 2, 1), weekday="Wed", name="عيد الفطر", is_expected=True, in_weekend=False, **sure),
        ),
        worked_days=(WorkedDay(on=date(2040, 2, 4), weekday="Sat", closes="17:00", name="Make-up day"),),
        **sure,
    )


def moved() -> list[Deadline]:
    """Return a deadline that a changed calendar would move."""
    why = "moved from Tue 13 to Wed 14: Eid al-Fitr (expected) in Abu Dhabi"
    return [
        deadline("GCCPOL", label="credentials", would_be_at=NOW + 8 * DAY, would_be_reason=why),
    ]


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
        "cycles-number": sheets_of_cycle(at, cycle(), mine),
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
