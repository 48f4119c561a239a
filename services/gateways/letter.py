"""Letters: a notice in words for one person, every instant in UTC and in the reader's own zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Any, Protocol
from zoneinfo import ZoneInfo

#: What a notice says in one line; facts fill the braces, a missing one shows as a dash.
SUBJECTS: Mapping[str, str] = {
    "silence_opened": "Silence procedure opened: expires {expires_at}",
    "silence_expiry_moved": "Silence procedure: new expiry {expires_at} ({because})",
    "silence_broken": "Silence broken by {entity}",
    "silence_to_meeting": "The text goes to a meeting ({because})",
    "silence_withdrawn": "Silence procedure withdrawn",
    "silence_adopted": "Text adopted at {at}",
    "silence_set_aside": "Adoption set aside after an objection of {entity} received before the expiry",
    "procedure_lapsed": "Written procedure ended without everybody's answer",
    "text_corrected": "Editorial correction: version {version} of the text under silence",
    "further_objection": "Further objection by {entity}",
    "late_statement": "Late statement by {entity}",
    "comment_filed": "Comment by {entity}",
    "time_asked": "{entity} asks for more time",
    "objection_lifted": "{entity} lifted its objection",
    "dissociation_recorded": "{entity} dissociates",
    "service_overdue": "Some members have not been told: serve them by another channel",
    "cycle_proposed": "To be convened: {body} {cycle}, {starts}",
    "cycle_convened": "You are convened: {body} {cycle}, {starts}",
    "cycle_postponed": "Postponed: {body} {cycle}, from {was_starts} to {starts}",
    "cycle_converted": "Held at a distance: {body} {cycle}, {starts}",
    "cycle_cancelled": "Cancelled: {body} {cycle}, {starts}",
    "report_received": "{source} reports to {body}",
    "cycle_skipped": "Session skipped: {body} {cycle}, {starts}",
    "session_skipped": "Session skipped: {body}, {starts}",
    "series_amended": "The sessions of {body} change from {since}",
    "series_paused": "The sessions of {body} are paused",
    "series_resumed": "The sessions of {body} go on",
    "extraordinary_session_called": "Extraordinary session of {body}: {starts}",
    "agenda_published": "Agenda published: {body} {cycle}",
    "agenda_annotated": "Annotated agenda: {body} {cycle}",
    "step_missing": "Overdue: {label} of {missing}",
    "text_tabled": "A text is tabled: {body} {cycle}",
    "text_adopted": "A text is adopted: {body} {cycle}",
    "cycle_closed": "The cycle is closed: {body} {cycle}",
    "entry_contested": "Contested by {entity}: {what} as recorded, {body} {cycle}",
    "entry_corrected": "Corrected: {what} as recorded of you, {body} {cycle}",
    "dissociation_lapsed": "A dissociation has lapsed: paragraph {paragraph} is another now",
    "single_position_warning": "{entity} took two positions on one item: it has one seat",
    "recorded_on_behalf": "Something was recorded on your behalf; you may contest it",
    "action_assigned": "An action item is yours, due {due_at}",
    "action_reminder": "Reminder: an action item is due {due_at}",
    "action_escalated": "An action item of {owner} is late since {due_at}",
    "action_completed": "Done, to be confirmed: an action item of {owner}",
    "action_confirmed": "Confirmed: an action item of {owner}",
    "action_dropped": "Dropped: an action item of {owner}",
    "action_reopened": "Open again: an action item of {owner}, due {due_at}",
    "action_reassigned": "An action item passes from {was_owner} to {owner}, due {due_at}",
    "action_superseded": "An action item of {owner} has given way to another",
    "action_needs_new_owner": "An action item of {owner} needs a new owner",
    "action_adopted_jointly": "{adopted_by} adopted an action item of {owner} too",
    "action_conflicting": "Two due dates for one action item: {due_at}, and {adopted_due_at} by {adopted_by}",
    "action_reconciled": "{decided_by} decided: the action item is due {decided}",
    "action_due_changed": "An action item's due date moved to {due_at}",
    "appointed": "An appointment was made",
    "appointment_ended": "An appointment ends {until}",
    "policy_adopted": "Adopted: {name} in version {version}, in force from {in_force}",
    "key_expiring": "An API key expires {expires}",
    "key_issued": "An API key was issued",
    "key_revoked": "An API key was revoked",
    "calendar_changed": "The working calendar of {delegation} changes from {since}",
    "deadlines_would_move": "A changed calendar would move deadlines: none moves by itself",
    "step_due_changed": "The deadline for the {label} moved to {due_at}: {body} {cycle}",
    "status_changed": "A status in the Dialogue changes",
}


#: Facts that are names of the engine's own, not codes or words of people.
CALLED = frozenset({"label", "mode", "was_mode", "role", "to_role", "kind", "what"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """
    One notice to one person.

    ``reference`` names cause and recipient and becomes the Message-ID, so that a letter sent twice is one letter.
    ``texts`` are contents opened for this reader. ``zone`` is the reader's IANA zone, ``elsewhere`` are those of the
    entity's other delegations (domain.md R1-2).
    """

    reference: str
    notice: str
    entity: str
    role: str
    name: str
    address: str | None
    zone: str
    facts: Mapping[str, Any]
    texts: Mapping[str, str]
    elsewhere: tuple[str, ...] = ()

    @property
    def zones(self) -> tuple[str, ...]:
        """Return every zone in which instants are shown, the reader's first."""
        return (self.zone, *self.elsewhere)


