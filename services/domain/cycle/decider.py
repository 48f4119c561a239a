"""The meeting cycle as one decider."""

from __future__ import annotations

from services.domain.cycle import outlook
from services.domain.cycle.commands import COMMANDS, INTERNAL
from services.domain.cycle.decide import decide
from services.domain.cycle.effects import effects
from services.domain.cycle.evolve import evolve
from services.domain.cycle.recorded import EVENTS
from services.domain.cycle.state import Cycle
from services.domain.message import Decider

DECIDER: Decider[Cycle] = Decider(
    noun="cycle",
    state=Cycle,
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
