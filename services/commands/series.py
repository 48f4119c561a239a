"""Reckons what a series would give before anybody schedules it: its cadence, its procedure, its sessions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from services.commands.fill import read_duration_within
from services.domain.procedure import Cadence, Procedure
from services.policies.cadence import Session, check_cadence, occurrences
from services.policies.fault import CalendarError, PolicyError
from services.policies.procedure import load_procedure
from services.wire.message import Fault, Malformed

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
            rrule=str(given.get("rrule") or procedure.cadence.rrule),
            zone=str(given.get("zone") or procedure.cadence.zone),
            local_start=str(given.get("local_start") or procedure.cadence.local_start),
            session=read_duration_within(given["session"]) if given.get("session") else procedure.cadence.session,
        )
    except ValueError as error:
        raise malformed("session", str(error)) from error
    try:
        check_cadence(cadence, procedure, after=after)
        sessions = occurrences(cadence, after, count, day_ends=procedure.day_ends)
    except CalendarError as error:
        raise malformed(error.field, f"{error.problem}; {error.remedy}") from error
    return Reckoned(procedure=procedure, cadence=cadence, sessions=sessions)


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
    try:
        return load_procedure(policies, reference)
    except PolicyError as error:
        raise malformed(field, f"{reference} cannot be used: {error.problem}; {error.remedy}") from error


def malformed(field: str, rule: str) -> Malformed:
    """Return the error of one wrong field."""
    return Malformed(field, (Fault(field=field, rule=rule),))
