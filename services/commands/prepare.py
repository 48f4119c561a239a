"""
Completes what people send to what a decider needs: whole texts, procedures, calendar tables, occurrences, secrets.

Nothing is decided here; what cannot be completed is left for the decider to refuse, or is malformed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, get_args, get_type_hints

from services.commands.beside import OTHERS, standing_action
from services.commands.calendars import read_calendar, read_date
from services.commands.fill import Seal, fill, read_duration_within, read_instant_within
from services.commands.outside import outside_of
from services.commands.principal import make_secret
from services.commands.series import Reckoned, malformed, read_procedure, reckon_amendment, reckon_series
from services.commands.wording import is_number, paragraphs_of, whole_text
from services.domain.body.state import Body
from services.domain.calendar import CalendarTable
from services.domain.catalogue import decider_of
from services.domain.cycle.records import CycleKind
from services.domain.cycle.state import Cycle
from services.domain.message import Command, Content, command_kind, id_made_by, spoken
from services.domain.procedure import Period, PeriodKind, Procedure
from services.domain.register.state import Register
from services.domain.silence.state import SilenceProcedure
from services.policies.cadence import Session, check_session
from services.policies.calendar import LONGEST, calendar_table
from services.policies.fault import CalendarError
from services.policies.zone import midnight
from services.storage.vault import Sealed, Vault
from services.wire.message import Malformed, UnknownKind, from_json, to_json
from services.wire.moment import read_duration, write_duration, write_instant

#: How many sessions ahead a series is reckoned; the body asks for more before they run out.
AHEAD = 24
#: How far a pinned calendar table reaches before now and beyond the last session.
BEHIND = timedelta(days=400)
BEYOND = timedelta(days=800)
MAX_PARAGRAPHS = 400
COMMON_WORKING_DAYS = re.compile(r"([1-9][0-9]{0,2})cwd")
#: Fields that are put before everybody as they stand, and so show their plain hash.
SHOWN = frozenset({"content", "whole"})
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
    """
    What completing may look at: the aggregate's state, the register, the policy files, the instant, the vault.

    ``beside`` is what the command is completed from of other streams, by their names.
    """

    stream: str
    state: Any
    register: Register
    policies: Path
    at: datetime
    vault: Vault
    read: Read
    command_id: str = ""
    beside: Mapping[str, Any] = field(default_factory=dict)


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
    outside = outside_of(decider_of(preparation.stream).noun, kind)
    prepared = Prepared(kind=kind, command={})
    given = _without_saying(command) | {outside.field_of(word): value for word, value in arguments.items()}
    complete = COMPLETE.get(kind)
    try:
        if complete is not None:
            given = complete(given, preparation, prepared)
        if isinstance(given.get("period"), str):
            given["period"] = to_json(read_period(given["period"]))
        prepared.command = fill(command, given, sealing(preparation.vault, prepared))
        from_json(command, prepared.command, forbid_unknown=True)
    except Malformed as error:
        faults = tuple(replace(fault, field=outside.word_of(fault.field)) for fault in error.faults)
        raise Malformed(kind, faults) from error
    return prepared


def _without_saying(command: type[Command]) -> dict[str, Any]:
    """Return what a field that may be nothing is when nobody says: nothing."""
    hints = get_type_hints(command)
    return {f.name: None for f in fields(command) if f.default is MISSING and type(None) in get_args(hints[f.name])}


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
    if days := COMMON_WORKING_DAYS.fullmatch(text):
        return Period(kind=PeriodKind.COMMON_WORKING_DAYS, days=int(days[1]))
    try:
        return Period(kind=PeriodKind.ELAPSED, elapsed=read_duration_within(text))
    except ValueError as error:
        raise malformed("period", f"{error}, or common working days like 10cwd") from error


def _table_text(given: dict[str, Any], _preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    paragraphs = given.get("paragraphs")
    if not isinstance(paragraphs, Mapping) or not 0 < len(paragraphs) <= MAX_PARAGRAPHS:
        raise malformed("paragraphs", f"should map 1 to {MAX_PARAGRAPHS} paragraph numbers to their texts")
    for number in paragraphs:
        if not is_number(str(number)):
            raise malformed("paragraphs", f"{str(number)[:20]!r} numbers no paragraph", "use one like 5, 5b or 2.1")
    return {**given, "content": whole_text({number: str(text) for number, text in paragraphs.items()})}


def _change_text(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    """Make the whole text that a changed paragraph gives; a stale base is for the decider to refuse."""
    before = text_before(preparation.state, given)
    if before is None:
        return {**given, "whole": given.get("content")}
    paragraphs = paragraphs_of(preparation.read(before))
    number = str(given.get("paragraph", ""))
    if number not in paragraphs:
        known = ", ".join(paragraphs) or "none"
        raise malformed("paragraph", f"the text before the members has no paragraph {number!r}", f"there are {known}")
    return {**given, "whole": whole_text({**paragraphs, number: str(given.get("content", ""))})}


def text_before(state: Any, given: Mapping[str, Any]) -> Content | None:
    """Return the whole text before the members that a change is made to; ``None`` if there is no such text."""
    if isinstance(state, SilenceProcedure):
        return state.content
    text = state.text(str(given.get("text", ""))) if isinstance(state, Cycle) else None
    return text.current.content if text else None


def _schedule_series(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    reckoned = reckon_series(
        given, own=_governing(preparation), policies=preparation.policies, after=preparation.at, count=AHEAD
    )
    cadence, sessions = reckoned.cadence, reckoned.sessions
    try:
        table = table_for(preparation, sessions[-1][1], cadence.zone)
    except CalendarError as error:
        raise malformed(error.field, error.problem, error.remedy) from error
    return {
        **given,
        **_series_words(reckoned, given.get("kind")),
        "calendar": to_json(table),
        "series": id_made_by("sr", preparation.command_id),
    }


def _series_words(reckoned: Reckoned, kind: Any) -> dict[str, Any]:
    cadence = reckoned.cadence
    return {
        "kind": kind or CycleKind.ORDINARY,
        "rrule": cadence.rrule,
        "zone": cadence.zone,
        "local_start": cadence.local_start,
        "session": write_duration(cadence.session),
        "procedure": to_json(reckoned.procedure),
        "occurrences": _sessions(reckoned.sessions),
    }


def _sessions(sessions: Iterable[Session]) -> list[dict[str, str]]:
    return [{"starts": write_instant(start), "ends": write_instant(end)} for start, end in sessions]


def _amend_series(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    kind = given.get("kind", CycleKind.ORDINARY)
    standing = next((s for s in preparation.state.series if s.kind == kind and s.until is None), None)
    if standing is None:
        raise malformed(
            "kind", f"{preparation.state.code} has no series of {str(kind)[:20]} cycles", "schedule one first"
        )
    amended = reckon_amendment(
        given, standing=standing, policies=preparation.policies, after=preparation.at, count=AHEAD
    )
    try:
        table = table_for(preparation, amended.new.sessions[-1][1], standing.zone, amended.new.cadence.zone)
    except CalendarError as error:
        raise malformed(error.field, error.problem, error.remedy) from error
    return {
        **given,
        **_series_words(amended.new, kind),
        "since": write_instant(amended.since),
        "calendar": to_json(table),
        "remaining": _sessions(amended.remaining),
    }


def table_for(preparation: Preparation, until: datetime, *zones: str) -> CalendarTable:
    """Return a calendar table of every zone and calendar at the table, from a year ago to well after ``until``."""
    membership = preparation.register.membership
    known = {d.zone for e in membership.entities for d in e.delegations}
    since = preparation.at - BEHIND
    until = min(until + BEYOND, since + LONGEST)
    return calendar_table({*known, *zones, membership.convenor_zone}, since, until, preparation.register.calendars)


def _open_procedure(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    if isinstance(preparation.state, Cycle):
        return given
    return {**given, "calendar": to_json(table_for(preparation, preparation.at))}


def _call_extraordinary_session(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    own = _governing(preparation)
    procedure = read_procedure(given.get("procedure"), own=own, policies=preparation.policies)
    starts = _ahead(given.get("starts"), preparation.at)
    try:
        check_session(read_duration(given.get("session")))
    except CalendarError as error:
        raise malformed("session", error.problem, error.remedy) from error
    except ValueError as error:
        raise malformed("session", str(error)) from error
    try:
        table = table_for(preparation, starts, procedure.cadence.zone)
    except CalendarError as error:
        raise malformed("starts", error.problem, error.remedy) from error
    except ValueError as error:
        raise malformed("starts", str(error)) from error
    return {**given, "procedure": to_json(procedure), "calendar": to_json(table)}


def _governing(preparation: Preparation) -> Procedure:
    """Return the version of the body's own procedure that is in force."""
    body: Body = preparation.state
    return body.governed_by(body.procedure, preparation.at)