class Undeliverable(Exception):
    """The letter was not accepted; the reason is for the record, without its content."""


class Post(Protocol):
    """Where letters go out: an SMTP server, or the console."""

    channel: str

    async def send(self, letter: Letter) -> None:
        """
        Hand a letter over.

        Raises:
            Undeliverable: it was not accepted.
        """
        ...


def subject_of(letter: Letter) -> str:
    """Return the letter's subject line."""
    facts = {name: said(name, value, letter) for name, value in letter.facts.items()}
    template = SUBJECTS.get(letter.notice, letter.notice.replace("_", " ").capitalize())
    return "[Dialogue] " + template.format_map(_Dashes(facts))


def body_of(letter: Letter) -> str:
    """Return the letter's plain text."""
    lines = [f"To {letter.entity}, {letter.role.replace('_', ' ')}" + (f": {letter.name}" if letter.name else ""), ""]
    lines.append(subject_of(letter).removeprefix("[Dialogue] ") + ".")
    lines.append("")
    width = max((len(name) for name in letter.facts), default=0)
    for name, value in letter.facts.items():
        if name not in letter.texts:
            lines.append(f"{name.replace('_', ' '):<{width}}  {said(name, value, letter)}")
    for name, text in letter.texts.items():
        lines += ["", name.replace("_", " ").capitalize(), "-" * len(name), text]
    return "\n".join(lines) + "\n"


def said(name: str, value: Any, letter: Letter) -> str:
    """Say a fact of a letter; what the engine calls by one word reads as people would write it."""
    words = shown(value, *letter.zones)
    return words.replace("_", " ") if name in CALLED else words


def shown(value: Any, zone: str, *elsewhere: str) -> str:
    """Show a fact; an instant in the reader's zone, in any others and in UTC, always with each named."""
    if isinstance(value, str) and (at := _instant(value)) is not None:
        local = ", ".join(f"{at.astimezone(ZoneInfo(each)):%a %d %b %Y %H:%M:%S} {each}" for each in (zone, *elsewhere))
        return f"{local} ({at:%Y-%m-%d %H:%M:%S} UTC)"
    if isinstance(value, list | tuple):
        return ", ".join(shown(item, zone, *elsewhere) for item in value) or "-"
    return "-" if value is None else str(value)


def mail_of(letter: Letter, *, sender: str, now: datetime) -> EmailMessage:
    """Return the letter as a mail."""
    mail = EmailMessage()
    mail["From"] = sender
    mail["To"] = letter.address or ""
    mail["Subject"] = subject_of(letter).replace("\n", " ")[:200]
    mail["Date"] = format_datetime(now)
    domain = sender.rsplit("@", 1)[-1].rstrip(">")
    mail["Message-ID"] = f"<{sha256(letter.reference.encode()).hexdigest()[:32]}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(body_of(letter))
    return mail


def _instant(text: str) -> datetime | None:
    if len(text) < len("2040-03-06T08:00:00Z") or text[4:5] != "-" or text[10:11] != "T":
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


class _Dashes(dict[str, str]):
    def __missing__(self, _key: str) -> str:
        return "-"
