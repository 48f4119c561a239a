"""The silence procedure at the dates of domain.md 8: scenarios 3, 4, 5, 8, 9, with every instant they state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from services.domain.membership import Membership, ParticipationStatus, StatusSince
from services.domain.message import (
    ENGINE,
    Actor,
    CommandRefused,
    Content,
    Context,
    Event,
    Interval,
    OnBehalf,
    TimePassed,
)
from services.domain.notice import AccountForNotice, Delivery
from services.domain.procedure import Period, PeriodKind
from services.domain.register_change import ChangeMembership
from services.domain.silence import commands as asked
from services.domain.silence.decider import DECIDER
from services.policies.calendar import calendar_table
from services.policies.edition import load_edition
from services.policies.folder import policies_dir

TEXT = Content(address="a" * 64, commitment="c" * 64, size=9, digest="d" * 64)
WORDS = Content(address="b" * 64, commitment="e" * 64, size=3)
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
MEMBERS = ("INTERPOL", "AFRIPOL", "AIMC", "AMERIPOL", "ASEANAPOL", "EUROPOL", "FRONTEX", "GCCPOL")


def z(text: str) -> datetime:
    """Read an instant of UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


OPENED = z("2026-03-02T08:00:00")
EXPIRY = z("2026-03-05T08:00:00")


@cache
def edition() -> Any:
    """Read the shipped policies."""
    return load_edition(policies_dir())


def table(at: datetime) -> Any:
    """Return a calendar table around an instant."""
    membership = edition().membership
    zones = {d.zone for e in membership.entities for d in e.delegations}
    return calendar_table({*zones, "Europe/Paris"}, at - timedelta(days=400), at + timedelta(days=800))


def opening(at: datetime, **changed: Any) -> asked.OpenProcedure:
    """Return an opening under the high-level procedure."""
    procedure = edition().procedures["high-level-dialogue@1"]
    command = asked.OpenProcedure(
        id="s-1",
        procedure_kind=asked.ProcedureKind.SILENCE,
        home="body/dialogue",
        body="dialogue",
        cycle=None,
        chair_entity="INTERPOL",
        subject=WORDS,
        text=None,
        version=1,
        content=TEXT,
        period=None,
        round=1,
        supersedes=None,
        membership=edition().membership,
        calendar=table(at),
        parameters=procedure.silence,
        written=procedure.written,
        day_ends=procedure.day_ends,
    )
    return replace(command, **changed)


@dataclass
class Table:
    """A procedure and the people around it; ``at`` says when each acts."""

    state: Any = None
    versions: int = 0

    def give(self, command: Any, context: Context) -> tuple[Event, ...]:
        """Give a command and fold what comes of it."""
        events: tuple[Event, ...] = DECIDER.decide(self.state, command, context)
        assert events
        for event in events:
            self.state = DECIDER.evolve(self.state, event)
            self.versions += 1
        return events

    def act(self, entity: str, command: Any, at: datetime, recorded_at: datetime | None = None) -> tuple[Event, ...]:
        """Let an entity's head of delegation act at an instant; on behalf when it was recorded later."""
        actor = Actor(person="p", entity=entity, role="head_of_delegation", appointment="ap")
        paper = OnBehalf(entity=entity, received_at=at, evidence=WORDS) if recorded_at else None
        return self.give(
            command,
            Context(at=at, actor=actor, command_id=f"{entity}{at}", recorded_at=recorded_at or at, on_behalf=paper),
        )

    def open(self, at: datetime, **changed: Any) -> tuple[Event, ...]:
        """Open the procedure."""
        return self.act("INTERPOL", opening(at, **changed), at)

    def tell(self, *entities: str, at: datetime) -> tuple[Event, ...]:
        """Deliver the letter to entities."""
        deliveries = tuple(
            Delivery(entity=e, role="head_of_delegation", person="p", channel="smtp", at=at, delivered=True)
            for e in entities
        )
        report = AccountForNotice(notice="silence_opened", cause=self.state.letter, deliveries=deliveries)
        return self.give(report, Context(at=at, actor=ENGINE, command_id="told", recorded_at=at))

    def pass_time(self, *deaf: Interval, late: timedelta = timedelta(0)) -> tuple[Event, ...]:
        """Let the next due instant come."""
        due = DECIDER.due(self.state)
        assert due is not None
        command = TimePassed(label=due.label, due_at=due.at, processed_at=due.at + late, deaf=deaf)
        return self.give(command, Context(at=due.at, actor=ENGINE, command_id="due", recorded_at=due.at + late))


def opened(*untold: str, at: datetime = OPENED, **changed: Any) -> Table:
    """Return an open procedure, everybody told five minutes later but those named."""
    table_ = Table()
    table_.open(at, **changed)
    assert table_.state is not None
    table_.tell(*(e for e in (*MEMBERS, "SCO", "UNODC") if e not in untold), at=at + 5 * MINUTE)
    return table_


def refusal(events: tuple[Event, ...]) -> str:
    """Return the name of a refusal."""
    assert isinstance(events[0], CommandRefused), events
    return events[0].reason


