"""Sessions that meet, and persons booked for two of them (domain.md 5.3, scenario 13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.commands.clashes import Booking, Sitting, double_bookings, meeting_of, meetings, same_name
from services.domain.cycle.records import CycleKind

PARIS, TUNIS, BOGOTA = ZoneInfo("Europe/Paris"), ZoneInfo("Africa/Tunis"), ZoneInfo("America/Bogota")
ZONES = {"AIMC": TUNIS, "AMERIPOL": BOGOTA}
HOUR = timedelta(hours=1)
#: scenario 13: both groups meet on Wed 9 Sep 2026, one in the morning and one in the afternoon of Paris
MORNING = Sitting(
    body="wg-sc",
    number=3,
    starts=datetime(2026, 9, 9, 7, tzinfo=UTC),
    ends=datetime(2026, 9, 9, 10, tzinfo=UTC),
)
AFTERNOON = Sitting(
    body="wg-fa",
    number=2,
    starts=datetime(2026, 9, 9, 12, tzinfo=UTC),
    ends=datetime(2026, 9, 9, 15, tzinfo=UTC),
)

instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 20)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001 - made aware at once
sittings = st.builds(
    lambda body, number, starts, hours, kind: Sitting(
        body=body, number=number, starts=starts, ends=starts + hours * HOUR, kind=kind
    ),
    st.sampled_from(["dialogue", "wg-sc", "wg-fa"]),
    st.integers(1, 9),
    instants,
    st.integers(1, 72),
    st.sampled_from(CycleKind),
)
names = st.sampled_from(["Amal Ben Ali", "AMAL  BEN ALI", "Ama\u0301l", "Am\u00e1l", "Straße", "STRASSE"])


def booking(person: str, sitting: Sitting, entity: str = "AIMC") -> Booking:
    """Return a booking."""
    return Booking(person=person, entity=entity, sitting=sitting)


def test_the_same_delegate_booked_by_both_groups_on_one_day_is_a_clash() -> None:
    """Though the sessions do not overlap, one day is one day; both cycles and the day are named (scenario 13)."""
    (clash,) = double_bookings([booking("A. Delegate", MORNING), booking("A. Delegate", AFTERNOON)], ZONES.__getitem__)
    assert (clash.person, clash.entity) == ("A. Delegate", "AIMC")
    assert [(s.body, s.number) for s in clash.meeting.sittings] == [("wg-sc", 3), ("wg-fa", 2)]
    assert [day.isoformat() for day in clash.meeting.days] == ["2026-09-09"]
    assert not clash.meeting.overlaps


def test_names_are_compared_without_case_width_and_spaces() -> None:
    """What people type differently is one person still; the name is shown as it was given first."""
    twice = [booking("\uff21mal  Ben Ali ", MORNING), booking("amal ben ali", AFTERNOON)]
    assert [clash.person for clash in double_bookings(twice, ZONES.__getitem__)] == ["\uff21mal  Ben Ali "]


def test_the_same_name_in_two_entities_is_two_persons() -> None:
    """Nobody is taken for somebody of another entity."""
    two = [booking("A. Delegate", MORNING), booking("A. Delegate", AFTERNOON, entity="AMERIPOL")]
    assert double_bookings(two, ZONES.__getitem__) == ()


def test_a_person_named_twice_for_one_session_is_booked_once() -> None:
    """Two delegations of an entity may name the same person."""
    assert double_bookings([booking("A. Delegate", MORNING), booking("A. Delegate", MORNING)], ZONES.__getitem__) == ()


def test_days_are_those_of_the_entity_that_sends_the_person() -> None:
    """A session until the evening and one that begins after midnight share a day in Bogota, and none in Tunis."""
    evening = Sitting(
        body="wg-sc", number=1, starts=datetime(2026, 9, 9, 14, tzinfo=UTC), ends=datetime(2026, 9, 9, 20, tzinfo=UTC)
    )
    night = Sitting(
        body="wg-fa", number=1, starts=datetime(2026, 9, 10, 1, tzinfo=UTC), ends=datetime(2026, 9, 10, 4, tzinfo=UTC)
    )
    assert meeting_of(evening, night, BOGOTA)
    assert meeting_of(evening, night, TUNIS) is None
    both = [booking("A", evening), booking("A", night), *(booking("B", s, "AMERIPOL") for s in (evening, night))]
    assert [clash.entity for clash in double_bookings(both, ZONES.__getitem__)] == ["AMERIPOL"]


def test_a_session_ends_before_the_day_that_begins_then() -> None:
    """Midnight is the next day's, and no longer sat on (domain.md DD-5)."""
    until_midnight = Sitting(
        body="wg-sc", number=1, starts=datetime(2026, 9, 9, 18, tzinfo=UTC), ends=datetime(2026, 9, 9, 22, tzinfo=UTC)
    )
    assert [day.isoformat() for day in until_midnight.dates(PARIS)] == ["2026-09-09"]


