"""More sessions for a series that runs short: those that follow, never those that are past."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.commands.upkeep import more_of
from services.domain.body.state import Body, Occurrence, Series
from services.domain.cycle.records import CycleKind
from tests.unit.body_setting import founded
from tests.unit.calendar_setting import pinned_table, utc
from tests.unit.cycle_setting import procedure

NOW = utc("2028-01-04 08:00")


def body_with(**how: Any) -> tuple[Body, Series]:
    """Return a body with a yearly series of June."""
    series = Series(
        kind=CycleKind.ORDINARY,
        rrule="FREQ=YEARLY;BYMONTH=6;BYDAY=2TU",
        zone="Europe/Paris",
        local_start="09:00",
        session=timedelta(days=2),
        procedure=procedure(),
        calendars=(pinned_table(),),
        occurrences=(),
        last_starts=utc("2027-06-08 07:00"),
        known_at=NOW,
        is_running_out=True,
    )
    given = replace(series, **how)
    return replace(founded().state, series=(given,)), given


def first_of(**how: Any) -> str:
    """Return the day of the first session given."""
    command = more_of(*body_with(**how), NOW, {})
    assert command
    return command.occurrences[0].starts.date().isoformat()


def test_the_sessions_after_the_last_one_known_are_given() -> None:
    """Which may lie ahead."""
    known = Occurrence(starts=utc("2029-06-12 07:00"), ends=utc("2029-06-13 15:00"))

    assert first_of(occurrences=(known,)) == "2030-06-11"


def test_a_series_of_which_nothing_is_known_any_more_goes_on_from_now() -> None:
    """All it knew was proposed or skipped, or passed while it was paused."""
    past = Occurrence(starts=utc("2025-06-10 07:00"), ends=utc("2025-06-11 15:00"))

    assert first_of() == "2028-06-13"
    assert first_of(occurrences=(past,), last_starts=utc("2024-06-11 07:00")) == "2028-06-13"


def test_a_rule_that_gives_nothing_gives_no_word() -> None:
    """It is left in the log for a person."""
    assert more_of(*body_with(rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), NOW, {}) is None
