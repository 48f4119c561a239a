"""What a working group reports becomes an item on the next agenda of the body above it, and is never lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from services.domain.audience import Audience
from services.domain.body import commands as of_body
from services.domain.body.state import Body
from services.domain.cycle import commands as asked
from services.domain.cycle.records import MeetingMode, Purpose
from services.domain.cycle.report import Report, TakeItem, TakeReport
from services.domain.cycle.state import Cycle
from tests.unit.body_setting import FOUNDED, founded, note, scheduled, series, yearly
from tests.unit.calendar_setting import utc
from tests.unit.cycle_setting import (
    CLOSED,
    WORDS,
    Stream,
    convened,
    facts_of,
    in_session,
    item,
    kinds,
    proposal,
    proposed,
    reason_of,
    words,
)

REPORT = Report(
    id="r-1",
    body="wg-sc",
    cycle=3,
    entity="INTERPOL",
    title=words("what we found"),
    content=words("findings"),
    purpose=Purpose.DECISION,
    audience=Audience.ALL,
)
TAKEN = TakeReport(report=REPORT)


def report_to(
    body: str | None = None, charter: str | None = "dialogue", purpose: str = "information"
) -> asked.ReportTo:
    """Return a report, as completed from the charter."""
    return asked.ReportTo(
        title=words("what we found"), body=body, content=WORDS, purpose=Purpose(purpose), reports_to=charter
    )


def after_session() -> Stream[Cycle]:
    """Return the stream of a working group's cycle whose session is over."""
    stream = in_session(command=replace(proposal(), body="wg-sc", number=3))
    stream.give(asked.CloseSession(), CLOSED, "INTERPOL")
    return stream


def placed(stream: Stream[Body]) -> list[tuple[str, int | None]]:
    """Return the reports no session has had yet, and on whose agenda they stand."""
    return [(r.report.id, r.number) for r in stream.state.reports]


@pytest.mark.parametrize("body", [None, "dialogue"])
def test_an_outcome_is_reported_to_the_body_of_the_charter(body: str | None) -> None:
    """Named or not; the cycle records it and tells that body."""
    stream = after_session()

    events = stream.give(report_to(body), CLOSED, "INTERPOL")

    assert kinds(events) == ["OutcomeReported"]
    (told,) = stream.told("body/dialogue")
    assert isinstance(told, TakeReport)
    assert (told.report.source, told.report.entity, told.report.content) == ("wg-sc/3", "INTERPOL", WORDS)
    assert [(r.to, r.title) for r in stream.state.reports] == [("dialogue", words("what we found"))]


def test_a_report_to_another_body_or_of_a_body_that_reports_to_none_is_refused() -> None:
    """Each says what to do; so do a purpose that is none of a report's, and a session still to come."""
    stream = after_session()

    elsewhere = stream.give(report_to("wg-fa"), CLOSED, "INTERPOL")
    nobody = stream.give(report_to(charter=None), CLOSED, "INTERPOL")
    discussion = stream.give(report_to(purpose="discussion"), CLOSED, "INTERPOL")

    assert reason_of(elsewhere) == "ReportsElsewhere"
    assert facts_of(elsewhere) == {"body": "wg-sc", "given": "wg-fa", "to": "dialogue"}
    assert reason_of(nobody) == "ReportsToNobody"
    assert facts_of(discussion)["field"] == "purpose"
    assert reason_of(convened().give(report_to(), "2028-02-01 08:00", "INTERPOL")) == "WrongState"


def test_a_report_goes_on_the_agenda_of_the_next_session_still_to_come() -> None:
    """Of the live cycle, if its session lies ahead; the chair hears of it."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")

    events = stream.give(TAKEN, "2028-02-01 08:00")

    assert kinds(events) == ["ReportTaken", "ReportPlaced"]
    assert placed(stream) == [("r-1", 1)]
    assert stream.told("cycle/dialogue/1") == [TakeItem(report=REPORT)]
    assert stream.letters("report_received") == [("INTERPOL",)]


def test_once_the_session_has_begun_the_one_after_it_has_the_report() -> None:
    """The cycle proposed next."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")

    stream.give(TAKEN, "2028-06-13 07:00")

    assert placed(stream) == [("r-1", 2)]


def test_without_a_cycle_the_body_keeps_the_report_for_the_first_it_proposes() -> None:
    """As it keeps its backlog."""
    stream = founded()

    kept = stream.give(TAKEN, FOUNDED)
    waiting = placed(stream)
    events = stream.give(series(yearly(2028, 2029)), FOUNDED, "INTERPOL")

    assert kinds(kept) == ["ReportTaken"]
    assert waiting == [("r-1", None)]
    assert kinds(events) == ["SeriesScheduled", "NextCycleProposed", "ReportPlaced"]
    assert placed(stream) == [("r-1", 1)]


