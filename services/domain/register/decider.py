"""The register as one decider."""

from __future__ import annotations

from services.domain.message import CommandRefused, Decider, TimePassed
from services.domain.notice import AccountForNotice, NoticeDelivered, NoticeFailed
from services.domain.register import outlook
from services.domain.register.commands import Bootstrap, FoundRegister
from services.domain.register.decide import RULES, decide
from services.domain.register.effects import effects
from services.domain.register.events import RegisterFounded
from services.domain.register.evolve import CHANGES, evolve
from services.domain.register.state import Register

DECIDER: Decider[Register] = Decider(
    noun="register",
    state=Register,
    commands=(FoundRegister, *RULES),
    internal=(FoundRegister, Bootstrap, AccountForNotice, TimePassed),
    events=(RegisterFounded, *CHANGES, CommandRefused, NoticeDelivered, NoticeFailed),
    decide=decide,
    evolve=evolve,
    effects=effects,
    due=outlook.due,
    waits=outlook.waits,
    deadlines=outlook.deadlines,
    is_closed=outlook.is_closed,
)
