"""What several people edit in the register: each delegation's calendar, and the policies in force."""

from __future__ import annotations

from services.domain.edition import changed_since, edition_of
from services.domain.message import Command, Context, Refusal
from services.domain.register.commands import AdoptPolicy, ChangeCalendar
from services.domain.register.state import Register


def edition_of_calendar(register: Register, delegation: str) -> str:
    """Return the edition of a delegation's calendar."""
    kept = register.calendars.get(delegation)
    return edition_of((kept.reference, kept.digest) if kept else ())


def edition_of_policies(register: Register) -> str:
    """Return the edition of the policies there are, each with the instant it takes effect."""
    return edition_of((p.kind, p.name, p.version, p.digest, p.since) for p in register.policies)


def changed(register: Register, command: Command, context: Context) -> Refusal | None:
    """Refuse an edit of what has changed since it was read."""
    if isinstance(command, ChangeCalendar):
        return changed_since("calendar", edition_of_calendar(register, command.delegation), context)
    if isinstance(command, AdoptPolicy):
        return changed_since("list of policies", edition_of_policies(register), context)
    return None