def _ahead(given: Any, at: datetime) -> datetime:
    try:
        starts = read_instant_within(given)
    except ValueError as error:
        raise malformed("starts", str(error)) from error
    if starts <= at:
        raise malformed("starts", "a session lies ahead", f"give an instant after {spoken(at)}")
    return starts


def _postpone(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    return {**given, "others": [to_json(each) for each in preparation.beside.get(OTHERS, ())]}


def _assign(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    joint = given.get("joint")
    standing = standing_action(str(joint), preparation.state, preparation.beside) if joint is not None else None
    return {**given, "standing": to_json(standing) if standing else None}


def _report_to(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    body = preparation.beside.get(preparation.state.body_stream)
    return {**given, "reports_to": body.report_to if body else None}


def _issue_key(given: dict[str, Any], _preparation: Preparation, prepared: Prepared) -> dict[str, Any]:
    prepared.secret, digest = make_secret()
    return {**given, "secret_digest": digest}


def _adopt_policy(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    if given.get("kind", "procedure") != "procedure":
        raise malformed("kind", "only procedures are adopted by command as yet", "send a procedure")
    if given.get("name") is None:
        raise malformed("name", "is missing", "send the name and version of a procedure, like wg-sc@2")
    own = preparation.register.procedures[0]
    procedure = read_procedure(given["name"], own=own, policies=preparation.policies, field="name")
    return {
        **given,
        "kind": "procedure",
        "name": procedure.name,
        "version": procedure.version,
        "digest": procedure.digest,
        "content": to_json(procedure),
        "bodies": [c.code for c in preparation.register.charters if c.procedure.partition("@")[0] == procedure.name],
    }


def _change_calendar(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    calendar = read_calendar(given.get("calendar"), preparation.register.membership, preparation.policies)
    since = read_date(given.get("since"), "since")
    return {
        **given,
        "calendar": to_json(calendar),
        "since": since.isoformat(),
        "starts_at": write_instant(midnight(since, calendar.zone)),
    }


def _appoint(given: dict[str, Any], preparation: Preparation, _prepared: Prepared) -> dict[str, Any]:
    return {"since": write_instant(preparation.at), **given}


def body_digest(kind: str, arguments: bytes) -> str:
    """Return the digest of a request, by which the same key with another body is told."""
    return hashlib.sha256(kind.encode() + b"\n" + arguments).hexdigest()


COMPLETE: Mapping[str, Callable[[dict[str, Any], Preparation, Prepared], dict[str, Any]]] = {
    "table_text": _table_text,
    "amend": _change_text,
    "correct_editorially": _change_text,
    "schedule_series": _schedule_series,
    "amend_series": _amend_series,
    "open_silence": _open_procedure,
    "open_written_procedure": _open_procedure,
    "call_extraordinary_session": _call_extraordinary_session,
    "issue_feed_key": _issue_key,
    "assign": _assign,
    "report_to": _report_to,
    "postpone": _postpone,
    "issue_key": _issue_key,
    "adopt_policy": _adopt_policy,
    "appoint": _appoint,
    "change_calendar": _change_calendar,
}
