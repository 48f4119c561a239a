"""Says in words how long something lasts."""

from __future__ import annotations

from datetime import timedelta


def in_words(span: timedelta) -> str:
    """Return a length of time in days, hours, minutes and seconds: ``43 days and 9 hours``."""
    if span < timedelta(0):
        return f"minus {in_words(-span)}"
    minutes, seconds = divmod(span.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    amounts = ((span.days, "day"), (hours, "hour"), (minutes, "minute"), (seconds, "second"))
    parts = [f"{amount} {unit}{'' if amount == 1 else 's'}" for amount, unit in amounts if amount]
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part) if parts else "0 seconds"