def test_sessions_of_one_series_may_share_a_day() -> None:
    """They follow one another; only sessions of different bodies are listed as meeting."""
    other = Sitting(body="wg-sc", number=4, starts=AFTERNOON.starts, ends=AFTERNOON.ends)
    found = meetings([MORNING, AFTERNOON, other], PARIS)
    assert {tuple(s.body for s in m.sittings) for m in found} == {("wg-sc", "wg-fa"), ("wg-fa", "wg-sc")}


def test_an_extraordinary_session_on_the_day_of_a_regular_one_is_listed() -> None:
    """Both may be live (domain.md LC-2), and whoever leads the body reads that they meet."""
    called = replace(MORNING, number=4, starts=AFTERNOON.starts, ends=AFTERNOON.ends, kind=CycleKind.EXTRAORDINARY)

    (found,) = meetings([MORNING, called], PARIS)

    assert [s.number for s in found.sittings] == [3, 4]
    assert not found.overlaps


def test_a_session_moved_into_the_next_regular_one_is_listed() -> None:
    """The one before a regular date is not skipped for it (domain.md PO-4), though it may last into it."""
    moved = replace(MORNING, number=2, starts=MORNING.starts - HOUR, ends=MORNING.starts + HOUR)

    assert [m.overlaps for m in meetings([moved, MORNING], PARIS)] == [True]


@given(st.lists(sittings, max_size=8))
def test_every_pair_that_shares_a_day_is_found_once(some: list[Sitting]) -> None:
    """Looking no further than two days ahead misses nothing, and what overlaps shares a day."""
    found = {frozenset(m.sittings) for m in meetings(some, PARIS)}
    assert len(found) == len(meetings(some, PARIS))
    for a in some:
        for b in some:
            is_asked = a != b and (not a.is_of_one_series(b) or a.overlaps(b))
            shares = is_asked and bool(a.dates(PARIS) & b.dates(PARIS))
            assert (frozenset({a, b}) in found) is shares
            assert shares or a == b or not a.overlaps(b)


@given(st.lists(st.tuples(names, sittings), max_size=8), st.randoms())
def test_the_order_of_bookings_makes_no_difference(booked: list[tuple[str, Sitting]], shuffle: object) -> None:
    """The same clashes are found however the record is read; only whose spelling is shown may differ."""
    some = [booking(name, sitting) for name, sitting in booked]
    mixed = [*some]
    shuffle.shuffle(mixed)  # type: ignore[attr-defined]

    def found(bookings: list[Booking]) -> set[object]:
        clashes = double_bookings(bookings, ZONES.__getitem__)
        return {(same_name(c.person), c.entity, frozenset(c.meeting.sittings)) for c in clashes}

    assert found(some) == found(mixed)


@given(st.text(max_size=30))
def test_a_compared_name_stays_as_it_is(name: str) -> None:
    """Comparing twice is comparing once."""
    assert same_name(same_name(name)) == same_name(name)
