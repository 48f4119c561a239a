"""Editions: an edit says on what it builds, and one that builds on what has changed is refused by name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.cycle.decider import DECIDER
from services.domain.cycle.edited import edition_of_agenda
from services.domain.cycle.records import CycleKind
from services.domain.edition import ChangedSince, changed_since, edition_of
from services.domain.message import plain
from tests.unit.calendar_setting import utc
from tests.unit.cycle_setting import CONVENED, amendment, context_of, convened, item, reason_of, tabled

PARTS: tuple[Any, ...] = ("sr-1", CycleKind.ORDINARY, utc("2028-06-13 07:00"), timedelta(days=2), None, (1, "é"))


def test_an_edition_is_the_same_for_ever() -> None:
    """Streams are decided again years later: what it is made of, and how, never changes."""
    assert edition_of(()) == "4f53cda18c2baa0c"
    assert [plain(part) for part in PARTS][3] == "2 days, 0:00:00"
    assert edition_of(PARTS) == edition_of(list(PARTS))
    assert edition_of(PARTS) == GOLDEN


GOLDEN = "7bb88c6e42893b91"


@given(st.lists(st.text(max_size=8), max_size=6), st.lists(st.text(max_size=8), max_size=6))
def test_editions_differ_where_the_parts_do(first: list[str], second: list[str]) -> None:
    """However the parts are cut."""
    assert (edition_of(first) == edition_of(second)) is (first == second)


@pytest.mark.parametrize(("given_edition", "is_refused"), [("", False), ("3", False), ("2", True), ("x", True)])
def test_who_says_nothing_edits_whatever_stands(given_edition: str, is_refused: bool) -> None:
    """As every command of before there were editions does."""
    context: Any = type("Said", (), {"edition": given_edition})()
    refused = changed_since("text", "3", context)
    assert isinstance(refused, ChangedSince) is is_refused


def test_an_amendment_that_builds_on_another_edition_is_refused_before_its_own_base_is_asked() -> None:
    """And with the edition that stands it is decided as ever."""
    stream = convened()
    text = tabled(stream, CONVENED)
    command = amendment(stream, text)
    decided = {
        edition: DECIDER.decide(
            stream.state, command, replace(context_of(utc(CONVENED), "AIMC", number=9), edition=edition)
        )
        for edition in ("", "1", "2")
    }
    assert decided[""] == decided["1"]
    assert reason_of(list(decided["2"])) == "ChangedSince"


def test_the_edition_of_an_agenda_changes_with_its_items_and_with_nothing_else() -> None:
    """A text that is tabled beside it leaves it as it is."""
    stream = convened()
    stream.give(item(), CONVENED, "AIMC")
    before = edition_of_agenda(stream.state)
    tabled(stream, CONVENED)
    assert edition_of_agenda(stream.state) == before
    stream.give(item(), CONVENED, "EUROPOL")
    assert edition_of_agenda(stream.state) != before
