"""The action item's pure functions, assembled for every reader."""

from __future__ import annotations

from services.domain.action import events
from services.domain.action.commands import AdoptJointly, CarryOver, CloseRecord, OpenAction, Supersede
from services.domain.action.decide import RULES, decide
from services.domain.action.effects import effects
from services.domain.action.evolve import CHANGES, evolve
from services.domain.action.outlook import deadlines, due, is_closed, waits
from services.domain.action.state import ActionItem
from services.domain.message import CommandRefused, Decider, TimePassed
from services.domain.notice import AccountForNotice, NoticeDelivered, NoticeFailed
from services.domain.register_change import ChangeMembership, RenewCalendar

DECIDER = Decider[ActionItem](
    noun="action",
    state=ActionItem,
    commands=(OpenAction, *RULES, AccountForNotice),
    events=(events.ActionOpened, *CHANGES, CommandRefused, NoticeDelivered, NoticeFailed),
    decide=decide,
    evolve=evolve,
    effects=effects,
    due=due,
    waits=waits,
    deadlines=deadlines,
    is_closed=is_closed,
    internal=(
        OpenAction,
        Supersede,
        AdoptJointly,
        CarryOver,
        CloseRecord,
        ChangeMembership,
        RenewCalendar,
        AccountForNotice,
        TimePassed,
    ),
)
