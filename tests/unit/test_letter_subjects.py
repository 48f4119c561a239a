"""Every letter says in its subject what its facts are: no dash stands where something should be said."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path
from string import Formatter

import pytest

import services.domain
from services.domain.action import commands as of_action
from services.domain.cycle import commands as asked
from services.domain.message import Effect, Notify
from services.gateways.letter import SUBJECTS, Letter, body_of, subject_of
from tests.unit.action_setting import opened
from tests.unit.body_setting import FOUNDED, call, note, scheduled
from tests.unit.calendar_setting import utc
from tests.unit.cycle_setting import WORDS, in_session, kinds
from tests.unit.test_cycle_postponed import MAY, announced, postpone


def unfilled(effects: Iterable[Effect]) -> set[tuple[str, str]]:
    """Return which notices lack a fact that their subject names."""
    return {
        (effect.notice, name)
        for effect in effects
        if isinstance(effect, Notify) and effect.notice in SUBJECTS
        for _, name, _, _ in Formatter().parse(SUBJECTS[effect.notice])
        if name and name not in effect.facts
    }


def named_notices() -> set[str]:
    """Return the notices that the domain names where it makes letters."""
    sources = (path.read_text() for path in Path(next(iter(services.domain.__path__))).rglob("*.py"))
    calls = (node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    makers = {"Notify", "notify", "_notify", "told_of_key", "_to_the_table"}
    given = (
        value
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in makers
        for value in (*call.args, *(word.value for word in call.keywords if word.arg == "notice"))
    )
    return {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}


def test_every_notice_has_a_subject() -> None:
    """Nobody is written to under the engine's own word for it."""
    assert len(named_notices()) > 40
    assert named_notices() - SUBJECTS.keys() == set()


def test_subjects_of_a_moved_cycle_are_filled() -> None:
    """Convened, a deadline moved, missed, postponed, held at a distance, cancelled."""
    stream = announced()
    due = utc("2027-05-28 15:00")
    moved = stream.give(asked.ChangeDue(step="credentials", entity="EUROPOL", due=due, reason=WORDS), MAY, "INTERPOL")
    stream.give(postpone(), MAY, "INTERPOL")
    stream.give(asked.ConvertToVirtual(reason=WORDS, place=None), MAY, "INTERPOL")
    stream.pass_to("2027-10-15 00:00")
    stream.give(asked.Cancel(reason=WORDS), "2027-10-15 08:00", "INTERPOL")

    assert kinds(moved) == ["StepDueChanged"]
    assert stream.letters("step_missing")
    assert unfilled(stream.effects) == set()


def test_subjects_of_a_session_are_filled() -> None:
    """What a session that is held tells."""
    stream = in_session()
    stream.give(asked.CloseSession(), "2028-06-14 15:00", "INTERPOL")
    stream.give(asked.CloseCycle(), "2028-06-15 15:00", "INTERPOL")

    assert unfilled(stream.effects) == set()


def test_subjects_of_a_body_are_filled() -> None:
    """Proposed, called, passed over."""
    stream = scheduled()
    stream.give(call(), FOUNDED, "INTERPOL")
    stream.give(note(1, "convened"), "2027-02-01 08:00")

    assert unfilled(stream.effects) == set()


def test_subjects_of_an_action_are_filled() -> None:
    """Reassigned, late, done, open again, moved, confirmed; another one dropped."""
    stream = opened()
    stream.give(of_action.Reassign(owner="EUROPOL"), "2026-09-02 08:00", "INTERPOL")
    stream.pass_to("2026-10-20 08:00")
    stream.give(of_action.Complete(evidence=WORDS), "2026-10-20 08:00", "EUROPOL")
    stream.give(of_action.Reopen(reason=WORDS), "2026-10-20 09:00", "INTERPOL")
    stream.give(of_action.ChangeDue(due=utc("2026-12-01 08:00"), reason=WORDS), "2026-10-20 10:00", "INTERPOL")
    stream.give(of_action.Complete(evidence=WORDS), "2026-10-20 11:00", "EUROPOL")
    stream.give(of_action.Confirm(), "2026-10-20 12:00", "INTERPOL")
    other = opened()
    other.give(of_action.Drop(reason=WORDS), "2026-09-02 08:00", "INTERPOL")

    assert {notice for notice, _ in stream.notices()} >= {"action_reassigned", "action_escalated", "action_confirmed"}
    assert unfilled((*stream.effects, *other.effects)) == set()


@pytest.mark.parametrize(
    ("notice", "facts", "subject"),
    [
        (
            "step_due_changed",
            {"label": "provisional_agenda", "due_at": "2028-01-20T16:00:00Z", "body": "wg-sc", "cycle": 11},
            (
                "The deadline for the provisional agenda moved to"
                " Thu 20 Jan 2028 16:00:00 UTC (2028-01-20 16:00:00 UTC): wg-sc 11"
            ),
        ),
        (
            "step_missing",
            {"label": "annotated_agenda", "missing": ["INTERPOL"]},
            "Overdue: annotated agenda of INTERPOL",
        ),
    ],
)
def test_what_the_engine_calls_by_one_word_reads_as_people_write_it(
    notice: str, facts: dict[str, object], subject: str
) -> None:
    """In the subject and below it."""
    letter = Letter(
        reference="r",
        notice=notice,
        entity="INTERPOL",
        role="coordinator",
        name="",
        address=None,
        zone="UTC",
        facts=facts,
        texts={},
    )

    assert subject_of(letter) == f"[Dialogue] {subject}"
    assert "_" not in body_of(letter)