def test_scenario_3_silence_passes() -> None:
    """Adopted at the expiry, 72 hours after the opening."""
    table_ = opened()
    table_.pass_time()
    assert (table_.state.state, table_.state.adopted_at) == ("adopted", EXPIRY)


@pytest.mark.parametrize(
    ("told_at", "adopted_at"),
    [("2026-03-02T08:40:00", "2026-03-05T08:00:00"), ("2026-03-02T13:00:00", "2026-03-05T13:00:00")],
)
def test_scenario_3_late_delivery_moves_the_expiry(told_at: str, adopted_at: str) -> None:
    """Told within the tolerance nothing moves (e); later the expiry is reckoned anew (f)."""
    table_ = opened("AMERIPOL")
    table_.tell("AMERIPOL", at=z(told_at))
    table_.pass_time()
    assert (table_.state.state, table_.state.adopted_at) == ("adopted", z(adopted_at))


def test_scenario_3_undelivered_is_served_by_hand() -> None:
    """Nothing expires while AMERIPOL is untold (g); service by hand is allowed after a day and reckons anew."""
    table_ = opened("AMERIPOL")
    assert [w.entity for w in DECIDER.waits(table_.state) if w.what == "delivery"] == ["AMERIPOL"]
    early = table_.act("INTERPOL", asked.ServeByHand(entity="AMERIPOL", evidence=WORDS), z("2026-03-03T07:59:59"))
    assert refusal(early) == "ServiceTooEarly"
    table_.pass_time()
    table_.act("INTERPOL", asked.ServeByHand(entity="AMERIPOL", evidence=WORDS), z("2026-03-04T10:00:00"))
    table_.pass_time()
    assert table_.state.adopted_at == z("2026-03-07T10:00:00")


@pytest.mark.parametrize(
    ("since", "length", "moved_to"),
    [
        ("2026-03-05T06:50:00", 30 * MINUTE, "2026-03-05T11:20:00"),
        ("2026-03-03T10:00:00", 30 * MINUTE, "2026-03-05T08:30:00"),
        ("2026-03-03T10:00:00", 4 * MINUTE, None),
    ],
)
def test_scenario_3_outage_is_made_good(since: str, length: timedelta, moved_to: str | None) -> None:
    """Deaf time beyond the tolerance moves the expiry, with a floor after the return (o)."""
    table_ = opened()
    table_.pass_time(Interval(start=z(since), end=z(since) + length))
    if moved_to is None:
        assert table_.state.adopted_at == EXPIRY
        return
    assert (table_.state.state, table_.state.expires_at) == ("opened", z(moved_to))
    table_.pass_time()
    assert table_.state.adopted_at == z(moved_to)


def test_scenario_3_unanswered_request_extends() -> None:
    """A request for more time unanswered at the expiry extends by a day (m)."""
    table_ = opened()
    table_.act("ASEANAPOL", asked.AskForTime(by=24 * HOUR), OPENED + HOUR)
    table_.pass_time()
    assert (table_.state.state, table_.state.expires_at) == ("extended", z("2026-03-06T08:00:00"))


def test_scenario_4_objections() -> None:
    """Broken by the first, further until the expiry, refused after it; observers comment, guests may not."""
    table_ = opened()
    table_.act("FRONTEX", asked.Object(), z("2026-03-04T10:00:00"))
    table_.act("AIMC", asked.Object(), z("2026-03-05T07:59:59"))
    assert (table_.state.state, table_.state.broken_at) == ("broken", z("2026-03-04T10:00:00"))
    assert [o.is_further for o in table_.state.objections] == [False, True]
    assert refusal(table_.act("GCCPOL", asked.Object(), EXPIRY)) == "SilenceNotOpen"
    table_.act("UNODC", asked.Object(), z("2026-03-04T11:00:00"))
    assert [c.entity for c in table_.state.comments] == ["UNODC"]
    assert refusal(table_.act("ECO", asked.Object(), z("2026-03-04T11:00:00"))) == "NotPermitted"
    reopen = asked.ReopenSilence(period=Period(kind=PeriodKind.ELAPSED, elapsed=24 * HOUR))
    assert refusal(table_.act("INTERPOL", reopen, z("2026-03-09T09:00:00"))) == "ObjectionsStand"
    for entity in ("FRONTEX", "AIMC"):
        table_.act(entity, asked.LiftObjection(), z("2026-03-06T09:00:00"))
    table_.act("INTERPOL", reopen, z("2026-03-09T09:00:00"))
    assert (table_.state.round, table_.state.expires_at) == (2, z("2026-03-10T09:00:00"))


def test_scenario_4_the_last_second_and_the_first_after() -> None:
    """Received a second before the expiry and decided after it: broken; at the expiry: adopted, late statement."""
    in_time = opened()
    in_time.act("FRONTEX", asked.Object(), EXPIRY - SECOND)
    assert (in_time.state.state, in_time.state.broken_at) == ("broken", EXPIRY - SECOND)
    late = opened()
    late.pass_time()
    late.act("FRONTEX", asked.Object(), EXPIRY)
    assert (late.state.state, [s.entity for s in late.state.late_statements]) == ("adopted", ["FRONTEX"])


