"""When a rehearsal takes an aggregate to be at rest."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from services.rehearsal.pulses import SIGNAL, START, Pulses
from services.workflows.messages import Pulse

NOON = datetime(2040, 3, 6, 12, tzinfo=UTC)
STREAM = "cycle/dialogue/9"
RESTS = Pulse(is_busy=False, wakes_at=None)


async def _felt(pulses: Pulses, pulse: Pulse, *heard: str) -> None:
    await asyncio.to_thread(pulses.felt, STREAM, pulse, heard)
    await asyncio.wait_for(pulses.changed.wait(), 5)


async def test_an_aggregate_of_which_nothing_is_known_rests() -> None:
    """Nobody spoke to it, and it did nothing."""
    assert Pulses().of(STREAM) == RESTS


async def test_an_aggregate_is_as_its_last_task_left_it() -> None:
    """What a worker's thread felt is known to the loop, and looked after."""
    pulses = Pulses()

    await _felt(pulses, Pulse(is_busy=True, wakes_at=NOON))

    assert pulses.of(STREAM) == Pulse(is_busy=True, wakes_at=NOON)
    assert pulses.restless == {STREAM}
    assert pulses.first_wake == NOON


async def test_a_word_that_no_task_has_heard_keeps_its_aggregate_busy() -> None:
    """Two words are two: the task that heard one does not answer for the other."""
    pulses = Pulses()
    pulses.said(STREAM, SIGNAL)
    pulses.said(STREAM, SIGNAL)

    await _felt(pulses, RESTS, SIGNAL)
    after_one = pulses.of(STREAM).is_busy
    pulses.changed.clear()
    await _felt(pulses, RESTS, SIGNAL)

    assert after_one
    assert not pulses.of(STREAM).is_busy


async def test_a_start_is_not_heard_by_hearing_a_word() -> None:
    """Of an aggregate that was started a first task is awaited."""
    pulses = Pulses()
    pulses.said(STREAM, START)

    await _felt(pulses, RESTS, SIGNAL)
    before = pulses.of(STREAM).is_busy
    pulses.changed.clear()
    await _felt(pulses, RESTS, START)

    assert before
    assert not pulses.of(STREAM).is_busy


async def test_those_wake_whose_instant_has_come() -> None:
    """One that wakes later is left alone."""
    pulses = Pulses()
    await _felt(pulses, Pulse(is_busy=False, wakes_at=NOON))
    pulses.restless.clear()

    pulses.wake(NOON - timedelta(seconds=1))
    before = set(pulses.restless)
    pulses.wake(NOON)

    assert before == set()
    assert pulses.restless == {STREAM}
