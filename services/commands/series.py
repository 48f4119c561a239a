"""Reckons what a series would give before anybody schedules it: its cadence, its procedure, its sessions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from services.commands.fill import read_duration_within, read_instant_or_day
from services.domain.body.state import Series
from services.domain.procedure import Cadence, Procedure
from services.policies.cadence import MOST, Session, check_cadence, occurrences
from services.policies.edition import procedure_files
from services.policies.fault import CalendarError, PolicyError
from services.policies.form import nearest
from services.policies.procedure import load_procedure
from services.wire.message import Fault, Malformed
from services.wire.moment import write_duration

#: Nothing else becomes the name of a file.
REFERENCE = re.compile(r"[a-z0-9][a-z0-9-]{0,60}@[1-9][0-9]{0,5}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Reckoned:
    """A series as its rule, zone and procedure give it: the sessions are UTC instants [start, end)."""

    procedure: Procedure
    cadence: Cadence
    sessions: tuple[Session, ...]


def reckon_series(given: Mapping[str, Any], *, own: Procedure, policies: Path, after: datetime, count: int) -> Reckoned:
    """
    Reckon the next sessions of a series; what is left out is the procedure's own, and that the body's own.

    Raises:
        Malformed: rule, zone, wall time, length or procedure is wrong, or sessions come too close to one another.
    """
    procedure = read_procedure(given.get("procedure"), own=own, policies=policies)
    try:
        cadence = Cadence(
            rrule=_said(given, "rrule", procedure.cadence.rrule),
            zone=_said(given, "zone", procedure.cadence.zone),
            local_start=_said(given, "local_start", procedure.cadence.local_start),
            session=procedure.cadence.session
            if given.get("session") is None
            else read_duration_within(given["session"]),
        )
    except ValueError as error:
        raise malformed("session", str(error)) from error
    try:
        check_cadence(cadence, procedure, after=after)
        sessions = occurrences(cadence, after, count, day_ends=procedure.day_ends)
    except CalendarError as error:
        raise malformed(error.field, error.problem, error.remedy) from error
    return Reckoned(procedure=procedure, cadence=cadence, sessions=sessions)


def _said(given: Mapping[str, Any], name: str, own: str) -> str:
    """Return what somebody says, were it nothing, or the procedure's own where nobody does."""
    return own if given.get(name) is None else str(given[name])


@dataclass(frozen=True, kw_only=True, slots=True)
class Amended:
    """A series as amended from ``since`` on, and the sessions (UTC) that the one before still gives until then."""

    since: datetime
    new: Reckoned
    remaining: tuple[Session, ...]


def reckon_amendment(
    given: Mapping[str, Any], *, standing: Series, policies: Path, after: datetime, count: int
) -> Amended:
    """
    Reckon an amendment of a series from ``from`` on; what is left out is the standing series' own.

    Raises:
        Malformed: as for ``reckon_series``, or ``from`` is no instant and no date.
    """
    try:
        since = read_instant_or_day(given.get("since"), standing.zone)
    except ValueError as error:
        raise malformed("since", f"{error}; a date like 2026-03-02 will do") from error
    old = {
        "rrule": standing.rrule,
        "zone": standing.zone,
        "local_start": standing.local_start,
        "session": write_duration(standing.session),
    }
    said = {name: value for name, value in given.items() if value is not None}
    first = max(since, after) - timedelta(seconds=1)
    reckoned = reckon_series({**old, **said}, own=standing.procedure, policies=policies, after=first, count=count)
    return Amended(since=since, new=reckoned, remaining=_until(standing, since, after))


def _until(standing: Series, since: datetime, after: datetime) -> tuple[Session, ...]:
    """Return what a series gives between what is known of it and an instant."""
    known = max(after, standing.occurrences[-1].starts if standing.occurrences else standing.last_starts)
    if known >= since:
        return ()
    cadence = Cadence(
        rrule=standing.rrule, zone=standing.zone, local_start=standing.local_start, session=standing.session
    )
    try:
        sessions = occurrences(cadence, known, MOST, day_ends=standing.procedure.day_ends)
    except CalendarError:
        # a rule of which no day comes any more
        return ()
    return tuple(session for session in sessions if session[0] < since)


def read_procedure(reference: Any, *, own: Procedure, policies: Path, field: str = "procedure") -> Procedure:
    """
    Return the procedure a reference names, or ``own`` without one; ``field`` is where the reference stands.

    Raises:
        Malformed: no policy file has that name and version.
    """
    if reference is None:
        return own
    if not isinstance(reference, str) or not REFERENCE.fullmatch(reference):
        raise malformed(field, "should be the name and version of a procedure, like exercise@1")
    known = [path.stem for path in procedure_files(policies)]
    if reference not in known:
        raise malformed(field, f"there is no procedure {reference}", nearest(reference, known))
    try:
        return load_procedure(policies, reference)
    except PolicyError as error:
        raise malformed(field, f"{reference} cannot be used: {error.problem}", error.remedy) from error


def malformed(field: str, rule: str, remedy: str = "") -> Malformed:
    """Return the error of one wrong field."""
    return Malformed(field, (Fault(field=field, rule=rule, remedy=remedy),))
