"""How commands look to those who send them, where that differs from the dataclass a decider takes (scenarios.md 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Outside:
    """
    One command from the outside.

    ``completed`` are fields nobody sends, because the engine fills them in, each with the word it follows from;
    ``spelt`` maps the word people use to the field it stands for; ``optional`` may be left out although the decider
    always has them; ``referenced`` are sent as ``name@version`` of a policy file; ``dated`` are instants that may be
    sent as a date.
    """

    completed: Mapping[str, str] = field(default_factory=dict)
    spelt: Mapping[str, str] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    referenced: frozenset[str] = frozenset()
    dated: frozenset[str] = frozenset()

    def field_of(self, word: str) -> str:
        """Return the field a word stands for."""
        return self.spelt.get(word, word)

    def word_of(self, name: str) -> str:
        """Return the word people use for a field, or for the first part of a dotted one."""
        first, dot, rest = name.partition(".")
        words = {**self.completed, **{name: word for word, name in self.spelt.items()}}
        return words.get(first, first) + dot + rest


AS_IT_IS = Outside()
_CHANGED_TEXT = Outside(completed={"whole": "text_new"}, spelt={"text_new": "content"})
_TEXT_OF_NO_CYCLE = Outside(completed={"calendar": "period"}, spelt={"text": "content"})

#: By noun and kind; a command that is not here looks the same from both sides.
OUTSIDE: Mapping[tuple[str, str], Outside] = {
    ("cycle", "table_text"): Outside(completed={"content": "paragraphs"}),
    ("cycle", "amend"): _CHANGED_TEXT,
    ("cycle", "correct_editorially"): _CHANGED_TEXT,
    ("silence", "correct_editorially"): _CHANGED_TEXT,
    ("cycle", "add_paper"): Outside(spelt={"text": "content"}),
    ("cycle", "assign"): Outside(completed={"standing": "joint"}),
    ("cycle", "report_to"): Outside(completed={"reports_to": "body"}, spelt={"text": "content"}),
    ("cycle", "postpone"): Outside(completed={"others": "starts"}),
    ("cycle", "contribute"): Outside(spelt={"text": "content"}),
    ("body", "open_silence"): _TEXT_OF_NO_CYCLE,
    ("body", "open_written_procedure"): _TEXT_OF_NO_CYCLE,
    ("body", "schedule_series"): Outside(
        completed={"calendar": "rrule", "occurrences": "rrule", "series": "rrule"},
        optional=frozenset({"rrule", "zone", "local_start", "session"}),
        referenced=frozenset({"procedure"}),
    ),
    ("body", "amend_series"): Outside(
        completed={"calendar": "rrule", "occurrences": "rrule", "remaining": "from"},
        spelt={"from": "since"},
        optional=frozenset({"rrule", "zone", "local_start", "session", "procedure"}),
        referenced=frozenset({"procedure"}),
        dated=frozenset({"since"}),
    ),
    ("body", "call_extraordinary_session"): Outside(
        completed={"calendar": "starts"}, referenced=frozenset({"procedure"})
    ),
    ("register", "appoint"): Outside(optional=frozenset({"since"})),
    ("register", "issue_feed_key"): Outside(completed={"secret_digest": "appointment"}),
    ("register", "issue_key"): Outside(completed={"secret_digest": "appointment"}),
    ("register", "change_calendar"): Outside(completed={"starts_at": "from"}, spelt={"from": "since"}),
    ("register", "adopt_policy"): Outside(
        completed=dict.fromkeys(("kind", "version", "digest", "content", "bodies"), "policy"),
        spelt={"policy": "name"},
        referenced=frozenset({"name"}),
    ),
}


def outside_of(noun: str, kind: str) -> Outside:
    """Return how a command of a noun looks from the outside."""
    return OUTSIDE.get((noun, kind), AS_IT_IS)
