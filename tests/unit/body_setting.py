"""Builders for tests of a standing body: founded, with a yearly series, and what its cycles tell it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.domain.body import commands as asked
from services.domain.body.decider import DECIDER
from services.domain.body.state import Body, Occurrence
from services.domain.cycle_note import NoteCycle
from tests.unit.calendar_setting import pinned_table, utc
from tests.unit.cycle_setting import (
    WORDS,
    Stream,
    procedure,
    two_bodies,
)

FOUNDED = "2027-01-04 08:00"


def founded() -> Stream[Body]:
    """Return the stream of the founded Dialogue."""
    stream: Stream[Body] = Stream(decider=DECIDER)
    stream.give(
        asked.FoundBody(
            code="dialogue",
            names={"en": "the Dialogue"},
            chair_entity="INTERPOL",
            procedure=procedure(),
            membership=two_bodies(),
        ),
        FOUNDED,
    )
    return stream


def yearly(*years: int, day: str = "06-13") -> tuple[Occurrence, ...]:
    """Return one session of two days a year."""
    starts = [utc(f"{year}-{day} 07:00") for year in years]
    return tuple(Occurrence(starts=start, ends=start + timedelta(days=1, hours=8)) for start in starts)


def series(occurrences: tuple[Occurrence, ...] = yearly(2028, 2029, 2030), **how: Any) -> asked.ScheduleSeries:
    """Return the scheduling of a yearly series."""
    given = {
        "rrule": "FREQ=YEARLY",
        "zone": "Europe/Paris",
        "local_start": "09:00",
        "session": timedelta(days=2),
        "calendar": pinned_table(),
        "occurrences": occurrences,
    }
    return asked.ScheduleSeries(**{**given, **how})


def scheduled() -> Stream[Body]:
    """Return the stream of a body with a yearly series, its first cycle proposed."""
    stream = founded()
    stream.give(series(), FOUNDED, "INTERPOL")
    return stream


def note(number: int, state: str, *open_actions: str) -> NoteCycle:
    """Return what a cycle tells."""
    return NoteCycle(number=number, state=state, open_actions=open_actions)


def numbers(stream: Stream[Body]) -> list[tuple[int, str, bool]]:
    """Return the cycles that are not over: number, state, and whether they may be convened."""
    return [(c.number, c.state.value, c.is_clear) for c in stream.state.cycles]


def call(starts: str = "2028-02-01 09:00") -> asked.CallExtraordinarySession:
    """Return the call of an extraordinary session of a day."""
    return asked.CallExtraordinarySession(
        starts=utc(starts), session=timedelta(days=1), reason=WORDS, calendar=pinned_table()
    )
