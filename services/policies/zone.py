"""The zone data of one release of the IANA database: that of the wheel, never that of the machine."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from zoneinfo import ZoneInfo

from services.policies.fault import CalendarError

TZDATA_RELEASE = str(import_module("tzdata").IANA_VERSION)

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z][A-Za-z0-9_+-]*)*")


@lru_cache(maxsize=256)
def load_zone(name: str) -> ZoneInfo:
    """
    Load a zone by its IANA name from the release ``TZDATA_RELEASE``.

    Raises:
        CalendarError: the release has no such zone.
    """
    if name not in known_zones():
        near = get_close_matches(name, known_zones(), n=1)
        remedy = f"did you mean {near[0]}?" if near else "give its name there, like Europe/Paris"
        raise CalendarError(
            field="zone", problem=f"{name!r} is not a zone of the IANA database ({TZDATA_RELEASE})", remedy=remedy
        )
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def midnight(on: date, zone: str) -> datetime:
    """
    Return the UTC instant at which a date begins in a zone.

    Raises:
        CalendarError: the release has no such zone.
    """
    return datetime.combine(on, time(), load_zone(zone)).astimezone(UTC)


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """Return the names of all zones of the release."""
    names = files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return frozenset(name for name in names if _NAME.fullmatch(name))
