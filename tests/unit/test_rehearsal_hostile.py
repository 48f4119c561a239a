"""Scenario files that mean ill, or were written in a hurry: each is answered with a sentence, and none with a trace."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.cli.ending import say
from services.policies.fault import PolicyError
from services.policies.folder import policies_dir
from services.rehearsal.reading import read_scenario

NOW = datetime(2030, 1, 1, tzinfo=UTC)
FILE = """\
scenario: Silence
starts: 2040-03-06T08:00:00Z
timeline:
  - at: 2040-03-06T08:00:00Z
    by: INTERPOL/coordinator
    do: open_silence
    with: {subject: Communiqué, text: We meet again., period: PT72H}
    as: s1
"""
OUTAGE = "  - {at: +PT0S, by: system, do: outage, with: {of: api, for: %s}}\n"
ASSIGN = "  - {at: +PT0S, by: INTERPOL/chair, do: assign, with: {cycle: 1, owner: %s, title: t, due: s1.expires}}\n"
PAPER = (
    "  - {at: +PT1H, by: INTERPOL/coordinator, do: object, "
    "with: {silence: s1, on_behalf_of: %s, received_at: 2040-03-06T08:00:00Z, evidence: x}}\n"
)
LATER = "  - {at: +P21900D, by: AIMC/head_of_delegation, do: comment, with: {silence: s1, comment: x}}\n"


def faults(folder: Path, text: str | bytes) -> list[str]:
    """Return what is said of a file, from its lines on."""
    path = folder / "scenario.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(PolicyError) as caught:
        read_scenario(path, policies_dir(), now=NOW)
    return [str(fault).partition("scenario.yaml:")[2] for fault in caught.value.all]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (FILE, "null\n", "1: found null; should be a mapping of keys to values"),
        (FILE, "- a\n", '1: found ["a"]; should be a mapping of keys to values'),
        (FILE[FILE.index("  - at") :], "  []\n", "timeline: found []; should have at least 1 in it"),
        (FILE[FILE.index("  - at") :], "  - a\n", '4: timeline[0]: found "a"; should be a mapping of keys to values'),
        (
            "{subject: Communiqué, text: We meet again., period: PT72H}",
            "null",
            "7: timeline[0].with: found null; should",
        ),
        ("text: We meet again.", "text: 3", "7: timeline[0].with.text: found 3; should be a text"),
        ("text: We meet again.", "text: {a: b}", '7: timeline[0].with.text: found {"a":"b"}; should be a text'),
        ("PT72H", "null", "7: timeline[0].with.period: found null; should be a duration in days"),
        ("starts: 2040-03-06", "starts: 9999-03-06", '2: starts: found "9999-03-06T08:00:00Z"; should lie between'),
        ("at: 2040-03-06", "at: 2040-02-30", '4: timeline[0].at: found "2040-02-30T08:00:00Z"; 2040-02-30T'),
        ("at: 2040-03-06T08:00:00Z", "at: s1.expires", "4: timeline[0].at: no step above makes s1; name what a step"),
        ("by: INTERPOL/coordinator", "by: ''", '5: timeline[0].by: found ""; should be ENTITY/role or'),
        ("by: INTERPOL/coordinator", "by: 3", "5: timeline[0].by: found 3; should be a text; in quotes"),
        ("as: s1", "refused: nope", '8: timeline[0].refused: found "nope"; should be the name of the refusal'),
        (
            "as: s1",
            "refused: NotPermited",
            "8: timeline[0].refused: there is no refusal NotPermited; did you mean NotPermitted?",
        ),
        (
            "scenario: Silence",
            "scenario: !!python/object/apply:os.system ['id']",
            "1: the tag tag:yaml.org,2002:python/",
        ),
        ("scenario: Silence", "scenario: " + "[" * 3000 + "]" * 3000, "1: this is nested deeper than 20 levels"),
        (
            "timeline:",
            "membership: {entities: {AIMC: null}}\ntimeline:",
            "3: entities.AIMC: found null; should be a mapping",
        ),
        ("timeline:", "bodies: [[a]]\ntimeline:", '3: bodies[0]: found ["a"]; should be a text; in quotes'),
    ],
)
def test_a_file_of_another_shape_is_told_what_should_stand_there(tmp_path: Path, old: str, new: str, said: str) -> None:
    """One fault each: what stands wrong is not counted as missing too."""
    assert FILE.count(old) == 1

    (fault,) = faults(tmp_path, FILE.replace(old, new))

    assert said in fault


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (OUTAGE % "-PT1H", '9: timeline[1].with.for: found "-PT1H"; should be longer than nothing'),
        (OUTAGE % "PT0S", '9: timeline[1].with.for: found "PT0S"; should be longer than nothing'),
        ("  - {at: +PT0S, by: system, do: deliver, with: {to: [AIMC, SCO]}}\n", "should be the code of one entity"),
        (ASSIGN % "{a: b}", 'with.owner: there is no entity {"a":"b"}; name the code of one, like EUROPOL'),
        (ASSIGN % "AIMC, supporting: AIMC", 'with.supporting: found "AIMC"; should be a list of codes, like'),
        (ASSIGN % "AIMC, supporting: [{a: b}]", 'with.supporting: there is no entity {"a":"b"}'),
        (PAPER % "[AIMC]", 'with.on_behalf_of: found ["AIMC"]; should be the code of one entity'),
        (PAPER % "NOBODY", 'with.on_behalf_of: there is no entity "NOBODY"; name the code of one'),
        (LATER * 3, "11: timeline[3].at: +P21900D is after the year 2199; name an earlier instant"),
        ("expect: [{body: [dialogue], next_cycle: 1}]\n", 'expect[0].body: there is no body ["dialogue"]; '),
        ("expect: [{silence: {a: b}, state: opened}]\n", "expect[0].silence: no step above makes "),
        (
            "expect: [{notice: silence_opend, count: 0}]\n",
            'there is no notice "silence_opend"; did you mean silence_opened?',
        ),
        ("expect: [{deadline: s1, label: null}]\n", "expect[0]: the field label is missing; say whose deadline"),
        (
            "expect: [{silence: s1, state: opened, when: [a]}]\n",
            'expect[0].when: found ["a"]; should be an instant like',
        ),
    ],
)
def test_a_value_of_another_kind_is_a_fault_and_no_surprise(tmp_path: Path, more: str, said: str) -> None:
    """Lists and mappings where a word is meant, and words that nothing is called by."""
    assert said in faults(tmp_path, FILE + more)[0]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (FILE.encode("latin-1"), "7: the file is not UTF-8; save the file as UTF-8"),
        (FILE.encode("utf-16"), "1: the file is not UTF-8; save the file as UTF-8"),
        (FILE.encode() + b"\x00", "9: there is a character that YAML does not allow"),
        (FILE.encode() + b"# x\n" * 100_000, "1: the file is larger than 256 kB; split it"),
    ],
)
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, raw: bytes, said: str) -> None:
    """Before anything of them is looked at."""
    assert said in faults(tmp_path, raw)[0]


def test_what_a_file_says_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    """Escapes and turning marks are taken out; what is meant to be read stays."""
    say("scenario.yaml:1: \x1b[31mkey\u202e: not known\nsecond line")

    assert capsys.readouterr().err == "scenario.yaml:1: [31mkey: not known\nsecond line\n"
