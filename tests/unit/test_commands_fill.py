"""What people send becomes a command: texts are sealed, the rest is bounded, slips are named as people spell them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.commands.fill import LONGEST, LONGEST_WORD, fill, read_duration_within, read_instant_within
from services.commands.outside import outside_of
from services.commands.prepare import read_period
from services.commands.series import read_procedure, reckon_series
from services.domain.action.commands import HoldRung
from services.domain.cycle.commands import Assign, RegisterCredentials, TableText
from services.domain.message import Content
from services.domain.procedure import PeriodKind
from services.domain.register.commands import RevokeKey
from services.policies.folder import policies_dir
from services.policies.procedure import load_procedure
from services.wire.message import Malformed

AT = datetime(2026, 11, 2, tzinfo=UTC)


def sealed(path: str, text: str) -> Content:
    """Seal nothing, and tell what was to be sealed where."""
    return Content(address=f"{path}={text}", commitment="c", size=len(text))


def fault_of(raising: Any) -> tuple[str, str]:
    """Return field and rule of the first fault of a malformed command."""
    with pytest.raises(Malformed) as caught:
        raising()
    return caught.value.faults[0].field, caught.value.faults[0].rule


def test_texts_are_sealed_wherever_they_stand() -> None:
    """In fields, in lists of objects, in maps; composed, and without white space around them."""
    persons = [{"person": " A. De\u0301le\u0301gue\u0301 ", "role": "member"}]
    filled = fill(RegisterCredentials, {"persons": persons}, sealed)
    assert filled["persons"][0]["person"]["address"] == "persons.0.person=A. Délégué"
    tabled = fill(TableText, {"paragraphs": {"5b": "Words"}}, sealed)
    assert tabled["paragraphs"]["5b"]["address"] == "paragraphs.5b=Words"


@pytest.mark.parametrize(
    ("sent", "rule"),
    [
        ("", "is empty"),
        (" \n ", "is empty"),
        ("a" * (LONGEST + 1), f"at most {LONGEST}"),
        ("a\u0000", "U+0000"),
        ("a\u0007", "U+0007"),
        (7, "should be a text"),
    ],
)
def test_a_text_nobody_could_read_is_refused(sent: Any, rule: str) -> None:
    """Named by its field, with what would be right."""
    field, said = fault_of(lambda: fill(HoldRung, {"reason": sent}, sealed))
    assert field == "reason"
    assert rule in said


@pytest.mark.parametrize(
    ("command", "field", "value"),
    [
        (Assign, "due", "9999-12-31T23:59:59-01:00"),
        (Assign, "due", "1066-10-14T09:00:00Z"),
        (HoldRung, "rung", 2**63),
        (RevokeKey, "key", "k-\u0000"),
        (RevokeKey, "key", "k" * (LONGEST_WORD + 1)),
    ],
)
def test_what_would_overflow_or_cannot_be_stored_is_refused(command: Any, field: str, value: Any) -> None:
    """Before it reaches an aggregate, which could not take it back."""
    assert fault_of(lambda: fill(command, {field: value}, sealed))[0] == field


def test_instants_and_lengths_of_time_are_read_within_bounds() -> None:
    """A century hence is meant; a thousand years are a slip."""
    assert read_instant_within("2126-01-01T00:00:00+02:00") == datetime(2125, 12, 31, 22, tzinfo=UTC)
    assert read_duration_within("P3660D") == timedelta(days=3660)
    for wrong in ("P3661D", "-P3661D", "PT999999999H"):
        with pytest.raises(ValueError, match="at most"):
            read_duration_within(wrong)


def test_a_period_is_elapsed_or_counts_common_working_days() -> None:
    """And nothing else; digits of other scripts are no digits here."""
    assert read_period("10cwd").days == 10
    assert read_period("PT72H").kind is PeriodKind.ELAPSED
    for wrong in ("0cwd", "1000cwd", "²cwd", "٣cwd", "10wd", ""):
        assert fault_of(lambda wrong=wrong: read_period(wrong))[0] == "period"


@pytest.mark.parametrize(
    "reference", ["../../secrets/x@1", "exercise", "exercise@", "exercise@01", "exercise@1\x00", "/etc/passwd@1", 7]
)
def test_a_reference_never_becomes_a_path(reference: Any) -> None:
    """Only the name and version of a procedure are looked for."""
    own = load_procedure(policies_dir(), "exercise@1")
    field, rule = fault_of(lambda: read_procedure(reference, own=own, policies=policies_dir()))
    assert (field, rule) == ("procedure", "should be the name and version of a procedure, like exercise@1")


def test_a_procedure_that_is_not_there_is_told_without_where_it_was_sought() -> None:
    """Where files lie is nobody's business outside."""
    own = load_procedure(policies_dir(), "exercise@1")
    _, rule = fault_of(lambda: read_procedure("exercise@99", own=own, policies=policies_dir()))
    assert str(policies_dir()) not in rule
    assert "exercise@99" in rule


def test_a_series_takes_from_its_procedure_what_is_left_out() -> None:
    """And the procedure from the body."""
    own = load_procedure(policies_dir(), "high-level-dialogue@1")
    reckoned = reckon_series({}, own=own, policies=policies_dir(), after=AT, count=3)
    assert (reckoned.procedure, reckoned.cadence.zone, len(reckoned.sessions)) == (own, "Europe/Paris", 3)
    given = {"procedure": "exercise@1", "session": "PT10S"}
    other = reckon_series(given, own=own, policies=policies_dir(), after=AT, count=1)
    assert (other.procedure.name, other.cadence.session) == ("exercise", timedelta(seconds=10))
    field, _ = fault_of(
        lambda: reckon_series({"session": "a day"}, own=own, policies=policies_dir(), after=AT, count=1)
    )
    assert field == "session"


def test_slips_are_named_by_the_words_people_use() -> None:
    """Not by fields they never see."""
    assert outside_of("cycle", "amend").word_of("content") == "text_new"
    assert outside_of("cycle", "amend").word_of("whole") == "text_new"
    assert outside_of("cycle", "table_text").word_of("content") == "paragraphs"
    assert outside_of("body", "open_silence").word_of("content.0") == "text.0"
    assert outside_of("cycle", "respond").word_of("answer") == "answer"
