"""Traces, log lines and meters: ids hold together, and nothing that somebody sent gets into any of them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from types import TracebackType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.trouble import Trouble
from services.telemetry.log import JsonLines, PlainLines, told
from services.telemetry.meters import OTHER, Meters
from services.telemetry.span import NoSpans, step
from services.telemetry.trace import (
    Trace,
    begin_trace,
    current_trace_id,
    note,
    read_trace,
    taking_notes,
    within_trace,
)
from services.workflows.carriage import MOST_LINKS, own_trace, traces_in, with_traces

WORD = "Wolkenbruch"


@given(st.integers(1, 2**128 - 1), st.integers(1, 2**64 - 1), st.booleans())
def test_a_trace_is_read_as_it_was_written(trace: int, span: int, is_sampled: bool) -> None:
    """From process to process, by the header that every other program writes too."""
    written = Trace(f"{trace:032x}", f"{span:016x}", is_sampled)

    assert read_trace(written.header()) == written


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        WORD,
        f"00-{'0' * 32}-{'1' * 16}-01",
        f"00-{'1' * 32}-{'0' * 16}-01",
        f"00-{'A' * 32}-{'1' * 16}-01",
        f"ff-{'1' * 32}-{'1' * 16}-01",
        f"00-{'1' * 32}-{'1' * 16}-01-{WORD}",
    ],
)
def test_what_is_no_trace_is_taken_for_none(header: str | None) -> None:
    """Whoever sends nonsense gets a trace of their own, and puts no word of theirs into ours."""
    assert read_trace(header) is None


@given(st.lists(st.builds(begin_trace), max_size=MOST_LINKS + 1))
def test_traces_travel_in_headers(traces: list[Trace]) -> None:
    """The first is what follows belongs to; the others come along."""
    assert list(traces_in(with_traces({}, traces))) == traces


def test_what_nobody_asked_for_has_always_the_same_trace() -> None:
    """A replay puts the same header on the same activity."""
    assert own_trace("silence/x@4:expiry") == own_trace("silence/x@4:expiry") != own_trace("silence/x@5:expiry")


def test_steps_nobody_collects_keep_the_trace() -> None:
    """Logs of several processes hold together without a collector."""
    given_trace = begin_trace()

    with step(NoSpans(), "outer", parent=given_trace), step(NoSpans(), "inner") as inner:
        assert current_trace_id() == inner.trace.trace_id == given_trace.trace_id
    assert current_trace_id() is None


@pytest.fixture
def record() -> Iterator[logging.LogRecord]:
    """Give a line about an error whose words quote what somebody sent."""
    try:
        _fail()
    except RuntimeError as error:
        yield logging.LogRecord("n", logging.ERROR, __file__, 1, "it %s\nfailed", ("has",), _excepted(error))


def _fail() -> None:
    try:
        int(WORD)
    except ValueError as cause:
        raise RuntimeError(f"about {WORD}") from cause


def _excepted(error: BaseException) -> tuple[type[BaseException], BaseException, TracebackType | None]:
    return type(error), error, error.__traceback__


def test_a_machine_reads_one_object_a_line(record: logging.LogRecord) -> None:
    """Instant in UTC, level, message, facts, trace, and where an error arose, without its words."""
    record.__dict__.update(told(command_id="c1", status=500, nothing=None))

    with within_trace(Trace("1" * 32, "2" * 16)):
        line = JsonLines().format(record)

    assert "\n" not in line
    assert WORD not in line
    read = json.loads(line)
    assert read["at"].endswith("Z")
    assert (read["level"], read["message"], read["command_id"], read["status"]) == ("error", "it has failed", "c1", 500)
    assert "nothing" not in read
    assert read["trace_id"] == "1" * 32
    assert read["error"][0] == "builtins.RuntimeError"
    assert "builtins.ValueError" in read["error"]
    assert any(each.endswith("in record") for each in read["error"])


def test_words_written_for_the_operator_are_told() -> None:
    """Such as which key is missing; nobody else's words are in them."""
    error = Trouble("The key 1a2b is missing.")
    record = logging.LogRecord("n", logging.ERROR, __file__, 1, "it ended", (), (Trouble, error, None))

    assert json.loads(JsonLines().format(record))["error"] == [
        "services.runtime.trouble.Trouble: The key 1a2b is missing."
    ]


def test_a_person_reads_the_same(record: logging.LogRecord) -> None:
    """The frames of an error stand below its line."""
    record.__dict__.update(told(command_id="c1"))

    line, *frames = PlainLines().format(record).splitlines()

    assert line.endswith("ERROR n: it has failed command_id=c1")
    assert frames[0] == "  builtins.RuntimeError"
    assert WORD not in line + "".join(frames)


def test_notes_are_left_for_one_piece_of_work_only() -> None:
    """What is noted outside any work is noted nowhere."""
    note(command_id="nowhere")

    with taking_notes() as notes:
        note(command_id="here")

    assert notes == {"command_id": "here"}


def test_no_label_holds_a_word_that_the_code_does_not_know() -> None:
    """Else whoever sends new words could fill the memory of whoever watches."""
    meters = Meters(kinds=frozenset({"object"}), notices=frozenset({"silence_opened"}))
    meters.handed_in(kind="object", noun="silence", outcome="decided", seconds=0.1)
    meters.handed_in(kind=WORD, noun="silence", outcome="denied", seconds=None)
    meters.posted(WORD, "posted")

    page = meters.page().decode()

    assert WORD not in page
    assert 'dialogue_commands_total{kind="object",outcome="decided"} 1.0' in page
    assert f'dialogue_commands_total{{kind="{OTHER}",outcome="denied"}} 1.0' in page
    assert f'dialogue_notices_total{{notice="{OTHER}",outcome="posted"}} 1.0' in page
    assert 'dialogue_command_seconds_count{noun="silence"} 1.0' in page
