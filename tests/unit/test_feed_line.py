"""Content lines are folded and escaped so that every text comes back as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.api.feed.line import MOST_OCTETS, document, text_line

UNESCAPED = {"\\\\": "\\", "\\;": ";", "\\,": ",", "\\n": "\n"}
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=300)


def read_back(sent: bytes) -> str:
    """Return the text of one property as a calendar reads it."""
    value = sent.decode().replace("\r\n ", "").removesuffix("\r\n").partition(":")[2]
    read, rest = "", value
    while rest:
        pair = rest[:2]
        read, rest = (read + UNESCAPED[pair], rest[2:]) if pair in UNESCAPED else (read + rest[0], rest[1:])
    return read


@given(text=TEXTS)
def test_every_text_comes_back(text: str) -> None:
    """Folding and escaping lose nothing, whatever the script."""
    assert read_back(document([text_line("SUMMARY", text)])) == text


@given(text=TEXTS)
def test_no_line_is_too_long_and_no_character_is_cut(text: str) -> None:
    """Each part of a folded line is at most 75 octets of whole characters."""
    for part in document([text_line("SUMMARY", text)]).split(b"\r\n"):
        assert len(part) <= MOST_OCTETS
        part.decode()


def test_a_text_cannot_begin_a_line_of_its_own() -> None:
    """Line breaks and control characters of a text end no property."""
    sent = document([text_line("SUMMARY", "Lyon\r\nBEGIN:VALARM\rX\x00\x1b:Y")])

    assert sent == b"SUMMARY:Lyon\\nBEGIN:VALARM\\nX:Y\r\n"
