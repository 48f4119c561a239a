"""Reads the calendars and dates that people send: a calendar by its reference, or written out in the files' form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from services.commands.series import malformed
from services.domain.membership import Membership
from services.domain.working_calendar import WorkingCalendar
from services.policies.fault import PolicyError
from services.policies.working_calendar import REFERENCE, calendar_given, load_calendar

#: a date as people write it: ten characters
DATE = len("2026-10-12")


def read_calendar(given: Any, membership: Membership, policies: Path) -> WorkingCalendar:
    """
    Read a calendar: ``AFRIPOL@2``, a file of the policies folder, or one written out as such a file is.

    Raises:
        Malformed: it is neither, or says something wrong.
    """
    try:
        if isinstance(given, Mapping):
            return calendar_given(dict(given), membership)
        if isinstance(given, str) and REFERENCE.fullmatch(given):
            return load_calendar(policies, given, membership)
    except PolicyError as error:
        where = f"{error.key}: " if error.key else ""
        raise malformed("calendar", f"{where}{error.problem}", error.remedy) from error
    raise malformed("calendar", "should be the name and version of a calendar, like AFRIPOL@2, or one written out")


def read_date(given: Any, field: str = "date") -> date:
    """
    Read a local date.

    Raises:
        Malformed: it is none.
    """
    try:
        return date.fromisoformat(given if isinstance(given, str) and len(given) == DATE else "")
    except ValueError as error:
        raise malformed(field, "should be a date, like 2026-10-12") from error
