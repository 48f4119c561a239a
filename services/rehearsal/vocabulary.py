"""The commands a scenario may give, from the code: their words, what they go to, what they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from services.commands.arguments import Argument, nouns, overview_of
from services.domain.message import Refusal

#: How a command is called in a scenario where the code calls it otherwise.
CALLED: Final[Mapping[tuple[str, str], str]] = {("silence", "give_answer"): "answer"}
#: Arguments that may also be written otherwise, by noun and kind.
SPELT: Final[Mapping[tuple[str, str], Mapping[str, str]]] = {("register", "appoint"): {"from": "since", "to": "until"}}
#: The arguments that say where a command goes, by noun; the first is the usual one.
TARGETS: Final[Mapping[str, tuple[str, ...]]] = {
    "body": ("body",),
    "cycle": ("cycle",),
    "silence": ("silence", "procedure"),
    "action": ("action",),
}
#: Nouns whose target may be left out where there is only one it could be.
MAY_BE_LEFT_OUT: Final = frozenset({"body", "cycle", "register"})
#: What any command takes: a paper act on behalf of an entity, and a waiver with its reason.
COMMON: Final = ("on_behalf_of", "received_at", "evidence", "waive")
#: Arguments that name what an earlier step made, by the noun of it; nested ones are found by the same words.
REFERENCES: Final[Mapping[str, str]] = {
    "silence": "silence",
    "procedure": "silence",
    "action": "action",
    "joint": "action",
    "cycle": "cycle",
    "text": "text",
    "item": "item",
    "items": "item",
    "papers": "paper",
    "person": "person",
    "appointment": "appointment",
    "key": "key",
    "event": "event",
}
#: Arguments that name an entity, or several.
ENTITIES: Final = frozenset({"entity", "owner", "seat", "supporting", "guests", "to", "on_behalf_of", "lead"})
#: What a command makes, and the fact of its events that names it; any other command is called after what it acts upon.
MAKES: Final[Mapping[str, tuple[str, str]]] = {
    "open_silence": ("silence", "procedure"),
    "open_written_procedure": ("silence", "procedure"),
    "assign": ("action", "action"),
    "table_text": ("text", "text"),
    "propose_item": ("item", "item"),
    "add_paper": ("paper", "paper"),
    "schedule_series": ("cycle", "number"),
    "call_extraordinary_session": ("cycle", "number"),
    "enrol_person": ("person", "person"),
    "appoint": ("appointment", "appointment"),
    "issue_key": ("key", "key"),
}
#: The instants of what a step made that later steps may count from, with the name each has in a state.
INSTANTS: Final[Mapping[str, Mapping[str, str]]] = {
    "silence": {
        "opened": "opened_at",
        "expires": "expires_at",
        "broken_at": "broken_at",
        "adopted_at": "adopted_at",
    },
    "cycle": {"starts": "starts", "ends": "ends"},
    "action": {"opened": "opened_at", "due": "due_at"},
}
SYSTEM_NOUN: Final = "system"
#: What a step meets that nobody can hear.
API_AWAY: Final = "ApiAway"
DATABASE_AWAY: Final = "DatabaseAway"
#: What is refused before anything is decided.
OF_THE_DOOR: Final = frozenset({"Malformed", API_AWAY, DATABASE_AWAY})


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """
    A command as a scenario writes it.

    ``noun`` and ``kind`` are the code's. ``targets`` are the arguments, one of which says where it goes; ``makes`` the
    noun of what ``as`` then names.
    """

    name: str
    noun: str
    kind: str
    arguments: tuple[Argument, ...]
    purpose: str

    @property
    def targets(self) -> tuple[str, ...]:
        """Return the arguments that may name where it goes."""
        return TARGETS.get(self.noun, ())

    @property
    def makes(self) -> str:
        """Return the noun of what it makes, or else acts upon."""
        return MAKES[self.kind][0] if self.kind in MAKES else self.noun

    @property
    def taken(self) -> frozenset[str]:
        """Return every word it takes."""
        common = () if self.noun == SYSTEM_NOUN else COMMON
        spelt = SPELT.get((self.noun, self.kind), {})
        return frozenset({*(a.name for a in self.arguments), *self.targets, *common, *spelt})

    @property
    def needed(self) -> frozenset[str]:
        """Return the arguments it cannot do without, its target apart."""
        return frozenset(a.name for a in self.arguments if not a.is_free)

    def argument(self, name: str) -> Argument | None:
        """Return an argument by the word for it."""
        name = SPELT.get((self.noun, self.kind), {}).get(name, name)
        return next((a for a in self.arguments if a.name == name), None)


SYSTEM_WORDS: Final = (
    Word(
        name="fail_delivery",
        noun=SYSTEM_NOUN,
        kind="fail_delivery",
        arguments=(Argument(name="to", what="", is_free=False),),
        purpose="Let every letter to an entity fail from now on.",
    ),
    Word(
        name="deliver",
        noun=SYSTEM_NOUN,
        kind="deliver",
        arguments=(Argument(name="to", what="", is_free=False),),
        purpose="Let letters to an entity arrive again, those that wait for it at once.",
    ),
    Word(
        name="outage",
        noun=SYSTEM_NOUN,
        kind="outage",
        arguments=(
            Argument(name="of", what="api|temporal|database", is_free=False),
            Argument(name="for", what="duration", is_free=False),
        ),
        purpose="Let a part of the engine be away for so long.",
    ),
)


@lru_cache(maxsize=1)
def words() -> Mapping[str, tuple[Word, ...]]:
    """Return every command by its name; a name that several nouns know stands for each of them."""
    found: dict[str, tuple[Word, ...]] = {}
    for word in (*_of_the_code(), *SYSTEM_WORDS):
        found[word.name] = (*found.get(word.name, ()), word)
    return found


def _of_the_code() -> tuple[Word, ...]:
    return tuple(
        Word(
            name=CALLED.get((noun, command.kind), command.kind),
            noun=noun,
            kind=command.kind,
            arguments=command.arguments,
            purpose=command.purpose,
        )
        for noun in nouns()
        for command in overview_of(noun).commands
    )


@lru_cache(maxsize=1)
def refusals() -> frozenset[str]:
    """Return the name of everything a step can be refused with."""
    found, waiting = set(OF_THE_DOOR), [Refusal]
    for noun in nouns():
        overview_of(noun)
    while waiting:
        kind = waiting.pop()
        found.add(kind.__name__)
        waiting += kind.__subclasses__()
    return frozenset(found - {Refusal.__name__})


def word_for(name: str, given: frozenset[str]) -> Word | None:
    """Return the command of a name that takes what is given, or comes nearest to it; ``None`` if there is none such."""
    candidates = words().get(name, ())
    return min(candidates, key=lambda word: len(given - word.taken) + len(word.needed - given), default=None)
