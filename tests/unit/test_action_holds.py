"""Rungs that leave the owner's entity, held by the coordinator with a reason until an instant (domain.md LD-2)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.domain.action.commands import (
    Complete,
    HoldRung,
    Reopen,
)
from services.domain.message import CommandRefused
from tests.unit.action_setting import (
    OPENED,
    WORDS,
    kinds,
    opened,
    reason_of,
    went,
)
from tests.unit.calendar_setting import utc

LATER = "2027-06-01 00:00"


def test_the_last_rung_is_held() -> None:
    """Scenario 11: the coordinator holds +20 until Friday 6 November 22:00Z, and it goes then."""
    stream = opened()
    stream.pass_to("2026-10-20 00:00")

    stream.give(HoldRung(rung=5, until=utc("2026-11-06 22:00"), reason=WORDS), "2026-10-20 09:00", "INTERPOL")

    assert went(stream.pass_to(LATER)) == [("rung 5", "2026-11-06 22:00")]


def test_a_held_rung_stays_if_the_action_closes() -> None:
    """Scenario 11: a held rung goes only if the action is still open."""
    stream = opened()
    stream.pass_to("2026-10-20 00:00")
    stream.give(HoldRung(rung=5, until=utc("2026-11-06 22:00"), reason=WORDS), "2026-10-20 09:00", "INTERPOL")

    stream.give(Complete(evidence=WORDS), "2026-11-06 21:59:59", "AMERIPOL")

    assert stream.pass_to(LATER) == []


def test_a_hold_can_be_lengthened_and_shortened_but_not_made_early() -> None:
    """The rung's own instant is the floor, now is another."""
    stream = opened()
    hold = HoldRung(rung=4, until=utc("2026-11-06 22:00"), reason=WORDS)

    assert kinds(stream.give(hold, OPENED, "INTERPOL")) == ["RungHeld"]
    shorter = replace(hold, until=utc("2026-10-14 22:00:01"))
    assert kinds(stream.give(shorter, OPENED, "INTERPOL")) == ["RungHeld"]
    early = replace(hold, until=utc("2026-10-14 22:00"))
    assert reason_of(stream.give(early, OPENED, "INTERPOL")) == "BadArgument"
    assert [h.rung for h in stream.action.holds] == [4, 4]


def test_a_hold_is_not_shortened_into_the_past() -> None:
    """The rung's own instant is past, and so is the new one."""
    stream = opened()
    hold = HoldRung(rung=4, until=utc("2026-11-06 22:00"), reason=WORDS)
    stream.give(hold, OPENED, "INTERPOL")
    stream.pass_to("2026-10-20 00:00")

    past = replace(hold, until=utc("2026-10-19 22:00"))
    assert reason_of(stream.give(past, "2026-10-20 09:00", "INTERPOL")) == "BadArgument"
    soon = replace(hold, until=utc("2026-10-20 10:00"))
    assert kinds(stream.give(soon, "2026-10-20 09:00", "INTERPOL")) == ["RungHeld"]
    assert went(stream.pass_to("2026-10-21 00:00")) == [("rung 4", "2026-10-20 10:00")]


@pytest.mark.parametrize(
    ("rung", "until", "reason"),
    [
        (1, "2026-11-06 22:00", "RungNotHoldable"),
        (3, "2026-11-06 22:00", "RungNotHoldable"),
        (4, "2026-11-06 22:00", "RungNotPending"),
        (5, "2026-10-19 22:00", "BadArgument"),
        (5, "2099-01-01 00:00", "BadArgument"),
        (0, "2026-11-06 22:00", "NotFound"),
        (6, "2026-11-06 22:00", "NotFound"),
    ],
)
def test_holds_that_are_refused(rung: int, until: str, reason: str) -> None:
    """Inner rungs, rungs that went, the past, the far future, and rungs that do not exist."""
    stream = opened()
    stream.pass_to("2026-10-20 00:00")

    answer = stream.give(HoldRung(rung=rung, until=utc(until), reason=WORDS), "2026-10-20 09:00", "INTERPOL")

    assert reason_of(answer) == reason


def test_a_rung_that_passed_while_done_cannot_be_held() -> None:
    """It is gone, and the refusal says so."""
    stream = opened()
    stream.pass_to("2026-10-10 00:00")
    stream.give(Complete(evidence=WORDS), "2026-10-10 00:00", "AMERIPOL")
    stream.give(Reopen(reason=WORDS), "2026-10-20 00:00", "INTERPOL")

    hold = HoldRung(rung=4, until=utc("2026-11-06 22:00"), reason=WORDS)
    (answer,) = stream.give(hold, "2026-10-20 09:00", "INTERPOL")

    assert isinstance(answer, CommandRefused)
    assert answer.sentence == "Rung 4 cannot be held any more: its instant passed while the action was not open."
