"""
Completes what people send to what a decider needs: whole texts, procedures, calendar tables, occurrences, secrets.

Nothing is decided here; what cannot be completed is left for the decider to refuse, or is malformed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from services.commands.fill import Seal, fill
from services.commands.principal import make_secret
from services.domain.calendar import CalendarTable
from services.domain.catalogue import decider_of
from services.domain.cycle.state import Cycle
from services.domain.message import Command, Content, command_kind
from services.domain.procedure import Cadence, Period, PeriodKind
from services.domain.register.state import Register
from services.policies.cadence import check_cadence, occurrences
from services.policies.calendar import LONGEST, calendar_table
from services.policies.fault import CalendarError, PolicyError
from services.policies.procedure import load_procedure
from services.storage.vault import Sealed, Vault
from services.wire.message import Fault, Malformed, UnknownKind, to_json
from services.wire.moment import read_duration, read_instant

#: How many sessions ahead a series is reckoned; the body asks for more before they run out.
AHEAD = 24
#: How far a pinned calendar table reaches before now and beyond the last session.
BEHIND = timedelta(days=400)
BEYOND = timedelta(days=800)
MAX_PARAGRAPHS = 400
#: Fields that are put before everybody as they stand, and so show their plain hash.
SHOWN = frozenset({"content", "whole"})
#: Where the words of scenarios.md differ from the field that holds them.
SPELT = {
    "amend": {"text_new": "content"},
    "correct_editorially": {"text_new": "content"},
    "add_paper": {"text": "content"},
    "contribute": {"text": "content"},
    "adopt_policy": {"policy": "name"},
}
Read = Callable[[Content], str]


@dataclass(kw_only=True)
class Prepared:
    """A command ready to be taken in: its JSON form, the contents to store with it, and a secret to hand back once."""

    kind: str
    command: dict[str, Any]
    sealed: list[Sealed] = field(default_factory=list)
    secret: str | None = None


@dataclass(frozen=True, kw_only=True)
class Preparation:
    """What completing may look at: the aggregate's state, the register, the policy files, the instant, the vault."""

    stream: str
    state: Any
    register: Register
    policies: Path
    at: datetime
    vault: Vault
    read: Read


def command_type(stream: str, kind: str) -> type[Command]:
    """
    Return the command of a kind that a stream takes from outside.

    Raises:
        UnknownKind: there is none.
    """
    decider = decider_of(stream)
    for command in decider.commands:
        if command_kind(command) == kind and command not in decider.internal:
            return command
    raise UnknownKind(f"{decider.noun} knows no {kind}")


def prepare(kind: str, arguments: Mapping[str, Any], preparation: Preparation) -> Prepared:
    """
    Complete a command.

    Raises:
        UnknownKind: the aggregate knows no such command.
        Malformed: the arguments are not those of the command.
    """
    command = command_type(preparation.stream, kind)
    prepared = Prepared(kind=kind, command={})
    given = {SPELT.get(kind, {}).get(name, name): value for name, value in arguments.items()}
    complete = COMPLETE.get(kind)
    if complete is not None:
        given = complete(given, preparation, prepared)
    if isinstance(given.get("period"), str):
        given["period"] = to_json(read_period(given["period"]))
    prepared.command = fill(command, given, sealing(preparation.vault, prepared))
    return prepared


def sealing(vault: Vault, prepared: Prepared) -> Seal:
    """Return a function that seals texts and keeps what is to be stored."""

    def seal(path: str, text: str) -> Content:
        sealed = vault.seal(text.encode(), show_digest=path.split(".", 1)[0] in SHOWN)
        prepared.sealed.append(sealed)
        return sealed.content

    return seal


def read_period(text: str) -> Period:
    """
    Read a period: an ISO 8601 duration is elapsed, ``10cwd`` counts common working days.

    Raises:
        Malformed: it is neither.
    """
    if text.endswith("cwd") and text[:-3].isdigit():
        return Period(kind=PeriodKind.COMMON_WORKING_DAYS, days=int(text[:-3]))
    try:
        return Period(kind=PeriodKind.ELAPSED, elapsed=read_duration(text))
    except ValueError as error:
        raise Malformed(
            "period", (Fault(field="period", rule=f"{error}, or common working days like 10cwd"),)
        ) from error


def whole_text(paragraphs: Mapping[str, str]) -> str:
    """Return the canonical text of numbered paragraphs, over which the hash is taken."""
    return "\n\n".join(f"{number}. {' '.join(text.split())}" for number, text in paragraphs.items())


