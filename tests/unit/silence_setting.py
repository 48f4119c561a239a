"""Builders for tests of silence and written procedures: the Dialogue as its policy files have it, and one stream."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from services.domain.calendar import CalendarTable
from services.domain.membership import Membership, ParticipationStatus, StatusSince
from services.domain.message import (
    ENGINE,
    Actor,
    Command,
    Content,
    Context,
    Effect,
    Event,
    Interval,
    Notify,
    OnBehalf,
    Tell,
    TimePassed,
)
from services.domain.notice import AccountForNotice, Delivery
from services.domain.procedure import Period, PeriodKind, Procedure
from services.domain.procedure_note import NoteProcedure
from services.domain.register_change import ChangeMembership
from services.domain.silence import commands as asked
from services.domain.silence.decider import DECIDER
from services.domain.silence.state import LETTER, SilenceProcedure
from services.policies.calendar import calendar_table
from services.policies.edition import Edition, load_edition
from services.policies.folder import policies_dir
from tests.unit.calendar_setting import MEMBERS, utc

WORDS = Content(address="address", commitment="commitment", size=5, digest="digest")
#: the opening of scenario 3, Monday 09:00 in Lyon, and the expiry 72 hours later
MONDAY = "2026-03-02 08:00"
EXPIRY = "2026-03-05 08:00"
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@lru_cache
def edition() -> Edition:
    """Return the policy files of this repository."""
    return load_edition(policies_dir())


def dialogue() -> Procedure:
    """Return the procedure of the high-level Dialogue."""
    return edition().procedures["high-level-dialogue@1"]


def members() -> Membership:
    """Return the table of the Dialogue as the policy files have it."""
    return edition().membership


@lru_cache
def table(since: str = "2025-06-01", until: str = "2029-01-01") -> CalendarTable:
    """Return the pinned calendar table of everybody's zones."""
    bare = {code: replace(each, holidays=(), worked=()) for code, each in edition().calendars.items()}
    return calendar_table(members().zones, utc(since), utc(until), bare)


def elapsed(hours: float) -> Period:
    """Return an elapsed period."""
    return Period(kind=PeriodKind.ELAPSED, elapsed=timedelta(hours=hours))


def common_days(n: int) -> Period:
    """Return the end of the nth common working day."""
    return Period(kind=PeriodKind.COMMON_WORKING_DAYS, days=n)


def words(text: str) -> Content:
    """Return a reference to a text, told apart by it."""
    return Content(address=f"address of {text}", commitment=text, size=len(text), digest=f"digest of {text}")


def changed(entity: str, status: str, since: str) -> ChangeMembership:
    """Return word of the register that an entity has another status from an instant on."""
    return ChangeMembership(
        entity=entity, status=StatusSince(status=ParticipationStatus(status), since=utc(since), source="test")
    )


def parameters(**other: Any) -> Any:
    """Return the silence parameters of the Dialogue, some of them otherwise."""
    return replace(dialogue().silence, **other)


def opening(**other: Any) -> asked.OpenProcedure:
    """Return the command that opens a silence of 72 hours over a text of the cycle, some of it otherwise."""
    procedure = dialogue()
    plain: dict[str, Any] = {
        "id": "s-1",
        "procedure_kind": asked.ProcedureKind.SILENCE,
        "home": "cycle/dialogue/9",
        "body": "dialogue",
        "cycle": 9,
        "chair_entity": "INTERPOL",
        "subject": words("communique"),
        "text": "t-1",
        "version": 1,
        "content": words("whole"),
        "period": None,
        "round": 1,
        "supersedes": None,
        "membership": members(),
        "calendar": table(),
        "parameters": procedure.silence,
        "written": procedure.written,
        "day_ends": procedure.day_ends,
    }
    return asked.OpenProcedure(**{**plain, **other})


def written_opening(**other: Any) -> asked.OpenProcedure:
    """Return the command that opens a written procedure under the period of its own."""
    return opening(procedure_kind=asked.ProcedureKind.WRITTEN, **other)


def correction(whole: str = "corrected") -> asked.CorrectEditorially:
    """Return a corrigendum of paragraph 6."""
    return asked.CorrectEditorially(paragraph="6", content=words("comma"), whole=words(whole))


def delivery(entity: str, at: datetime, *, delivered: bool = True) -> Delivery:
    """Return what became of the letter to an entity."""
    return Delivery(
        entity=entity,
        role="head_of_delegation",
        person="p-2",
        channel="mail",
        at=at,
        delivered=delivered,
        reason="" if delivered else "mailbox full",
    )


def context(
    at: datetime, by: str | None = None, behalf: str | None = None, recorded: datetime | None = None
) -> Context:
    """Return the context of an act: of an entity, on behalf of one, or of the engine."""
    actor = Actor(person="p-1", entity=by, role="head_of_delegation", appointment="ap-1") if by else ENGINE
    paper = OnBehalf(entity=behalf, received_at=at, evidence=words("paper")) if behalf else None
    return Context(at=at, actor=actor, command_id="c" * 64, recorded_at=recorded or at, on_behalf=paper)


def instant(at: datetime | str) -> datetime:
    """Read an instant, unless it is one."""
    return utc(at) if isinstance(at, str) else at


