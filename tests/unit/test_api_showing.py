"""What answers show: instants twice, references as words, cursors that nobody reads or makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.cursor import Cursors
from services.api.showing import Answer, Duration, Instant, Page, Read, Showing, Words, instants_of, parts_of
from services.commands.wording import paragraphs_of, whole_text
from services.domain.message import Content
from services.wire.message import Malformed

AT = datetime(2026, 3, 27, 14, tzinfo=UTC)
TEXT = Content(address="a1", commitment="c", size=5)
DUBAI = ZoneInfo("Asia/Dubai")


@dataclass(frozen=True, slots=True)
class Held:
    """Something of the domain."""

    at: datetime | None
    reason: Content | None
    by: timedelta = timedelta(hours=72)
    zone: str = "Europe/Paris"


class HeldRead(Read):
    """It, as told."""

    at: Instant | None
    reason: Words
    by: Duration


class WholeRead(HeldRead, Answer):
    """It, as a whole answer."""


def test_an_instant_stands_in_utc_and_in_the_viewers_zone() -> None:
    """The answer names the zone, whatever zone the thing itself has."""
    told = WholeRead.model_validate(Held(at=AT, reason=None), context=Showing(DUBAI)).model_dump(mode="json")
    assert told == {
        "zone": "Asia/Dubai",
        "at": "2026-03-27T14:00:00Z",
        "at_local": "2026-03-27T18:00:00+04:00",
        "reason": None,
        "by": "P3D",
    }


def test_no_instant_is_told_as_none_twice() -> None:
    """So that a reader always finds both."""
    told = HeldRead.model_validate(Held(at=None, reason=None), context=Showing(DUBAI)).model_dump(mode="json")
    assert (told["at"], told["at_local"]) == (None, None)
    assert instants_of(WholeRead) == {"at"}


def test_references_gather_first_and_are_words_then() -> None:
    """An erased one is told as nothing."""
    gathering = Showing(DUBAI)
    page = {"items": [Held(at=AT, reason=TEXT), Held(at=AT, reason=None)]}
    Page[HeldRead].model_validate(page, context=gathering)
    assert gathering.wanted == [TEXT]
    for opened, words in ((b"vu", "vu"), (None, None)):
        shown = Page[HeldRead].model_validate(page, context=Showing(DUBAI, {"a1": opened}))
        assert shown.items[0].reason == words


def test_an_answer_is_made_for_somebody() -> None:
    """Without a zone nothing is told."""
    with pytest.raises(TypeError, match="for somebody"):
        HeldRead.model_validate(Held(at=AT, reason=None))


def test_the_contract_describes_the_local_instants() -> None:
    """Each beside its own, and all of them always there."""
    schema = WholeRead.model_json_schema(mode="serialization")
    assert schema["required"] == ["zone", "at", "at_local", "reason", "by"]
    assert schema["properties"]["at_local"]["anyOf"][0]["format"] == "date-time"


def test_fields_are_taken_and_more_beside_or_instead() -> None:
    """By name."""
    assert parts_of(Held(at=AT, reason=TEXT), by=1, more=2) == {
        "at": AT,
        "reason": TEXT,
        "by": 1,
        "zone": "Europe/Paris",
        "more": 2,
    }


def test_a_cursor_comes_back_as_it_went() -> None:
    """For the same list with the same filters."""
    cursors = Cursors(bytes(32))
    place = (AT, "cycle/dialogue/9", 3)
    cursor = cursors.write("/v1/cycles", {"body": "dialogue"}, place)
    assert cursors.read("/v1/cycles", {"body": "dialogue"}, cursor) == place
    assert cursor != cursors.write("/v1/cycles", {"body": "dialogue"}, place)


@pytest.mark.parametrize(
    ("listed", "filters"),
    [("/v1/actions", {"body": "dialogue"}), ("/v1/cycles", {}), ("/v1/cycles", {"body": "wg-sc"})],
)
def test_a_cursor_is_good_for_its_own_list_alone(listed: str, filters: dict[str, str]) -> None:
    """Another list or another filter does not take it."""
    cursor = Cursors(bytes(32)).write("/v1/cycles", {"body": "dialogue"}, (AT,))
    with pytest.raises(Malformed, match="was not given for this list"):
        Cursors(bytes(32)).read(listed, filters, cursor)


@given(st.text(alphabet="abcABC012-_", max_size=80))
def test_no_cursor_is_made_elsewhere(cursor: str) -> None:
    """Whatever is sent instead is refused, and never an error."""
    with pytest.raises(Malformed):
        Cursors(bytes(32)).read("/v1/cycles", {}, cursor)


@given(
    st.dictionaries(
        st.from_regex(r"[0-9A-Za-z(][0-9A-Za-z.()-]{0,6}", fullmatch=True),
        st.text().map(lambda text: " ".join(text.split())).filter(bool),
        min_size=1,
    )
)
def test_paragraphs_come_back_from_the_canonical_text(paragraphs: dict[str, str]) -> None:
    """In their order; so the hash is over what is read."""
    read = paragraphs_of(whole_text(paragraphs))
    assert list(read.items()) == list(paragraphs.items())


@pytest.mark.parametrize("text", ["", "No number", "1. One\n\ntwo", "1. One\n\n1. Again", "1.One"])
def test_a_text_that_is_not_numbered_has_no_paragraphs(text: str) -> None:
    """Nothing is guessed."""
    assert paragraphs_of(text) == {}
