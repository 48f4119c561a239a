"""What can go wrong between a caller and the Dialogue: refused, not answered in time, or not reached."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class DialogueError(Exception):
    """Base of what the client raises; the message is one sentence for people."""


class Refused(DialogueError):
    """
    The Dialogue refused: ``reason`` names why, ``sentence`` says it, ``facts`` are its plain values.

    ``status`` is the HTTP status; ``command_id`` is set where a command was taken in before it was refused.
    """

    def __init__(
        self,
        *,
        reason: str,
        sentence: str,
        facts: Mapping[str, Any],
        status: int,
        command_id: str | None = None,
    ) -> None:
        super().__init__(f"{reason}: {sentence}")
        self.reason = reason
        self.sentence = sentence
        self.facts = facts
        self.status = status
        self.command_id = command_id


class Undecided(DialogueError):
    """The command is taken in and counts from then, but was not decided in time; ask again at ``location``."""

    def __init__(self, command_id: str, location: str) -> None:
        super().__init__(f"command {command_id} is taken in but not decided yet; see {location}")
        self.command_id = command_id
        self.location = location


class Unreachable(DialogueError):
    """The API did not answer, however often it was asked; for a command, it is not known whether it was taken in."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(f"the API at {url} does not answer ({why})")
        self.url = url
        self.why = why


class Unreadable(DialogueError):
    """The API answers in a form that this client does not know; ``what`` names the part."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the API tells {what} otherwise than this client reads it; use client and API of one release")
        self.what = what
