"""Procedures: the parameters a body decides by, as a cycle pins them (scenarios.md 1, domain.md 5.1 and 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from services.domain.field import added


class PeriodKind(StrEnum):
    """How a period is reckoned (domain.md DD-4)."""

    ELAPSED = "elapsed"
    CALENDAR_DAYS = "calendar_days"
    NTH_DAY_AT = "nth_day_at"
    WORKING_DAYS = "working_days"
    COMMON_WORKING_DAYS = "common_working_days"


class Rounding(StrEnum):
    """Where a reckoned day that is no working day of the debtor goes (domain.md DD-4)."""

    EARLIER = "earlier"
    LATER = "later"
    NONE = "none"


class Debtor(StrEnum):
    """Who has to meet a step."""

    CONVENOR = "convenor"
    CHAIR = "chair"
    EACH_ENTITY = "each_entity"


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """
    A length of time: elapsed, or so many days of a kind; negative counts before.

    ``wall`` is the local time, ``HH:MM``, at which an nth day ends that does not end with the day (``nth_day_at``).
    """

    kind: PeriodKind
    elapsed: timedelta = timedelta(0)
    days: int = 0
    wall: str = added("")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cadence:
    """
    When ordinary cycles meet: an RFC 5545 rule with zone and wall time; ``session`` is how long one lasts.

    ``skip`` and ``add`` are local dates in ``zone`` taken out of, or put into, what the rule gives.
    """

    rrule: str
    zone: str
    local_start: str
    session: timedelta
    skip: tuple[date, ...] = ()
    add: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A dated duty of a cycle: ``offset`` from the first day of the session, negative before it."""

    label: str
    offset: Period
    debtor: Debtor
    rounding: Rounding


@dataclass(frozen=True, kw_only=True, slots=True)
class SilenceParameters:
    """Parameters of the silence procedure, named as in domain.md 5.2."""

    period: Period
    min_common_working_days: int
    extensions: int
    delivery_tolerance: timedelta
    service_after: timedelta
    deaf_tolerance: timedelta
    deaf_floor: timedelta
    to_meeting_within: timedelta
    more_time: timedelta
    correction_stop: timedelta
    reopen_minimum: timedelta
    redraft_period: Period | None  # None: the full period
    max_rounds: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenParameters:
    """Parameters of the written procedure (domain.md 5.2 z): ``need`` says who of the electorate has to agree."""

    period: Period
    need: str = "all"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """One rung of a ladder: ``offset`` after the due instant, and the role it goes to."""

    offset: Period
    to: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionParameters:
    """Reminders before, and the ladder after, an action's due instant (domain.md LD-1)."""

    remind: tuple[Period, ...]
    ladder: tuple[Rung, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Procedure:
    """One version of one procedure; ``digest`` is the SHA-256 of its canonical content."""

    name: str
    version: int
    digest: str
    cadence: Cadence
    steps: tuple[Step, ...]
    quorum_of: str
    quorum_present: tuple[str, ...]
    decision: str
    silence: SilenceParameters
    written: WrittenParameters
    actions: ActionParameters
    day_ends: str
    quorum_need: str = "majority"

    @property
    def reference(self) -> str:
        """Return ``name@version``."""
        return f"{self.name}@{self.version}"
