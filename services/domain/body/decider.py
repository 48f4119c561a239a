"""The standing body as one decider."""

from __future__ import annotations

from services.domain.body import outlook
from services.domain.body.commands import COMMANDS, INTERNAL
from services.domain.body.decide import decide
from services.domain.body.effects import effects
from services.domain.body.events import EVENTS
from services.domain.body.evolve import evolve
from services.domain.body.state import Body
from services.domain.message import Decider

DECIDER: Decider[Body] = Decider(
    noun="body",
    state=Body,
    commands=COMMANDS,
    internal=INTERNAL,
    events=EVENTS,
    decide=decide,
    evolve=evolve,
    effects=effects,
    due=outlook.due,
    waits=outlook.waits,
    deadlines=outlook.deadlines,
    is_closed=outlook.is_closed,
)
