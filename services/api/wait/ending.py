"""Which calls end a wait or meet a deadline: addresses of the API, from the tables its command routes are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from services.api.action.router import PLACES as OF_ACTIONS
from services.api.action.router import REPLACING as REPLACING_IN_ACTIONS
from services.api.body.router import PLACES as OF_BODIES
from services.api.body.router import REPLACING as REPLACING_IN_BODIES
from services.api.cycle.commands import PLACES as OF_CYCLES
from services.api.cycle.commands import REPLACING as REPLACING_IN_CYCLES
from services.api.editing import ACTION, AGENDA, SERIES, Edited
from services.api.procedure.router import PLACES as OF_PROCEDURES
from services.api.text.router import PLACES as OF_TEXTS
from services.commands.arguments import overview_of
from services.domain.message import Command, command_kind
from services.storage.rows import DeadlineRow, WaitRow

PREFIX = "/v1"
#: What stands in an address for the id of a text that is not known.
UNKNOWN_TEXT = "ID-OF-THE-TEXT"
#: The commands that end a wait which is not itself named by one, by noun; none where only the engine can end it.
ENDINGS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("body", "extend_occurrences"): (),
    ("cycle", "settle_text"): ("adopt_text", "open_silence", "open_written_procedure", "withdraw_text"),
    ("silence", "delivery"): ("acknowledge", "serve_by_hand"),
    ("silence", "silence"): ("object", "comment", "ask_for_time"),
    ("silence", "answer"): ("give_answer",),
    ("silence", "more_time"): ("extend_silence", "decline_time"),
    ("silence", "reopen_redraft_or_meeting"): ("reopen_silence", "send_to_meeting", "withdraw_silence"),
    ("action", "completion"): ("complete",),
    ("action", "confirmation"): ("confirm", "reopen"),
    ("action", "new_owner"): ("reassign",),
    ("action", "reconciliation"): ("change_due",),
}
#: The commands that meet a deadline, by noun and label.
MEETINGS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("cycle", "convening"): ("convene",),
    ("cycle", "provisional_agenda"): ("publish_agenda",),
    ("cycle", "annotated_agenda"): ("annotate_agenda",),
    ("cycle", "credentials"): ("register_credentials",),
    ("cycle", "contributions"): ("contribute",),
    ("silence", "silence_expiry"): ("object", "comment", "ask_for_time"),
    ("silence", "written_procedure"): ("give_answer",),
    ("action", "action"): ("complete",),
}
#: What has to say on what it builds, by noun and kind, with what several people edit by it.
MATCHED: Mapping[tuple[str, str], Edited] = {
    (noun, command_kind(command)): edited
    for noun, edited, commands in (
        ("body", SERIES, REPLACING_IN_BODIES),
        ("cycle", AGENDA, REPLACING_IN_CYCLES),
        ("action", ACTION, REPLACING_IN_ACTIONS),
    )
    for command in commands
}


def calls_meeting(deadline: DeadlineRow) -> tuple[dict[str, Any], ...]:
    """Return the calls that meet a deadline, or for a silence those that are possible until then."""
    noun, _, rest = deadline.stream.partition("/")
    kinds = MEETINGS.get((noun, deadline.label), ())
    return tuple(_call(noun, rest, kind) for kind in kinds)


def calls_ending(wait: WaitRow, *, text: str = UNKNOWN_TEXT) -> tuple[dict[str, Any], ...]:
    """Return the calls that end a wait, the usual one first; ``text`` is the id of the text it is about."""
    noun, _, rest = wait.stream.partition("/")
    return tuple(_call(noun, rest, kind, text=text) for kind in _kinds_ending(noun, wait.what))


def names_text(wait: WaitRow) -> bool:
    """Tell whether a call that ends a wait has the id of a text in its address."""
    noun = wait.stream.partition("/")[0]
    return any("{text}" in _addresses()[noun, kind][1] for kind in _kinds_ending(noun, wait.what))


def _kinds_ending(noun: str, what: str) -> tuple[str, ...]:
    return tuple(kind for kind in ENDINGS.get((noun, what), (what,)) if (noun, kind) in _addresses())


def _call(noun: str, rest: str, kind: str, *, text: str = UNKNOWN_TEXT) -> dict[str, Any]:
    method, address = _addresses()[noun, kind]
    return {
        "method": method,
        "path": PREFIX + address.replace("{stream}", rest).replace("{text}", text),
        "command": "" if method == "GET" else kind,
        "arguments": _arguments(noun).get(kind, ()),
        "if_match": _read_at(noun, rest, kind),
    }


def _read_at(noun: str, rest: str, kind: str) -> str | None:
    """Return where the ETag is read that a call is sent with; ``None`` where it is sent without."""
    edited = MATCHED.get((noun, kind))
    if edited is None:
        return None
    return re.sub(r"{body}/{number}|{body}|{id}", rest, edited.read_at)


@lru_cache(maxsize=1)
def _addresses() -> Mapping[tuple[str, str], tuple[str, str]]:
    """Return method and address of each command, by noun and kind; ``{stream}`` stands for what names the stream."""
    found = {("silence", "acknowledge"): ("GET", "/procedures/{stream}")}
    # a text's own routes take what a cycle decides about it
    for noun, prefix, places in (
        ("body", "/bodies/{stream}", OF_BODIES),
        ("cycle", "/texts/{text}", OF_TEXTS),
        ("cycle", "/cycles/{stream}", OF_CYCLES),
        ("silence", "/procedures/{stream}", OF_PROCEDURES),
        ("action", "/actions/{stream}", OF_ACTIONS),
    ):
        found |= _placed(noun, prefix, places)
    return found


def _placed(noun: str, prefix: str, places: Mapping[str, type[Command]]) -> dict[tuple[str, str], tuple[str, str]]:
    return {(noun, command_kind(command)): ("POST", f"{prefix}/{place}") for place, command in places.items()}


@lru_cache(maxsize=8)
def _arguments(noun: str) -> Mapping[str, tuple[str, ...]]:
    """Return what each command of a noun is sent with; the text it may be about stands in the address."""
    return {
        command.kind: tuple(str(each) for each in command.arguments if (each.name, each.what) != ("text", ""))
        for command in overview_of(noun).commands
    }
