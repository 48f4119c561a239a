"""Who reads a letter: each person once, whatever offices bring it to them."""

from __future__ import annotations

from typing import Any

from services.storage.addressing import Recipient
from services.workflows.papers import facts_for, once_each


def written_to(*persons: str) -> list[tuple[Recipient, Any]]:
    """Return papers for persons; what is on them is not looked at."""
    return [(Recipient(person=person, role="chair", name=None, address=None), None) for person in persons]


def chair_of(body: str, entity: str = "INTERPOL") -> dict[str, Any]:
    """Return the chair of a body as an addressee."""
    return {"entity": entity, "role": "chair", "body": body}


def test_one_chair_of_two_bodies_is_written_to_once() -> None:
    """A joint action that is late concerns both bodies; the letter is the same."""
    to = [chair_of("wg-sc"), chair_of("wg-fa")]

    assert [each["body"] for each, _ in once_each(to, [written_to("p-1"), written_to("p-1")])] == ["wg-sc"]


def test_two_chairs_are_two_readers() -> None:
    """Of one entity or of two; and where nobody holds the office that is said once."""
    to = [chair_of("wg-sc"), chair_of("wg-fa"), chair_of("wg-fa", "AIMC")]

    assert len(once_each(to, [written_to("p-1"), written_to("p-2"), written_to("p-3")])) == 3
    assert len(once_each(to[:2], [[], []])) == 1


def test_a_reader_sees_its_own_of_what_differs() -> None:
    """And what does not differ as it is; who has none of its own is told nothing of it."""
    facts = {"starts": "2027-10-20T07:00:00Z", "credentials": {"own": {"AIMC": "2027-09-29T16:00:00Z"}}}

    assert facts_for("AIMC", facts) == {"starts": "2027-10-20T07:00:00Z", "credentials": "2027-09-29T16:00:00Z"}
    assert facts_for("ECO", facts) == {"starts": "2027-10-20T07:00:00Z"}
