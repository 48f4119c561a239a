"""How the desk says instants, lengths of time and what others wrote: with zone, in words, without tricks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
#: Marks that turn the direction of what follows, and would not stop at the end of a cell.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
ISOLATED = "\u2068{}\u2069"


def stamp(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant as clocks and calendars of a zone show it, with its offset; seconds only where there are."""
    local = at.astimezone(zone)
    offset = f"{local:%z}"
    return f"{local:%a %d %b %Y %H:%M}{f':{local:%S}' if local.second else ''} {offset[:3]}:{offset[3:5]}"


def left(at: datetime, now: datetime) -> str:
    """Return how long it is until an instant, or since then, in words."""
    if at < now:
        return f"overdue by {length(now - at)}"
    return f"in {length(at - now)}"


def length(span: timedelta) -> str:
    """Return a length of time in the largest unit of which there are at least two."""
    for unit, name in ((DAY, "days"), (HOUR, "hours"), (MINUTE, "minutes")):
        if span >= 2 * unit:
            return f"{span // unit} {name}"
    seconds = int(span.total_seconds())
    return "1 second" if seconds == 1 else f"{seconds} seconds"


def words(name: str) -> str:
    """Return a name of the engine as words."""
    return name.replace("_", " ")


def place(stream: str) -> str:
    """Return where something belongs: ``dialogue 9`` for a cycle, the id of a procedure or an action."""
    noun, _, rest = stream.partition("/")
    if noun in {"cycle", "body"}:
        return rest.replace("/", " ")
    return rest or noun


def safe(text: str | None) -> str:
    """Return what others wrote on one line, without what steers a terminal; ``(erased)`` where there is nothing."""
    if text is None:
        return "(erased)"
    kept = "".join(" " if mark.isspace() else mark for mark in text)
    return "".join(mark for mark in kept if mark not in TURNING and unicodedata.category(mark) not in {"Cc", "Cs"})


def is_right_to_left(text: str) -> bool:
    """Tell whether part of a text runs from right to left."""
    return any(unicodedata.bidirectional(mark) in RIGHT_TO_LEFT for mark in text)


def listed(names: Iterable[str]) -> str:
    """Return names in a row, each once."""
    return ", ".join(dict.fromkeys(names))
