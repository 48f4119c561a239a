"""Strict YAML: what is read, and the sentence for what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.policies.fault import PolicyError
from services.policies.strict_yaml import MAX_BYTES, key_of, parse_yaml, read_yaml


def refusal(text: str) -> str:
    """Return the sentence with which a text is refused."""
    with pytest.raises(PolicyError) as caught:
        parse_yaml(text, "p.yaml")
    return str(caught.value)


def test_only_null_booleans_and_numbers_are_more_than_text() -> None:
    """The traps of YAML 1.1 are text: NO, on, clock times, dates, octals, underscores, merge keys."""
    text = """
    words: [NO, no, on, Off, yes, True, NULL, 17:00, 12:30:45, 2026-03-02, 0o17, 017, 0x1F, 1_000, <<, =, "1", 'true']
    values: [null, ~, true, false, 0, -7, 1.5, -2e3]
    nothing:
    """
    value = parse_yaml(text, "p.yaml").value

    assert value["words"] == (
        "NO no on Off yes True NULL 17:00 12:30:45 2026-03-02 0o17 017 0x1F 1_000 << = 1 true".split()  # noqa: SIM905
    )
    assert value["values"] == [None, None, True, False, 0, -7, 1.5, -2000.0]
    assert value["nothing"] is None


def test_every_key_and_item_knows_its_line() -> None:
    """Faults found later can point to the line."""
    document = parse_yaml("a:\n  - b: 1\n  - c: {d: 2}\n", "p.yaml")

    assert dict(document.lines) == {
        (): 1, ("a",): 1, ("a", 0): 2, ("a", 0, "b"): 2, ("a", 1): 3, ("a", 1, "c"): 3, ("a", 1, "c", "d"): 3
    }  # fmt: skip
    assert str(document.error(("a", 1, "x"), "is missing", "add it")) == "p.yaml:3: a[1].x: is missing; add it"
    assert key_of(()) == ""


def test_a_key_that_stands_twice_is_refused() -> None:
    """The second of two equal keys would silently win."""
    assert refusal("a:\n  b: 1\n  c: 2\n  b: 3\n") == (
        "p.yaml:4: a.b: the key stands twice, first on line 2; keep one of the two"
    )


def test_a_tab_is_refused() -> None:
    """A tab looks like spaces and is none."""
    assert refusal("a: 1\nb:\t2\n") == "p.yaml:2: there is a tab; write spaces"


def test_an_alias_bomb_is_refused_at_its_first_anchor() -> None:
    """Nothing refers to anything else, so nothing can multiply."""
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"

    sentence = "anchors and aliases are not read; write the value out where it is needed"
    assert refusal(bomb) == f"p.yaml:1: {sentence}"
    assert refusal("a: 1\nb: *a\n") == f"p.yaml:2: {sentence}"


def test_a_tag_is_refused() -> None:
    """Nobody makes objects, or forces a type, from a policy file."""
    assert refusal("a: !!python/object:os.system x\n") == (
        "p.yaml:1: the tag tag:yaml.org,2002:python/object:os.system is not read; "
        "leave it out; quote the value if it is text"
    )


@pytest.mark.parametrize("key", ["1", "true", "null", "2.5"])
def test_a_key_that_is_no_text_is_refused(key: str) -> None:
    """JSON has no other keys."""
    assert refusal(f"a:\n  {key}: x\n") == f"p.yaml:2: a: the key {key} is not text; write a word, or quote it"


def test_a_key_that_is_a_list_is_refused() -> None:
    """JSON has no such keys."""
    assert refusal("? [a, b]\n: x\n") == "p.yaml:1: the key a list or mapping is not text; write a word, or quote it"


@pytest.mark.parametrize("number", [".nan", "-.inf", "1e999", "9007199254740993", "9" * 400])
def test_a_number_that_cannot_be_kept_is_refused(number: str) -> None:
    """Not a number, infinities, and integers that JSON readers would round."""
    assert refusal(f"a: 1\nb: {number}\n") == (
        f"p.yaml:2: b: {number} is no number that can be kept; write a finite one"
    )


def test_deep_nesting_is_refused() -> None:
    """No policy is deeper than twenty levels, and no reader may be sent deeper."""
    assert refusal("a: " + "[" * 10000) == "p.yaml:1: this is nested deeper than 20 levels; nest less"


def test_broken_yaml_names_the_line() -> None:
    """What the YAML reader says is passed on, with the line."""
    assert refusal("a: 1\nb: [1,\n") == (
        "p.yaml:3: while parsing a flow node expected the node content, but found '<stream end>'; "
        "correct the YAML there"
    )


def test_a_second_document_an_empty_file_and_a_control_character_are_refused() -> None:
    """One file says one thing, and says something."""
    assert "expected a single document in the stream" in refusal("a: 1\n---\nb: 2\n")
    assert refusal("# nothing\n") == "p.yaml:1: the file is empty; write its keys"
    assert refusal("a: 1\nb: \x00\n").startswith("p.yaml:2: there is a character that YAML does not allow (")


def test_a_file_is_read_as_utf_8_and_bounded(tmp_path: Path) -> None:
    """A file that is missing, too large, or not UTF-8 is refused by name; a byte order mark is not minded."""
    path = tmp_path / "p.yaml"
    with pytest.raises(PolicyError, match=r"p\.yaml:1: the file cannot be read \(No such file or directory\); give"):
        read_yaml(path)

    path.write_bytes(b"a: " + b"x" * MAX_BYTES)
    with pytest.raises(PolicyError, match=r"p\.yaml:1: the file is larger than 256 kB; split it"):
        read_yaml(path)

    path.write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(PolicyError, match=r"p\.yaml:2: the file is not UTF-8; save the file as UTF-8"):
        read_yaml(path)

    path.write_text("\ufeffa: é\n", encoding="utf-8")
    assert read_yaml(path).value == {"a": "é"}
