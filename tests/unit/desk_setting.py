"""What the desk shows in its tests, at a fixed instant: something of everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.cli.desk import actions
from services.cli.desk.options import Desk
from services.client.action import ActionItem, ActionLine
from services.client.body import Body, Occurrence, Pause, Series, Skipped, WaitingReport
from services.client.calendar import Calendar, Feast, WorkedDay
from services.client.cycle import Convening, Cycle, CycleItem, Quorum, Response, Schedule, Step
from services.client.deadline import Deadline
from services.client.entity import WorkingWeek
from services.client.notice import DeliveredNotice, FailedNotice, Notice
from services.client.preview import Mailing, Mailings, Reader, RungHold
from services.client.procedure import ProcedureView
from services.client.wait import Call, Wait

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
        superseded=(
            Schedule(
                starts=NOW - 30 * DAY,
                ends=NOW - 28 * DAY,
                replaced_at=NOW - 60 * DAY,
                reason="Airport closed",
                steps=(),
                responses=(),
            ),
        ),
        adopted_at=None,
        closed_at=None,
    )


def mailings() -> Mailings:
    """Return what goes by itself: one letter that nobody would read in one entity, one that is held."""
    letter = Reader(
        entity="AIMC",
        role="focal_point",
        held_by="focal_point",
        persons=None,
        reader_zone="Africa/Tunis",
        subject="s",
        text="t",
    )
    reminder: dict[str, Any] = {
        "notice": "action_reminder",
        "stream": "action/a-0000000000000002",
        "because": "reminder",
    }
    return Mailings(
        zone="Asia/Dubai",
        items=(
            Mailing(at=NOW + DAY, hold=None, to=(letter, replace(letter, entity="SCO", held_by=None)), **reminder),
            Mailing(at=NOW + 3 * DAY, hold=RungHold(until=NOW + 4 * DAY, reason=None), to=(letter,), **reminder),
        ),
        is_more=True,
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
        procedures=(),
        backlog=(),
        skipped=(
            Skipped(
                number=10,
                kind="ordinary",
                series="sr-1",
                starts=NOW + 100 * DAY,
                ends=NOW + 102 * DAY,
                at=NOW - DAY,
                reason="Summit",
                because_of=9,
            ),
        ),
        paused=(Pause(kind="ordinary", since=NOW - DAY, reason="The mandate is reviewed"),),
        reports=(WaitingReport(source="cycle/wg-sc/3", title="Joint training", purpose="information", number=None),),
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
