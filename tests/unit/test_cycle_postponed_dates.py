"""Scenario 12 at its own dates, working days and all (domain.md 8, 12 and variants i to iv)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.domain.body.commands import FoundBody, ScheduleSeries
from services.domain.body.decider import DECIDER as BODY
from services.domain.body.state import Body, Occurrence
from services.domain.cycle import commands as asked
from services.domain.cycle.records import MeetingMode
from services.domain.cycle.state import Cycle
from services.domain.message import StartProcess, Tell
from services.domain.procedure import Debtor, Rounding, Step
from tests.unit.calendar_setting import kept_table, utc
from tests.unit.cycle_setting import (
    WORDS,
    Stream,
    days_before,
    item,
    procedure,
    proposal,
    proposed,
    reason_of,
    two_bodies,
    words,
)

ANNOUNCED = "2026-06-20 08:00"
#: the lead times of a working group (domain.md 5.1)
GROUP = (
    Step(label="convening", offset=days_before(42), debtor=Debtor.CONVENOR, rounding=Rounding.EARLIER),
    Step(label="provisional_agenda", offset=days_before(28), debtor=Debtor.CHAIR, rounding=Rounding.EARLIER),
    Step(label="contributions", offset=days_before(10), debtor=Debtor.EACH_ENTITY, rounding=Rounding.LATER),
    Step(label="credentials", offset=days_before(7), debtor=Debtor.EACH_ENTITY, rounding=Rounding.LATER),
)


def edition(*, done: bool = True) -> Stream[Cycle]:
    """Return the edition of 15 and 16 June 2027; ``done``: convened, and its provisional agenda out."""
    table = proposal(starts="2027-06-15 07:00", ends="2027-06-16 15:00")
    stream = proposed(replace(table, calendar=kept_table()), ANNOUNCED)
    if done:
        stream.give(asked.Convene(mode=MeetingMode.IN_PERSON, place=WORDS), "2027-02-10 08:00", "INTERPOL")
        stream.give(item(), "2027-02-11 08:00", "INTERPOL")
        stream.give(asked.PublishAgenda(), "2027-03-10 08:00", "INTERPOL")
    return stream


def postponed(starts: str, at: str = "2027-05-03 08:00", *, done: bool = True) -> Stream[Cycle]:
    """Return the edition postponed to another first day."""
    stream = edition(done=done)
    stream.pass_to(at)
    waiver = words("the host fell ill")
    stream.give(asked.Postpone(starts=utc(starts), reason=words("pandemic")), at, "INTERPOL", waiver=waiver)
    return stream


def due(stream: Stream[Cycle], label: str, entity: str = "INTERPOL") -> str:
    """Return when an entity owes a step, in UTC."""
    (found,) = (s.due_at for s in stream.state.steps if (s.label, s.entity) == (label, entity))
    return f"{found:%a %d %b %H:%M}"


@pytest.mark.parametrize(
    ("label", "entity", "instant"),
    [
        ("convening", "INTERPOL", "Mon 15 Feb 16:00"),
        ("provisional_agenda", "INTERPOL", "Wed 17 Mar 16:00"),
        ("annotated_agenda", "INTERPOL", "Mon 17 May 15:00"),
        ("credentials", "EUROPOL", "Tue 25 May 15:00"),
        ("contributions", "EUROPOL", "Tue 01 Jun 15:00"),
    ],
)
def test_the_edition_as_it_was_announced(label: str, entity: str, instant: str) -> None:
    """D-30 is a Sunday and goes to the Monday after."""
    assert due(edition(), label, entity) == instant


@pytest.mark.parametrize(
    ("label", "entity", "instant"),
    [
        ("convening", "INTERPOL", "Mon 15 Feb 16:00"),
        ("provisional_agenda", "INTERPOL", "Wed 17 Mar 16:00"),
        ("annotated_agenda", "INTERPOL", "Mon 20 Sep 15:00"),
        ("credentials", "EUROPOL", "Wed 29 Sep 15:00"),
        ("contributions", "EUROPOL", "Wed 06 Oct 15:00"),
        ("contributions", "AFRIPOL", "Wed 06 Oct 16:00"),
        ("contributions", "AMERIPOL", "Wed 06 Oct 22:00"),
    ],
)
def test_postponed_to_october(label: str, entity: str, instant: str) -> None:
    """What was done keeps its date; the rest has a new one."""
    assert due(postponed("2027-10-20 07:00"), label, entity) == instant


@pytest.mark.parametrize(
    ("label", "entity", "instant"),
    [
        ("annotated_agenda", "INTERPOL", "Fri 24 Sep 15:00"),
        ("credentials", "AFRIPOL", "Sun 03 Oct 16:00"),
        ("credentials", "EUROPOL", "Mon 04 Oct 15:00"),
        ("contributions", "AFRIPOL", "Sun 10 Oct 16:00"),
        ("contributions", "EUROPOL", "Mon 11 Oct 15:00"),
    ],
)
def test_postponed_to_a_sunday(label: str, entity: str, instant: str) -> None:
    """Variant i: each entity's own week decides where its day goes."""
    assert due(postponed("2027-10-24 07:00"), label, entity) == instant


