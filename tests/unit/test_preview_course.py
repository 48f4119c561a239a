"""The course of things ahead, over given states: what would follow, what would go by itself, where it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.commands.preview_course import Course, Standing
from services.domain.action.commands import HoldRung
from services.domain.message import ENGINE, Interval
from services.domain.silence import commands as asked
from services.wire.message import snake_case, to_json
from services.workflows.messages import Envelope, Letter
from tests.unit import action_setting, silence_setting
from tests.unit.calendar_setting import utc
from tests.unit.silence_setting import EXPIRY, MONDAY, instant, opening

SILENCE = "silence/s-1"
ACTION = "action/a-1"
FAR = instant("2027-06-01 00:00")


def course(
    streams: Mapping[str, Any] | None = None, *, nobody_at: tuple[str, ...] = (), deaf: tuple[Interval, ...] = ()
) -> Course:
    """Return a course over some states, with entities that nobody answers for."""
    standing = streams or {}

    async def load(stream: str) -> Standing | None:
        return Standing(state=standing[stream], version=7) if stream in standing else None

    async def reaches(to: dict[str, Any], _at: datetime) -> bool:
        return to["entity"] not in nobody_at

    async def known_deaf(_since: datetime, _until: datetime) -> tuple[Interval, ...]:
        return deaf

    return Course(load=load, reaches=reaches, deaf=known_deaf)


def envelope(command: Any, at: datetime) -> Envelope:
    """Return a command of the engine on its way."""
    return Envelope(
        command_id="c-1",
        kind=snake_case(type(command)),
        command=to_json(command),
        actor=to_json(ENGINE),
        at=at,
        received_at=at,
    )


def letters(course: Course) -> list[tuple[str, str, datetime]]:
    """Return what would go: notice, what it falls due by, when."""
    return [(m.letter.notice, m.because, m.letter.at) for m in course.mailings]


async def test_a_silence_is_foreseen_from_its_opening_to_its_end() -> None:
    """Told promptly, it is adopted at the expiry of its letter; and its home, which is not there, is left alone."""
    ahead = course()
    answered = await ahead.give(SILENCE, envelope(opening(), instant(MONDAY)))
    assert answered.refusal is None
    assert answered.events[0].kind == "procedure_opened"
    await ahead.run((SILENCE,), until=FAR, most=10)
    assert letters(ahead) == [
        ("silence_opened", "", instant(MONDAY)),
        ("silence_adopted", "expiry", instant(EXPIRY)),
    ]
    assert ahead.moved == (SILENCE,)


async def test_a_member_that_nobody_answers_for_holds_the_clock() -> None:
    """The chair is told to serve it by hand, and no adoption is foreseen (domain.md 5.2 g)."""
    ahead = course(nobody_at=("AIMC",))
    await ahead.give(SILENCE, envelope(opening(), instant(MONDAY)))
    await ahead.run((SILENCE,), until=FAR, most=10)
    assert [notice for notice, _, _ in letters(ahead)] == ["silence_opened", "service_overdue"]


async def test_a_letter_on_its_way_is_taken_to_arrive() -> None:
    """A member of whom nothing is known yet is told, and the expiry comes as stated."""
    state = silence_setting.opened(told=silence_setting.but("AIMC")).state
    to = ({"entity": "AIMC", "role": "head_of_delegation", "body": "dialogue"},)
    letter = Letter(cause=state.letter, notice="silence_opened", to=to, facts={}, at=instant(MONDAY))
    untold, told = course({SILENCE: state}), course({SILENCE: state})
    await told.arrive(SILENCE, letter)
    for ahead in (untold, told):
        await ahead.run((SILENCE,), until=FAR, most=10)
    assert [notice for notice, _, _ in letters(untold)] == ["service_overdue"]
    assert letters(told) == [("silence_adopted", "expiry", instant(EXPIRY))]


async def test_deaf_time_that_is_known_moves_the_expiry_foreseen() -> None:
    """What could not be heard is made good before anything is adopted (domain.md 5.2 o)."""
    begin = instant(MONDAY) + timedelta(hours=1)
    ahead = course(
        {SILENCE: silence_setting.opened().state}, deaf=(Interval(start=begin, end=begin + timedelta(hours=2)),)
    )
    await ahead.run((SILENCE,), until=instant(EXPIRY) + timedelta(hours=1), most=10)
    assert [notice for notice, _, _ in letters(ahead)] == ["silence_expiry_moved"]


async def test_what_is_due_before_a_command_goes_first() -> None:
    """An objection at the expiry is late: the adoption that it is too late for is foreseen with it (5.2 a)."""
    ahead = course({SILENCE: silence_setting.opened().state})
    answered = await ahead.give(SILENCE, envelope(asked.Object(reason=None), instant(EXPIRY)))
    assert letters(ahead)[0] == ("silence_adopted", "expiry", instant(EXPIRY))
    assert answered.events[0].kind != "silence_broken"


async def test_a_ladder_goes_on_until_asked_no_further() -> None:
    """So many mailings, or until an instant, and no more; the first first."""
    state = action_setting.opened().action
    whole, few, short = (course({ACTION: state}) for _ in range(3))
    await whole.run((ACTION,), until=FAR, most=100)
    await few.run((ACTION,), until=FAR, most=2)
    await short.run((ACTION,), until=utc(action_setting.DUE), most=100)
    assert [m.letter.at for m in whole.mailings] == sorted(m.letter.at for m in whole.mailings)
    assert letters(few) == letters(whole)[:2]
    assert {notice for notice, _, _ in letters(short)} == {"action_reminder"}
    assert letters(whole)[: len(letters(short))] == letters(short)


async def test_a_held_rung_goes_at_the_end_of_its_hold() -> None:
    """And its mailing carries the state in which it is held (domain.md LD-2)."""
    stream = action_setting.opened()
    until = utc("2026-11-06 22:00")
    stream.give(HoldRung(rung=5, until=until, reason=action_setting.WORDS), utc("2026-10-05 08:00"), "INTERPOL")
    ahead = course({ACTION: stream.action})
    await ahead.run((ACTION,), until=FAR, most=100)
    last = ahead.mailings[-1]
    assert (last.letter.facts["rung"], last.letter.at) == (5, until)
    assert last.state.holds[-1].rung == 5


async def test_a_refusal_sends_nothing_and_moves_nothing() -> None:
    """It is told by name, as the decider gives it."""
    ahead = course({SILENCE: silence_setting.adopted().state})
    answered = await ahead.give(SILENCE, envelope(asked.WithdrawSilence(reason=silence_setting.WORDS), FAR))
    assert answered.refusal is not None
    assert (ahead.mailings, ahead.moved) == ([], ())


async def test_looking_never_changes_what_is_looked_at() -> None:
    """The states given stay as they were."""
    state = silence_setting.opened().state
    before = to_json(state)
    ahead = course({SILENCE: state})
    await ahead.run((SILENCE,), until=FAR, most=10)
    assert to_json(state) == before


@pytest.mark.parametrize("most", [0, 1])
async def test_a_look_ahead_is_bounded(most: int) -> None:
    """Nothing is followed beyond what was asked for."""
    ahead = course({ACTION: action_setting.opened().action})
    await ahead.run((ACTION,), until=FAR, most=most)
    assert len(ahead.mailings) == most
    assert not ahead.is_exhausted


async def test_a_look_ahead_ends_after_so_many_decisions_and_says_so() -> None:
    """What is not reached is not foreseen, and the beginning stays as it is."""
    whole = course({ACTION: action_setting.opened().action})
    cut = replace(course({ACTION: action_setting.opened().action}), most_decisions=3)
    for ahead in (whole, cut):
        await ahead.run((ACTION,), until=FAR, most=100)
    assert cut.is_exhausted
    assert 0 < len(cut.mailings) < len(whole.mailings)
    assert letters(cut) == letters(whole)[: len(cut.mailings)]
