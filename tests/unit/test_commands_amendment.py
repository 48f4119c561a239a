"""What the door makes of an amendment before it is decided: dates, what is left out, rules that cannot be held."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.commands.series import Amended, reckon_amendment
from services.domain.body.state import Occurrence, Series
from services.domain.cycle.records import CycleKind
from services.policies.folder import policies_dir
from services.wire.message import Malformed
from tests.unit.calendar_setting import pinned_table, utc
from tests.unit.cycle_setting import procedure

NOW = utc("2027-01-04 08:00")


def standing(**how: Any) -> Series:
    """Return the yearly series of June that stands, of which one session is known."""
    known = Series(
        kind=CycleKind.ORDINARY,
        rrule="FREQ=YEARLY;BYMONTH=6;BYDAY=2TU",
        zone="Europe/Paris",
        local_start="09:00",
        session=timedelta(days=2),
        procedure=procedure(),
        calendars=(pinned_table(),),
        occurrences=(Occurrence(starts=utc("2027-06-08 07:00"), ends=utc("2027-06-09 15:00")),),
        last_starts=NOW,
        known_at=NOW,
    )
    return replace(known, **how)


def amend(series: Series | None = None, /, **given: Any) -> Amended:
    """Reckon an amendment of a series."""
    return reckon_amendment(given, standing=series or standing(), policies=policies_dir(), after=NOW, count=3)


def fault_of(given: dict[str, Any]) -> tuple[str, str]:
    """Return the field that is wrong with an amendment, and the sentence on it."""
    with pytest.raises(Malformed) as wrong:
        amend(**given)
    return wrong.value.faults[0].field, wrong.value.sentence


@pytest.mark.parametrize(
    ("since", "meant"),
    [
        ("2028-03-27", "2028-03-26 22:00"),
        ("2028-01-27", "2028-01-26 23:00"),
        ("2028-03-27T08:00:00Z", "2028-03-27 08:00"),
    ],
)
def test_a_date_means_midnight_in_the_zone_of_the_series(since: str, meant: str) -> None:
    """In summer as in winter; an instant means itself."""
    assert amend(since=since).since == utc(meant)


def test_what_is_left_out_stays_as_it_was() -> None:
    """Only the wall time changes."""
    amended = amend(since="2028-01-01", local_start="10:00").new

    assert amended.cadence.rrule == standing().rrule
    assert (amended.cadence.local_start, amended.procedure) == ("10:00", procedure())
    assert [start for start, _ in amended.sessions][:2] == [utc("2028-06-13 08:00"), utc("2029-06-12 08:00")]


def test_a_session_at_the_very_instant_is_of_the_new_rule() -> None:
    """[since, until) again."""
    assert first_of(amend(since="2028-06-13T07:00:00Z")) == utc("2028-06-13 07:00")


def test_what_the_old_rule_still_gives_is_reckoned_up_to_the_amendment() -> None:
    """Beyond what was known of it."""
    remaining = [start for start, _ in amend(since="2030-01-01").remaining]

    assert remaining == [utc("2028-06-13 07:00"), utc("2029-06-12 07:00")]
    assert amend(since="2027-03-01").remaining == ()
    ending = standing(rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30")
    assert amend(ending, since="2030-01-01", rrule="FREQ=YEARLY;BYMONTH=10;BYDAY=2WE").remaining == ()


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"since": "soon"}, "since", "a date like"),
        ({"since": "2028-02-30"}, "since", "no day of any year"),
        ({"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "rrule", "name days that come"),
        ({"rrule": "FREQ=WEEKLY;BYDAY=TU"}, "rrule", "meet less often"),
        ({"zone": "Europe/Nowhere"}, "zone", "did you mean"),
        ({"rrule": "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "local_start": "02:30"}, "local_start", "does not exist"),
        ({"rrule": "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU", "local_start": "02:30"}, "local_start", "exists twice"),
        ({"session": "PT0S"}, "session", "would last 0 seconds; give more than nothing and at most 31 days"),
        ({"procedure": "nothing@1"}, "procedure", "there is no procedure nothing@1; known here"),
    ],
)
def test_an_amendment_that_cannot_be_held_names_its_field_and_what_to_do(
    given: dict[str, Any], field: str, says: str
) -> None:
    """As for a new series."""
    found, sentence = fault_of({"since": "2028-01-01", **given})

    assert found == field
    assert says in sentence


def first_of(amended: Amended) -> datetime:
    """Return when the first session of the new series starts."""
    return amended.new.sessions[0][0]
