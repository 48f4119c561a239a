"""Instants and durations as text: RFC 3339 in UTC ending in ``Z``, and ISO 8601 without years or months."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)")
_DURATION = re.compile(
    r"(?P<sign>-)?P(?:(?P<weeks>\d{1,6})W)?(?:(?P<days>\d{1,6})D)?"
    r"(?P<clock>T(?:(?P<hours>\d{1,9})H)?(?:(?P<minutes>\d{1,9})M)?(?:(?P<seconds>\d{1,9})(?:\.(?P<fraction>\d{1,6}))?S)?)?"
)


def write_instant(at: datetime) -> str:
    """
    Write an instant in UTC, with microseconds only when there are any.

    Raises:
        ValueError: the instant is naive, so nobody can say when it is.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no zone; give an instant in UTC")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read_instant(text: object) -> datetime:
    """
    Read an RFC 3339 instant; any offset is taken, the result is in UTC.

    Raises:
        ValueError: the text is no instant, or names no offset.
    """
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        raise ValueError("should be an instant with its offset, like 2026-03-02T08:00:00Z")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text} is on no calendar or clock; give one that is, like 2026-03-02T08:00:00Z") from error


def write_duration(length: timedelta) -> str:
    """Write a duration in days, hours, minutes and seconds: ``P3D``, ``PT36H`` as ``P1DT12H``, ``-PT3S``."""
    sign, length = ("-", -length) if length < timedelta(0) else ("", length)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    clock = "".join(f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M")) if amount)
    if length.microseconds:
        clock += f"{seconds}.{length.microseconds:06d}".rstrip("0") + "S"
    elif seconds:
        clock += f"{seconds}S"
    day = f"{length.days}D" if length.days else ""
    return f"{sign}P{day}T{clock}" if clock else f"{sign}P{day or 'T0S'}"


def read_duration(text: object) -> timedelta:
    """
    Read an ISO 8601 duration of weeks, days, hours, minutes and seconds; years and months have no fixed length.

    Raises:
        ValueError: the text is no such duration.
    """
    found = _DURATION.fullmatch(text) if isinstance(text, str) else None
    parts = {k: v for k, v in found.groupdict().items() if v} if found else {}
    sign, clock = parts.pop("sign", ""), parts.pop("clock", "")
    if not parts or clock == "T":
        raise ValueError("should be a duration in days, hours, minutes or seconds, like P14D, PT72H or PT5S")
    fraction = parts.pop("fraction", "")
    length = timedelta(**{unit: int(amount) for unit, amount in parts.items()})
    length += timedelta(microseconds=int(fraction.ljust(6, "0") or "0"))
    return -length if sign else length
