"""Edits of what several people edit: on what an edit builds (ETag, If-Match), and what was changed since, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header
from sqlalchemy.ext.asyncio import AsyncConnection

from services.api.refused import Refused
from services.domain.message import spoken
from services.storage import ledger
from services.wire.message import Fault, Malformed
from services.wire.moment import write_instant

ANY = "*"
_TAG = re.compile(r'"([0-9]{1,9})-([0-9a-f]{1,16})"')
#: How many changes are told of.
MOST = 20

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=100,
        description="The `ETag` of what is edited, as you read it: then nobody's change in between is written over. "
        "`*` edits whatever stands.",
    ),
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Edited:
    """
    A thing that several people edit.

    ``read_at`` is the address whose answer has its ETag. ``kinds`` are the events that change it, each in words that
    facts of the event are put into; ``numbered`` names the fact that numbers its editions, and ``named`` the one that
    tells which of several things of its stream it is.
    """

    read_at: str
    kinds: Mapping[str, str]
    numbered: str = ""
    named: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """What an edit builds on: the edition, and the last change of it that was in the record."""

    edition: str = ""
    after: int = 0


TEXT = Edited(
    read_at="/v1/texts/{id}",
    kinds={
        "text_amended": "amended paragraph {paragraph}",
        "editorial_correction_made": "corrected paragraph {paragraph}",
        "editorial_correction_refused": "had the correction in version {version} undone",
        "text_corrected": "corrected paragraph {paragraph}",
    },
    numbered="version",
    named="text",
)
AGENDA = Edited(
    read_at="/v1/cycles/{body}/{number}/items",
    kinds={
        "item_proposed": "proposed an item",
        "item_taken": "put a report on it",
        "agenda_annotated": "annotated it",
        "agenda_adopted": "had it adopted",
    },
)
SERIES = Edited(
    read_at="/v1/bodies/{body}",
    kinds={
        "series_scheduled": "scheduled a series",
        "series_amended": "amended a series",
        "series_ended": "ended a series",
        "series_paused": "paused a series",
        "series_resumed": "resumed a series",
        "cycle_skipped": "skipped a session",
    },
)
CALENDAR = Edited(
    read_at="/v1/calendars/{code}",
    kinds={"calendar_changed": "gave it another calendar"},
    named="delegation",
)
POLICIES = Edited(read_at="/v1/policies", kinds={"policy_adopted": "adopted {name}@{version}"})
ACTION = Edited(
    read_at="/v1/actions/{id}",
    kinds={
        "due_changed": "changed the due date",
        "action_reassigned": "gave it to another owner",
        "progress_reported": "reported progress",
        "action_completed": "completed it",
        "action_confirmed": "confirmed it",
        "action_reopened": "reopened it",
        "action_dropped": "dropped it",
        "action_superseded": "had another take its place",
        "jointly_adopted": "adopted it too",
        "adoptions_reconciled": "reconciled its due dates",
    },
)


#: Events whose number is that of the edition they undo.
UNDOING = frozenset({"editorial_correction_refused"})


async def etag_of(connection: AsyncConnection, stream: str, edited: Edited, edition: str) -> str:
    """Return the ETag of a thing: its edition, and the last change of it; nothing else that happens changes it."""
    after = 0 if edited.numbered else await ledger.last_of_kinds(connection, stream, tuple(edited.kinds))
    return f'"{after}-{edition}"'


def match_of(header: str | None) -> Match:
    """
    Return what an edit builds on, by its If-Match; an empty edition where it does not matter.

    Raises:
        Malformed: it is no ETag that was given here.
    """
    if header is None or header.strip() == ANY:
        return Match()
    tag = _TAG.fullmatch(header.strip())
    if tag is None:
        rule = "is no ETag given here; send that of what you edit as it was told, with its quotes, or *"
        raise Malformed("If-Match", (Fault(field="If-Match", rule=rule),))
    return Match(edition=tag[2], after=int(tag[1]))


def match_needed(edited: Edited, places: Mapping[str, Any]) -> Refused:
    """Say that an edit has to say on what it builds, and where that is read."""
    read_at = edited.read_at.format_map({**dict.fromkeys(("id", "body", "number", "code"), "…"), **places})
    sentence = f"Several people edit this: read {read_at} and send its ETag as If-Match; * edits whatever stands."
    return Refused("MatchNeeded", sentence, {"read_at": read_at})


async def changed_since(
    connection: AsyncConnection, stream: str, edited: Edited, match: Match, refused: Refused, which: str
) -> Refused:
    """Return a stale edit's refusal with what was changed since, by whom and when; ``which`` is the thing's id."""
    entries = await ledger.of_kinds(connection, stream, tuple(edited.kinds), after=match.after)
    later = [each for each in entries if _is_later(each, edited, match, which)][-MOST:]
    said = "; ".join(f"{each.actor['entity']} {_words(each, edited)} at {spoken(each.at)}" for each in later)
    sentence = f"{refused.sentence} Since then: {said}." if said else refused.sentence
    facts = {**refused.facts, "changes": [_told(each, edited) for each in later]}
    return Refused(refused.name, sentence, facts, refused.command_id)


def _is_later(entry: ledger.LedgerEntry, edited: Edited, match: Match, which: str) -> bool:
    if edited.named and entry.data.get(edited.named, which) != which:
        return False
    if not edited.numbered:
        return True
    number = int(entry.data[edited.numbered])
    return number > int(match.edition) or (entry.kind in UNDOING and number == int(match.edition))


def _told(entry: ledger.LedgerEntry, edited: Edited) -> dict[str, Any]:
    return {"at": write_instant(entry.at), "entity": entry.actor["entity"], "what": _words(entry, edited)}


def _words(entry: ledger.LedgerEntry, edited: Edited) -> str:
    return edited.kinds[entry.kind].format_map(entry.data)
