"""What a working group reports: from its cycle to the body above, and on to the agenda of a cycle of that body."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.audience import Audience
from services.domain.cycle.records import Purpose
from services.domain.message import Command, Content, Event


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """An outcome reported by cycle ``cycle`` of ``body``, for which ``entity``, that body's chair, introduces it."""

    id: str
    body: str
    cycle: int
    entity: str
    title: Content
    content: Content | None
    purpose: Purpose
    audience: Audience

    @property
    def source(self) -> str:
        """Return which cycle reported."""
        return f"{self.body}/{self.cycle}"


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeReport(Command):
    """A cycle reports to a body; or the body's own cycle ``returned_by`` gives a report back, its session over."""

    report: Report
    returned_by: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportTaken(Event):
    """The body keeps the report until a session of its own has had it."""

    report: Report
    returned_by: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportPlaced(Event):
    """The report goes on the agenda of cycle ``number``, whose session is still to come."""

    report: str
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeItem(Command):
    """The body puts a report on the agenda of one of its cycles."""

    report: Report


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemTaken(Event):
    """The report is an agenda item; what it says, if anything, a paper of it."""

    report: Report
    item: str
    paper: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ItemReturned(Event):
    """The session was over when the report came: it goes back to the body, for the next one."""

    report: Report
