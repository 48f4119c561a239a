"""What is known of one kind of problem, in the languages problems are told in."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

LANGUAGES = ("en", "fr")


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of problem: its status and, by language, its title, what it means and what to do about it."""

    status: HTTPStatus
    titles: dict[str, str]
    meanings: dict[str, str]
    remedies: dict[str, str]


def kind(status: HTTPStatus, titles: tuple[str, str], meanings: tuple[str, str], remedies: tuple[str, str]) -> Kind:
    """Return a kind of problem; each text in English, then in French."""
    return Kind(
        status=status,
        titles=dict(zip(LANGUAGES, titles, strict=True)),
        meanings=dict(zip(LANGUAGES, meanings, strict=True)),
        remedies=dict(zip(LANGUAGES, remedies, strict=True)),
    )