def _table_text(given: dict[str, Any], _preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    paragraphs = given.get("paragraphs")
    if not isinstance(paragraphs, Mapping) or not 0 < len(paragraphs) <= MAX_PARAGRAPHS:
        rule = f"should map 1 to {MAX_PARAGRAPHS} paragraph numbers to their texts"
        raise Malformed("table_text", (Fault(field="paragraphs", rule=rule),))
    return {**given, "content": whole_text({number: str(text) for number, text in paragraphs.items()})}


def _change_text(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    """Make the whole text that a changed paragraph gives; a stale base is for the decider to refuse."""
    paragraphs = _paragraphs(given, preparation)
    changed = {**paragraphs, str(given.get("paragraph", "")): str(given.get("content", ""))}
    return {**given, "whole": whole_text(changed)}


def _paragraphs(given: Mapping[str, Any], preparation: Preparation) -> dict[str, str]:
    if not isinstance(preparation.state, Cycle):
        return {}
    text = preparation.state.text(str(given.get("text", "")))
    if text is None:
        return {}
    current = text.versions[-1]
    return {number: preparation.read(content) for number, content in current.paragraphs.items()}


def _schedule_series(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    reference = given.get("procedure")
    try:
        procedure = load_procedure(preparation.policies, reference) if reference else preparation.state.procedure
        cadence = Cadence(
            rrule=str(given.get("rrule", procedure.cadence.rrule)),
            zone=str(given.get("zone", procedure.cadence.zone)),
            local_start=str(given.get("local_start", procedure.cadence.local_start)),
            session=read_duration(given["session"]) if "session" in given else procedure.cadence.session,
        )
        check_cadence(cadence, procedure, after=preparation.at)
        sessions = occurrences(cadence, preparation.at, AHEAD, day_ends=procedure.day_ends)
        table = table_for(preparation, sessions[-1][1], cadence.zone)
    except CalendarError as error:
        raise Malformed(
            "schedule_series", (Fault(field=error.field, rule=f"{error.problem}; {error.remedy}"),)
        ) from error
    except (PolicyError, ValueError) as error:
        raise Malformed("schedule_series", (Fault(field="procedure or session", rule=str(error)),)) from error
    return {
        "kind": given.get("kind", "ordinary"),
        "rrule": cadence.rrule,
        "zone": cadence.zone,
        "local_start": cadence.local_start,
        "session": given.get("session") or to_json(ScheduleSession(session=cadence.session))["session"],
        "procedure": to_json(procedure),
        "calendar": to_json(table),
        "occurrences": [{"starts": _z(start), "ends": _z(end)} for start, end in sessions],
    }


def table_for(preparation: Preparation, until: datetime, *zones: str) -> CalendarTable:
    """Return a calendar table of every zone at the table, from a year ago to well after ``until``."""
    membership = preparation.register.membership
    known = {d.zone for e in membership.entities for d in e.delegations}
    since = preparation.at - BEHIND
    return calendar_table({*known, *zones, membership.convenor_zone}, since, min(until + BEYOND, since + LONGEST))


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduleSession:
    """A session's length, for its JSON form."""

    session: timedelta


def _z(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _open_silence(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    if isinstance(preparation.state, Cycle):
        return given
    renamed = dict(given)
    if "text" in renamed:
        renamed["content"] = renamed.pop("text")
    return {**renamed, "calendar": to_json(table_for(preparation, preparation.at))}


def _call_extraordinary_session(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    try:
        table = table_for(preparation, read_instant(given.get("starts")))
    except (CalendarError, ValueError) as error:
        raise Malformed("call_extraordinary_session", (Fault(field="starts", rule=str(error)),)) from error
    return {**given, "calendar": to_json(table)}


def _issue_key(given: dict[str, Any], _preparation: Preparation, prepared: Prepared) -> dict[str, Any]:
    prepared.secret, digest = make_secret()
    return {"label": None, **given, "secret_digest": digest}


def _adopt_policy(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    name, _, version = str(given.get("name", "")).partition("@")
    if given.get("kind", "procedure") != "procedure":
        raise Malformed("adopt_policy", (Fault(field="kind", rule="only procedures are adopted by command as yet"),))
    try:
        procedure = load_procedure(preparation.policies, f"{name}@{version}")
        in_force = _z(read_instant(given.get("in_force")))
    except (PolicyError, ValueError) as error:
        raise Malformed("adopt_policy", (Fault(field="name or in_force", rule=str(error)),)) from error
    return {
        "kind": "procedure",
        "name": name,
        "version": procedure.version,
        "digest": procedure.digest,
        "in_force": in_force,
        "content": to_json(procedure),
    }


def _appoint(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    return {"delegation": None, "body": None, "until": None, "since": _z(preparation.at), **given}


def body_digest(kind: str, arguments: bytes) -> str:
    """Return the digest of a request, by which the same key with another body is told."""
    return hashlib.sha256(kind.encode() + b"\n" + arguments).hexdigest()


COMPLETE: Mapping[str, Callable[[dict[str, Any], Preparation, Prepared], dict[str, Any]]] = {
    "table_text": _table_text,
    "amend": _change_text,
    "correct_editorially": _change_text,
    "schedule_series": _schedule_series,
    "open_silence": _open_silence,
    "open_written_procedure": _open_silence,
    "call_extraordinary_session": _call_extraordinary_session,
    "issue_key": _issue_key,
    "adopt_policy": _adopt_policy,
    "appoint": _appoint,
}