@dataclass(kw_only=True)
class Silence:
    """One stream under the decider: what was decided, and what followed."""

    known: SilenceProcedure | None = None
    events: list[Event] = field(default_factory=list)
    effects: list[tuple[Event, Effect]] = field(default_factory=list)

    @property
    def state(self) -> SilenceProcedure:
        """Return the state of a procedure that has been opened."""
        assert self.known is not None
        return self.known

    def give(
        self,
        command: Command,
        at: datetime | str,
        by: str | None = None,
        *,
        behalf: str | None = None,
        recorded: datetime | str | None = None,
    ) -> list[Event]:
        """
        Decide a command at an instant and take over its events; ``by`` names an entity, else the engine acts.

        ``behalf`` names whose paper it is, received at that instant; ``recorded`` is when it was recorded.
        """
        how = context(instant(at), by, behalf, instant(recorded) if recorded else None)
        return self.take(DECIDER.decide(self.known, command, how))

    def take(self, events: Iterable[Event]) -> list[Event]:
        """Take over events and their effects."""
        taken = list(events)
        for event in taken:
            self.known = DECIDER.evolve(self.known, event)
            if self.known is not None:
                self.effects += [(event, effect) for effect in DECIDER.effects(self.known, event)]
        self.events += taken
        return taken

    def tell(self, *entities: str, at: datetime | str, cause: int | None = None) -> list[Event]:
        """Report that the letter reached entities."""
        return self.report(*(delivery(entity, instant(at)) for entity in entities), cause=cause)

    def bounce(self, *entities: str, at: datetime | str) -> list[Event]:
        """Report that the letter to entities came back, or did not go."""
        return self.report(*(delivery(entity, instant(at), delivered=False) for entity in entities))

    def report(self, *deliveries: Delivery, cause: int | None = None, recorded: datetime | None = None) -> list[Event]:
        """Report what became of the letter."""
        at = min(each.at for each in deliveries)
        letter = self.state.letter if cause is None else cause
        return self.give(AccountForNotice(notice=LETTER, cause=letter, deliveries=deliveries), at, recorded=recorded)

    def expire(self, *, processed: datetime | str | None = None, deaf: tuple[Interval, ...] = ()) -> list[Event]:
        """Let the next instant come due."""
        due = DECIDER.due(self.state)
        assert due is not None
        at = instant(processed) if processed else due.at
        return self.give(TimePassed(label=due.label, due_at=due.at, processed_at=at, deaf=deaf), due.at, recorded=at)

    def pass_to(self, at: datetime | str) -> list[Event]:
        """Let time pass to an instant, deciding everything that comes due on the way."""
        came: list[Event] = []
        while (due := DECIDER.due(self.state)) and due.at <= instant(at):
            came += self.expire()
        return came

    def letters(self, notice: str) -> list[tuple[str, ...]]:
        """Return to which entities each letter of a name went."""
        return [tuple(to.entity for to in each.to) for each in self.notices(notice)]

    def notices(self, notice: str) -> list[Notify]:
        """Return the letters of a name."""
        return [e for _, e in self.effects if isinstance(e, Notify) and e.notice == notice]

    def noted(self) -> list[NoteProcedure]:
        """Return what its home was told."""
        return [e.command for _, e in self.effects if isinstance(e, Tell) and isinstance(e.command, NoteProcedure)]


def opened(at: str = MONDAY, *, told: Iterable[str] | None = None, **other: Any) -> Silence:
    """Return a silence just opened, the members (or those named) and observers told at once."""
    return begun(opening(**other), at, told=told)


def written(at: str = MONDAY, *, told: Iterable[str] | None = None, **other: Any) -> Silence:
    """Return a written procedure just opened, everybody told at once."""
    return begun(written_opening(**other), at, told=told)


def begun(command: asked.OpenProcedure, at: str, *, told: Iterable[str] | None = None) -> Silence:
    """Return a procedure just opened, everybody told at once unless named."""
    silence = Silence()
    silence.give(command, at, "INTERPOL")
    if silence.known is not None and (to := silence.state.addressees if told is None else tuple(told)):
        silence.tell(*to, at=at)
    return silence


def but(*entities: str) -> tuple[str, ...]:
    """Return the members but some."""
    return tuple(member for member in MEMBERS if member not in entities)


def broken(at: str = "2026-03-04 10:00", *, by: str = "FRONTEX", **other: Any) -> Silence:
    """Return the silence of scenario 4: broken by Frontex on Wednesday."""
    silence = opened(**other)
    silence.give(asked.Object(reason=words("paragraph 5b")), at, by)
    return silence


def reopened(at: str = "2026-03-09 09:00", *, hours: float = 24, told: bool = True, **other: Any) -> Silence:
    """Return a silence broken, lifted and reopened for another round, everybody told again."""
    silence = broken(**other)
    silence.give(asked.LiftObjection(), at, "FRONTEX")
    silence.give(asked.ReopenSilence(period=elapsed(hours)), at, "INTERPOL")
    if told:
        silence.tell(*silence.state.addressees, at=at)
    return silence


def adopted(**other: Any) -> Silence:
    """Return a silence that has passed."""
    silence = opened(**other)
    silence.pass_to(EXPIRY)
    return silence
