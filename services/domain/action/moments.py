"""The moments of an action item: reminders before, rungs after its due instant, as instants (domain.md LD-1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.calendar import CalendarTable, OutsideTable
from services.domain.deadline import NotReckonable
from services.domain.field import added
from services.domain.message import BadArgument
from services.domain.procedure import ActionParameters, Period
from services.domain.reckoning import reckon_for
from services.domain.working_calendar import WorkingCalendar

#: rungs that stay inside the owner's entity
INNER_ROLES = ("focal_point", "alternate", "head_of_delegation", "head_of_entity")
#: rungs that leave it, which alone can be held (domain.md LD-2)
OUTER_ROLES = ("chair", "heads_of_entity")


class MomentKind(StrEnum):
    """What goes at a moment."""

    REMINDER = "reminder"
    RUNG = "rung"


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """
    One instant at which the action speaks by itself, reckoned once for ``due_at``.

    ``number`` counts from 1 in the order of the procedure, reminders and rungs apart; ``to`` is the role it goes to.
    ``at`` is when it goes: ``planned_at``, or later if it is held. All UTC, whole seconds. ``reason`` says which days
    the count passed over.
    """

    kind: MomentKind
    number: int
    to: str
    due_at: datetime
    planned_at: datetime
    at: datetime
    reason: str = added("")

    @property
    def label(self) -> str:
        """Return its name in timers and lists: ``reminder 2``."""
        return f"{self.kind} {self.number}"

    def is_same_as(self, other: Moment) -> bool:
        """Tell whether both say the same thing at the same instant, whichever due instant they were reckoned for."""
        return (self.kind, self.number, self.to, self.at) == (other.kind, other.number, other.to, other.at)


def moments(
    *,
    due_at: datetime,
    parameters: ActionParameters,
    calendar: WorkingCalendar,
    day_ends: str,
    table: CalendarTable,
) -> tuple[Moment, ...] | BadArgument:
    """
    Return the moments of a due instant in their order, counted on the owner's calendar (domain.md LD-1).

    An offset that cannot be reckoned, or a rung to a role that is none, is answered with a refusal that names the
    parameter.
    """
    reckoned = []
    for offset in _offsets(parameters):
        if offset.to not in (*INNER_ROLES, *OUTER_ROLES):
            return _unknown_role(offset)
        try:
            found = reckon_for(anchor=due_at, period=offset.period, calendar=calendar, day_ends=day_ends, table=table)
        except NotReckonable as reason:
            return _not_reckonable(offset, reason)
        except OutsideTable as reason:
            return _outside_table(reason)
        reckoned.append(
            Moment(
                kind=offset.kind,
                number=offset.number,
                to=offset.to,
                due_at=due_at,
                planned_at=found.at,
                at=found.at,
                reason=found.reason,
            )
        )
    return in_order(reckoned)


def in_order(some: Iterable[Moment]) -> tuple[Moment, ...]:
    """Return moments in the order in which they go; of one instant reminders first, lower numbers first."""
    return tuple(sorted(some, key=lambda m: (m.at, m.kind, m.number)))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Offset:
    kind: MomentKind
    number: int
    to: str
    period: Period
    parameter: str


def _offsets(parameters: ActionParameters) -> Iterator[_Offset]:
    for index, period in enumerate(parameters.remind):
        yield _Offset(
            kind=MomentKind.REMINDER,
            number=index + 1,
            to="focal_point",
            period=period,
            parameter=f"actions.remind[{index}]",
        )
    for index, rung in enumerate(parameters.ladder):
        yield _Offset(
            kind=MomentKind.RUNG,
            number=index + 1,
            to=rung.to,
            period=rung.offset,
            parameter=f"actions.ladder[{index}]",
        )


def _unknown_role(offset: _Offset) -> BadArgument:
    return BadArgument(
        field=f"{offset.parameter}.to",
        rule=f"a rung cannot go to {offset.to}",
        remedy=f"name one of {', '.join((*INNER_ROLES, *OUTER_ROLES))} in the procedure",
    )


def _not_reckonable(offset: _Offset, reason: NotReckonable) -> BadArgument:
    return BadArgument(
        field=offset.parameter,
        rule=str(reason),
        remedy="use elapsed time, calendar days or working days, and see that the owner's working week is registered",
    )


def _outside_table(reason: OutsideTable) -> BadArgument:
    return BadArgument(
        field="due",
        rule=f"its reminders and ladder cannot be reckoned: {reason}",
        remedy="choose an earlier due instant",
    )
