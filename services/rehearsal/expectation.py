"""What can be expected, object by object: which fields each has, and what may stand in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.domain.action.state import ActionState
from services.domain.cycle.records import InvitationAnswer, MeetingMode, Presence
from services.domain.cycle.state import CycleState
from services.domain.cycle.text import TextState
from services.domain.membership import ParticipationStatus
from services.domain.silence.state import ProcedureState


class Value(StrEnum):
    """What may stand in a field; ``null`` may stand in any, for what is not there."""

    INSTANT = "instant"
    INSTANTS = "[instant]"
    NUMBER = "number"
    NUMBERS = "[number]"
    FLAG = "true|false"
    WORD = "word"
    WORDS = "[word]"
    ENTITY = "entity"
    ENTITIES = "[entity]"
    NAME = "name of what a step made"


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectable:
    """
    One kind of object.

    ``subject`` is the noun of the alias that says which one it is, or a kind of value. ``fields`` are what may be said
    of it; a tuple is a closed list of words. ``telling`` are fields that help to find it, and have to be given.
    """

    subject: str
    purpose: str
    fields: Mapping[str, Value | tuple[str, ...]]
    telling: tuple[str, ...] = ()


OBJECTS: Final[Mapping[str, Expectable]] = {
    "cycle": Expectable(
        subject="cycle",
        purpose="A meeting cycle; was are the starts it had before it was postponed, oldest first.",
        fields={
            "state": tuple(CycleState),
            "number": Value.NUMBER,
            "starts": Value.INSTANT,
            "ends": Value.INSTANT,
            "mode": tuple(MeetingMode),
            "convened_at": Value.INSTANT,
            "closed_at": Value.INSTANT,
            "was": Value.INSTANTS,
        },
    ),
    "response": Expectable(
        subject="cycle",
        purpose=(
            "An entity's answer to the convening notice of a cycle, and how it takes part; credentials counts the "
            "persons it named."
        ),
        fields={
            "entity": Value.ENTITY,
            "answer": tuple(InvitationAnswer),
            "presence": tuple(Presence),
            "credentials": Value.NUMBER,
        },
        telling=("entity",),
    ),
    "quorum": Expectable(
        subject="cycle",
        purpose="Whether enough members are present in a cycle's session.",
        fields={"met": Value.FLAG, "present": Value.NUMBER, "required": Value.NUMBER, "members": Value.NUMBER},
    ),
    "deadline": Expectable(
        subject="deadline",
        purpose=(
            "A dated duty of a cycle, a silence or an action; due is null once it no longer stands. would_be is where "
            "the calendars as known now would put it, says are words of its reason; plan 1 is what stood before the "
            "first postponement, without plan what stands."
        ),
        fields={
            "label": Value.WORD,
            "entity": Value.ENTITY,
            "due": Value.INSTANT,
            "met": Value.INSTANT,
            "would_be": Value.INSTANT,
            "short_notice": Value.FLAG,
            "says": Value.WORDS,
            "plan": Value.NUMBER,
        },
        telling=("label",),
    ),
    "moment": Expectable(
        subject="action",
        purpose=(
            "A reminder or rung of an action, by its label: reminder 1, rung 3. planned is when it was to go, at when "
            "it goes or went, which is later if it was held."
        ),
        fields={
            "label": Value.WORD,
            "at": Value.INSTANT,
            "planned": Value.INSTANT,
            "would_be": Value.INSTANT,
            "to": Value.WORD,
            "gone": Value.FLAG,
        },
        telling=("label",),
    ),
    "wait": Expectable(
        subject="any",
        purpose="What somebody is waited for, in what a step made; count counts who is waited for so.",
        fields={
            "what": Value.WORD,
            "entity": Value.ENTITY,
            "role": Value.WORD,
            "since": Value.INSTANT,
            "until": Value.INSTANT,
            "count": Value.NUMBER,
        },
        telling=("what",),
    ),
    "contribution": Expectable(
        subject="cycle",
        purpose="What an entity contributed to a cycle, and who sees it.",
        fields={"entity": Value.ENTITY, "visible_to": Value.ENTITIES},
        telling=("entity",),
    ),
    "silence": Expectable(
        subject="silence",
        purpose="A silence or written procedure; supersedes names the one whose text it redrafts.",
        fields={
            "state": tuple(ProcedureState),
            "expires": Value.INSTANT,
            "extended": Value.NUMBER,
            "rounds": Value.NUMBER,
            "broken_at": Value.INSTANT,
            "broken_by": Value.ENTITY,
            "adopted_at": Value.INSTANT,
            "further": Value.ENTITIES,
            "late": Value.ENTITIES,
            "comments": Value.ENTITIES,
            "waiting_for": Value.ENTITIES,
            "electorate": Value.ENTITIES,
            "waived": Value.FLAG,
            "supersedes": Value.NAME,
        },
    ),
    "text": Expectable(
        subject="text",
        purpose="A text of a cycle.",
        fields={
            "state": tuple(TextState),
            "version": Value.NUMBER,
            "footnotes": Value.WORDS,
            "dissociated": Value.ENTITIES,
        },
    ),
    "action": Expectable(
        subject="action",
        purpose="An action item.",
        fields={
            "state": tuple(ActionState),
            "owner": Value.ENTITY,
            "due": Value.INSTANT,
            "overdue": Value.FLAG,
            "needs_new_owner": Value.FLAG,
            "reminded": Value.NUMBER,
            "rungs": Value.NUMBERS,
            "carried_to": Value.WORD,
            "conflicting": Value.NUMBER,
            "bodies": Value.WORDS,
        },
    ),
    "clash": Expectable(
        subject="word",
        purpose="A person named for sessions that overlap.",
        fields={"cycles": Value.WORDS},
    ),
    "notice": Expectable(
        subject="notice",
        purpose="Letters of a kind; count counts the entities told, once each per cause; says are words in their text.",
        fields={
            "to": Value.ENTITY,
            "role": Value.WORD,
            "says": Value.WORDS,
            "at": Value.INSTANT,
            "count": Value.NUMBER,
            "state": ("queued", "delivered", "failed"),
        },
    ),
    "rights": Expectable(
        subject="entity",
        purpose="What an entity is in the Dialogue at an instant, or at the end.",
        fields={"at": Value.INSTANT, "status": tuple(ParticipationStatus)},
    ),
    "body": Expectable(
        subject="body",
        purpose="A standing body; skipped are the starts of regular sessions that are not held.",
        fields={"next_cycle": Value.NUMBER, "live_cycles": Value.NUMBERS, "skipped": Value.INSTANTS},
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """Who and what a scenario can name: entities and bodies."""

    entities: frozenset[str]
    bodies: frozenset[str]


def wrong_value(kind: Value | tuple[str, ...], value: object, named: Named) -> str | None:
    """Say what should stand in a field if a value may not; instants are read elsewhere."""
    if value is None:
        return None
    if isinstance(kind, tuple):
        return None if value in kind else f"should be one of {', '.join(kind)}"
    is_right, rule = _RULES[kind]
    return None if is_right(value, named) else rule


def _is_number(value: object, _named: Named) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_entity(value: object, named: Named) -> bool:
    return isinstance(value, str) and value in named.entities


_RULES: Final[Mapping[Value, tuple[Callable[[object, Named], bool], str]]] = {
    Value.INSTANT: (lambda value, _named: isinstance(value, str), "should be an instant"),
    Value.INSTANTS: (
        lambda value, _named: isinstance(value, list) and all(isinstance(v, str) for v in value),
        "should be a list of instants",
    ),
    Value.NAME: (lambda value, _named: isinstance(value, str), "should be the name of what a step made"),
    Value.NUMBER: (_is_number, "should be a whole number"),
    Value.NUMBERS: (
        lambda value, named: isinstance(value, list) and all(_is_number(v, named) for v in value),
        "should be a list of whole numbers, like [1, 2]",
    ),
    Value.FLAG: (lambda value, _named: isinstance(value, bool), "should be true or false"),
    Value.WORD: (lambda value, _named: isinstance(value, str), "should be a word"),
    Value.WORDS: (
        lambda value, _named: isinstance(value, list) and all(isinstance(v, str) for v in value),
        "should be a list of words, like [a, b]",
    ),
    Value.ENTITY: (_is_entity, "should be the code of an entity, like EUROPOL"),
    Value.ENTITIES: (
        lambda value, named: isinstance(value, list) and all(_is_entity(v, named) for v in value),
        "should be a list of codes of entities, like [AIMC, SCO]",
    ),
}
