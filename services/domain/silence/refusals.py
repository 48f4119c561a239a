"""Why a silence or written procedure says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.message import Refusal


@dataclass(frozen=True, kw_only=True, slots=True)
class SilenceNotOpen(Refusal):
    """The procedure is {state}; its last announced expiry was {expires_at}. Nothing can be objected to any more."""

    state: str
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EmptyElectorate(Refusal):
    """Nobody is a member at this instant, so there is nobody to be silent; check the register's dates."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TooFewWorkingDays(Refusal):
    """The period holds {found} whole common working days and needs {needed}; lengthen it, or waive with a reason."""

    found: int
    needed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RoundsExhausted(Refusal):
    """Round {round} would exceed the {max_rounds} rounds allowed; the text goes to a meeting instead."""

    round: int
    max_rounds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodTooShort(Refusal):
    """The period is {given}; it must be at least {least}."""

    given: timedelta
    least: timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class AlreadyObjected(Refusal):
    """{entity} has objected already; it may lift that objection."""

    entity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoObjectionToLift(Refusal):
    """{entity} has no objection standing; only its author can lift one."""

    entity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectionsStand(Refusal):
    """The objections of {entities} stand; the same text reopens only when all are lifted, a redraft needs none."""

    entities: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TooLateForMeeting(Refusal):
    """A request for a meeting had to come before {until}; objecting remains possible."""

    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ExtensionsExhausted(Refusal):
    """The procedure has been extended {count} times, which is all its rules allow."""

    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeAlreadyAsked(Refusal):
    """{entity} has asked for more time already; the chair has to answer before the expiry."""

    entity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoTimeAsked(Refusal):
    """Nobody has an unanswered request for more time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectionStopped(Refusal):
    """Corrections end {stop} before the expiry, at {until}; withdraw the text and redraft it instead."""

    stop: timedelta
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NoSuchCorrection(Refusal):
    """Version {version} is not a correction sent out under this procedure."""

    version: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceTooEarly(Refusal):
    """Another channel may be used from {since} on; until then the ordinary letter may still arrive."""

    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AlreadyTold(Refusal):
    """{entity} has been told already."""

    entity: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotFinal(Refusal):
    """The procedure is {state} and still runs; it cannot be withdrawn or closed from here."""

    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AnsweredSince(Refusal):
    """{entity} has given another answer since, at {at}; that one stands."""

    entity: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class StaleVersion(Refusal):
    """Version {given} is not the one before the members; that is version {current}."""

    given: int
    current: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RedraftBegun(Refusal):
    """A redraft of this text is before the members in procedure {by}; act there, this text is not reopened."""

    by: str
