"""What is told of a command: to whoever sends it, and to whoever looks it up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from services.api.showing import Answer, Facts, Instant, Read

#: Facts of events that nobody outside needs.
UNTOLD = frozenset({"secret_digest"})
#: Where things live that a fact of an event names.
PLACES: Mapping[str, str] = {"procedure": "procedures", "action": "actions", "text": "texts"}
OF_STREAMS: Mapping[str, str] = {"body": "bodies", "cycle": "cycles", "silence": "procedures", "action": "actions"}


class EventRead(Read):
    """One event a command gave: its version in the stream, its kind, and its plain facts."""

    version: int
    kind: str = Field(examples=["silence_broken"])
    facts: Facts


class RefusalRead(Read):
    """Why a command was refused; the name is that of its problem."""

    refusal: str = Field(validation_alias="reason", examples=["SilenceNotOpen"])
    sentence: str
    facts: Facts


class ReceiptRead(Read):
    """
    What one keeps of what was submitted, to prove it by.

    `digest` is the SHA-256 of the command's kind, a line feed, and what was sent as canonical JSON (RFC 8785):
    `{"arguments", "on_behalf", "waive"}`, with `edition` if the edit named one; whoever kept what was sent can make it
    again. `version` is where the decision stands in its stream, `null` while there is none. `position` is its place in
    the record of everything; it is given a moment after the decision, so that the first answer may have `null`.
    """

    digest: str
    at: Instant
    stream: str
    version: int | None
    position: int | None


class CommandRead(Answer):
    """
    What became of a command.

    Status `decided`: its events are in the record. Status `taken`: it has been taken in and counts from `received_at`,
    but the engine is away; ask again at `links.self`.
    """

    command_id: str
    kind: str
    status: str = Field(examples=["decided"])
    received_at: Instant
    stream: str
    events: tuple[EventRead, ...]
    receipt: ReceiptRead
    links: dict[str, str] = Field(description="Addresses of the command, of what it acted on, and of what it made.")


class IssuedKeyRead(CommandRead):
    """A key that was issued; `key` is told this once and never again."""

    key: str | None = Field(description="The key as its holder keeps it; `null` when this request was sent before.")


class CommandRecordRead(CommandRead):
    """A command as it stands in the record."""

    decided_at: Instant | None
    refusal: RefusalRead | None


def links_of(command_id: str, stream: str, events: tuple[Any, ...]) -> dict[str, str]:
    """Return the addresses that go with a command."""
    links = {"self": f"/v1/commands/{command_id}"}
    noun, _, rest = stream.partition("/")
    if noun in OF_STREAMS:
        links["target"] = f"/v1/{OF_STREAMS[noun]}/{rest}"
    for event in events:
        for fact, place in PLACES.items():
            if isinstance(event["facts"].get(fact), str):
                links[fact] = f"/v1/{place}/{event['facts'][fact]}"
        if noun == "body" and event["kind"] == "next_cycle_proposed":
            links["cycle"] = f"/v1/cycles/{rest}/{event['facts']['number']}"
    return links


def receipt_of(
    *, digest: str, at: datetime, stream: str, events: tuple[Any, ...], position: int | None = None
) -> dict[str, Any]:
    """Return the receipt of a command."""
    version = max((int(event["version"]) for event in events), default=None)
    return {"digest": digest, "at": at, "stream": stream, "version": version, "position": position}


def told_events(events: tuple[Any, ...]) -> tuple[dict[str, Any], ...]:
    """Return events as they are told."""
    return tuple(
        {
            "version": event["version"],
            "kind": event["kind"],
            "facts": {name: fact for name, fact in event["facts"].items() if name not in UNTOLD},
        }
        for event in events
    )