def test_a_report_is_not_lost_with_its_cycle() -> None:
    """Cancelled, skipped, withdrawn: it goes to the next one, once the cycle has said so."""
    stream = scheduled()
    stream.give(TAKEN, "2027-02-01 08:00")
    stream.give(of_body.SkipCycle(number=1, reason=WORDS), "2027-02-02 08:00", "INTERPOL")
    between = placed(stream)
    stream.give(note(1, "cancelled"), "2027-02-02 08:00")
    skipped = placed(stream)
    stream.give(note(2, "convened"), "2029-01-10 08:00")
    stream.give(note(2, "cancelled"), "2029-01-11 08:00")

    assert between == [("r-1", 1)]
    assert skipped == [("r-1", 2)]
    assert placed(stream) == [("r-1", 3)]


def test_what_a_session_had_is_done_with() -> None:
    """The cycle keeps it; the body forgets it."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")
    stream.give(TAKEN, "2028-02-01 08:00")

    stream.give(replace(note(1, "adopted"), reports=("r-1",)), "2028-06-20 08:00")

    assert placed(stream) == []


def test_what_never_reached_a_session_that_is_over_goes_to_the_next() -> None:
    """The cycle says what stood on its agenda; word may have crossed with its end."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")
    stream.give(TAKEN, "2028-02-01 08:00")

    stream.give(note(1, "adopted"), "2028-06-20 08:00")

    assert placed(stream) == [("r-1", 2)]


def test_a_report_given_back_goes_to_another_cycle_even_if_the_session_was_thought_done() -> None:
    """Its words crossed with those of the cycle; never to the same one again."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")
    stream.give(TAKEN, "2028-02-01 08:00")

    returned = stream.give(TakeReport(report=REPORT, returned_by=1), "2028-06-13 06:00")
    again = stream.give(TAKEN, "2028-06-13 06:00")

    assert kinds(returned) == ["ReportTaken", "ReportPlaced"]
    assert placed(stream) == [("r-1", 2)]
    assert reason_of(again) == "WrongState"
    assert stream.letters("report_received") == [("INTERPOL",)]


@pytest.mark.parametrize("stage", ["proposed", "convened", "in session"])
def test_the_meeting_takes_a_report_as_an_item_with_its_paper(stage: str) -> None:
    """At the end of the agenda, of the reporting group's chair entity, with where it comes from."""
    begun: dict[str, Callable[[], Stream[Cycle]]] = {
        "proposed": proposed,
        "convened": convened,
        "in session": in_session,
    }
    stream = begun[stage]()

    events = stream.give(TakeItem(report=REPORT), "2028-06-13 08:00")

    assert kinds(events) == ["ItemTaken"]
    found, paper = stream.state.items[-1], stream.state.papers[-1]
    assert (found.entity, found.purpose, found.source) == ("INTERPOL", "decision", "wg-sc/3")
    assert (paper.item, paper.content, found.papers) == (found.id, words("findings"), (paper.id,))
    assert stream.state.agenda[-1] == found.id
    assert reason_of(stream.give(TakeItem(report=REPORT), "2028-06-13 08:00")) == "WrongState"


def test_a_proposed_cycle_publishes_what_was_reported_to_it() -> None:
    """Among the items of others."""
    stream = proposed()
    stream.give(TakeItem(report=replace(REPORT, content=None)), "2027-07-01 08:00")
    stream.give(asked.Convene(mode=MeetingMode.REMOTE, place=WORDS), "2028-01-10 08:00", "INTERPOL")
    stream.give(item(), "2028-01-11 08:00", "INTERPOL")

    stream.give(asked.PublishAgenda(), "2028-01-12 08:00", "INTERPOL")

    assert [i.report for i in stream.state.items] == ["r-1", ""]
    assert len(stream.state.agenda) == 2
    assert stream.state.papers == ()


def test_a_report_that_comes_after_the_session_goes_back() -> None:
    """The body gives it to the next."""
    stream = after_session()

    events = stream.give(TakeItem(report=REPORT), CLOSED)

    assert kinds(events) == ["ItemReturned"]
    assert stream.told("body/wg-sc")[-1] == TakeReport(report=REPORT, returned_by=3)
    assert stream.state.items == ()
    assert utc(CLOSED) == events[0].at