def test_convening_not_yet_done_rounds_earlier() -> None:
    """Variant i, were nothing done: D-120 is a Saturday, and notice is never shorter than promised."""
    assert due(postponed("2027-10-24 07:00", "2027-02-01 08:00", done=False), "convening") == "Fri 25 Jun 15:00"


def test_postponed_by_a_week_at_short_notice() -> None:
    """Variant ii: what is past is waived, each for the same reason; the rest lies ahead."""
    stream = postponed("2027-06-22 07:00", "2027-06-03 08:00")

    short = {s.label: s.waiver for s in stream.state.steps if s.is_short_notice}
    assert short == dict.fromkeys(("annotated_agenda", "credentials"), words("the host fell ill"))
    assert due(stream, "annotated_agenda") == "Mon 24 May 15:00"
    assert due(stream, "credentials", "AMERIPOL") == "Tue 01 Jun 22:00"
    assert due(stream, "contributions", "EUROPOL") == "Tue 08 Jun 15:00"
    without = edition()
    late = asked.Postpone(starts=utc("2027-06-22 07:00"), reason=WORDS)
    assert reason_of(without.give(late, "2027-06-03 08:00", "INTERPOL")) == "ShortNotice"


def test_a_working_group_postponed_past_its_next_regular_date() -> None:
    """Variant iii: 8 June shows as skipped, and September is proposed."""
    regular = [utc(f"2027-{day} {hour}:00") for day, hour in (("03-09", "08"), ("06-08", "07"), ("09-14", "07"))]
    body: Stream[Body] = Stream(decider=BODY)
    group = procedure(GROUP)
    body.give(
        FoundBody(code="wg-sc", names={}, chair_entity="INTERPOL", procedure=group, membership=two_bodies()), ANNOUNCED
    )
    series = ScheduleSeries(
        rrule="FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU",
        zone="Europe/Paris",
        local_start="09:00",
        session=utc("2027-03-10 00:00") - utc("2027-03-09 00:00"),
        calendar=kept_table(),
        occurrences=tuple(
            Occurrence(starts=at, ends=at.replace(hour=16)) for at in (*regular, utc("2027-12-14 08:00"))
        ),
        series="sr-1",
    )
    body.give(series, ANNOUNCED, "INTERPOL")
    cycle = first_of(body)
    first = {s: due(cycle, s) for s in ("convening", "provisional_agenda")}
    later = {e: (due(cycle, "contributions", e), due(cycle, "credentials", e)) for e in ("AFRIPOL", "EUROPOL")}
    cycle.give(asked.Convene(mode=MeetingMode.REMOTE, place=WORDS), "2027-01-20 08:00", "INTERPOL")
    hear(body, cycle, "2027-01-20 08:00")

    cycle.give(asked.Postpone(starts=utc("2027-06-15 07:00"), reason=WORDS), "2027-02-01 08:00", "INTERPOL")
    hear(body, cycle, "2027-02-01 08:00")

    assert first == {"convening": "Tue 26 Jan 16:00", "provisional_agenda": "Tue 09 Feb 16:00"}
    assert later["AFRIPOL"] == ("Sun 28 Feb 16:00", "Tue 02 Mar 16:00")
    assert later["EUROPOL"] == ("Mon 01 Mar 16:00", "Tue 02 Mar 16:00")
    assert [(s.number, s.starts.date()) for s in body.state.skipped] == [(2, date(2027, 6, 8))]
    assert [c.starts.date() for c in body.state.cycles if c.is_next] == [date(2027, 9, 14)]
    assert cycle.state.number == 1


def test_virtual_on_the_same_date() -> None:
    """Variant iv: the plan stands."""
    stream = edition()
    before = stream.state.steps

    stream.give(asked.ConvertToVirtual(reason=WORDS, place=words("link")), "2027-05-03 08:00", "INTERPOL")

    assert stream.state.steps == before


def first_of(body: Stream[Body]) -> Stream[Cycle]:
    """Return the stream of the first cycle a body has proposed."""
    proposal_of_first = next(e.command for e in body.effects if isinstance(e, StartProcess))
    assert isinstance(proposal_of_first, asked.ProposeCycle)
    return proposed(proposal_of_first, ANNOUNCED)


def hear(body: Stream[Body], cycle: Stream[Cycle], at: str) -> None:
    """Let the body hear the last thing the cycle told it."""
    told = [e.command for e in cycle.effects if isinstance(e, Tell) and e.stream == "body/wg-sc"]
    body.give(told[-1], at)