def test_scenario_4_a_letter_received_before_and_recorded_after_sets_aside() -> None:
    """AIMC's letter received before the expiry, recorded after the adoption, sets it aside; both facts stand (v)."""
    table_ = opened()
    table_.pass_time()
    table_.act("AIMC", asked.Object(), z("2026-03-05T06:15:00"), recorded_at=z("2026-03-05T11:30:00"))
    assert (table_.state.state, table_.state.adopted_at) == ("set_aside", EXPIRY)


def test_scenario_4_corrigendum_and_meeting_end_a_day_off() -> None:
    """A corrigendum is taken until a day before the expiry (p), a request for a meeting until a day after (i)."""
    correction = asked.CorrectEditorially(paragraph="1", content=WORDS, whole=TEXT)
    assert refusal(opened().act("INTERPOL", correction, z("2026-03-04T08:00:00"))) == "CorrectionStopped"
    table_ = opened()
    table_.act("INTERPOL", correction, z("2026-03-04T07:59:59"))
    assert table_.state.text_version == 2
    assert refusal(opened().act("EUROPOL", asked.AskToMeeting(), z("2026-03-03T08:00:00"))) == "TooLateForMeeting"
    asking = opened()
    asking.act("EUROPOL", asked.AskToMeeting(), z("2026-03-03T07:59:59"))
    assert asking.state.state == "to_meeting"


def test_scenario_5_clocks_change_inside_the_period() -> None:
    """From a Friday 72 hours hold no whole common working day: refused without a waiver; the expiry stays elapsed."""
    friday = z("2026-03-27T14:00:00")
    assert refusal(Table().open(friday)) == "TooFewWorkingDays"
    table_ = opened(at=friday, waiver=WORDS)
    assert table_.state.expires_at == z("2026-03-30T14:00:00")
    days = Period(kind=PeriodKind.COMMON_WORKING_DAYS, days=2)
    assert opened(at=friday, period=days).state.expires_at == z("2026-03-31T22:00:00")


def changed(entity: str, status: ParticipationStatus, since: str) -> ChangeMembership:
    """Return the word of a change of status."""
    return ChangeMembership(entity=entity, status=StatusSince(status=status, since=z(since)))


def test_scenario_8_a_new_member_is_not_in_an_electorate_fixed_before() -> None:
    """UNODC, a member since New Year, is filed as a comment in a silence opened before."""
    table_ = opened(at=z("2026-12-28T14:00:00"), period=Period(kind=PeriodKind.ELAPSED, elapsed=96 * HOUR))
    context = Context(at=OPENED, actor=ENGINE, command_id="w", recorded_at=OPENED)
    table_.give(changed("UNODC", ParticipationStatus.MEMBER, "2026-12-31T23:00:00"), context)
    table_.act("UNODC", asked.Object(), z("2027-01-01T09:00:00"))
    assert (table_.state.state, [c.entity for c in table_.state.comments]) == ("opened", ["UNODC"])
    assert len(table_.state.electorate) == 8


def test_scenario_9_a_leaving_member_can_break_until_it_leaves() -> None:
    """ASEANAPOL breaks a second before its membership ends, is refused at that instant, and the others adopt."""
    start = z("2027-06-28T07:00:00")
    context = Context(at=start, actor=ENGINE, command_id="w", recorded_at=start)
    word = changed("ASEANAPOL", ParticipationStatus.FORMER, "2027-06-30T22:00:00")
    before, at = opened(at=start), opened(at=start)
    before.give(word, context)
    before.act("ASEANAPOL", asked.Object(), z("2027-06-30T21:59:59"))
    assert before.state.state == "broken"
    at.give(word, context)
    assert refusal(at.act("ASEANAPOL", asked.Object(), z("2027-06-30T22:00:00"))) == "NotPermitted"
    at.pass_time()
    assert at.state.adopted_at == z("2027-07-01T07:00:00")


def test_written_procedure_needs_every_answer() -> None:
    """Adopted when all have agreed; a missing answer at the end is not consent (z)."""
    kind = asked.ProcedureKind.WRITTEN
    agree = asked.GiveAnswer(answer=asked.Answer.AGREE)
    complete, lacking = opened(procedure_kind=kind), opened(procedure_kind=kind)
    for entity in MEMBERS:
        complete.act(entity, agree, OPENED + HOUR)
    for entity in MEMBERS[1:]:
        lacking.act(entity, agree, OPENED + HOUR)
    lacking.pass_time()
    assert (complete.state.state, lacking.state.state) == ("adopted", "lapsed")


def test_membership_is_the_shipped_one() -> None:
    """The eight are the members of the shipped edition."""
    membership: Membership = edition().membership
    assert set(membership.members_at(OPENED)) == set(MEMBERS)
