"""The silence procedure as one decider."""

from __future__ import annotations

from services.domain.message import CommandRefused, Decider, TimePassed
from services.domain.notice import AccountForNotice
from services.domain.register_change import ChangeMembership, RenewCalendar
from services.domain.silence import commands as asked
from services.domain.silence import events as happened
from services.domain.silence import outlook
from services.domain.silence.decide import RULES, decide
from services.domain.silence.effects import effects
from services.domain.silence.evolve import FOLDS, evolve
from services.domain.silence.state import SilenceProcedure

DECIDER: Decider[SilenceProcedure] = Decider(
    noun="silence",
    state=SilenceProcedure,
    commands=(asked.OpenProcedure, *RULES),
    internal=(
        asked.OpenProcedure,
        asked.SupersedeProcedure,
        asked.CloseProcedure,
        AccountForNotice,
        ChangeMembership,
        RenewCalendar,
        TimePassed,
    ),
    events=(happened.ProcedureOpened, *FOLDS, CommandRefused),
    decide=decide,
    evolve=evolve,
    effects=effects,
    due=outlook.due,
    waits=outlook.waits,
    deadlines=outlook.deadlines,
    is_closed=outlook.is_closed,
    deaf_since=outlook.deaf_since,
)
