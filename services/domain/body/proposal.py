"""How a body proposes a cycle: the first command of the cycle's own stream."""

from __future__ import annotations

from services.domain.body.events import NextCycleProposed
from services.domain.body.state import Body
from services.domain.cycle.commands import ProposeCycle
from services.domain.cycle.steps import plan_steps
from services.domain.message import Refusal
from services.domain.procedure_change import later_than


def proposal_of(body: Body, event: NextCycleProposed) -> ProposeCycle:
    """Return the proposal, with the membership of the body now; changes are told to the cycle as they come."""
    return ProposeCycle(
        body=body.code,
        number=event.number,
        cycle_kind=event.cycle_kind,
        starts=event.starts,
        ends=event.ends,
        zone=event.zone,
        chair_entity=body.chair_entity,
        procedure=event.procedure,
        calendar=event.calendar,
        membership=body.membership,
        clear=event.clear,
        backlog=event.backlog,
        adopted=later_than(event.procedure, body.adopted),
    )


def unreckonable(body: Body, event: NextCycleProposed) -> Refusal | None:
    """Say why the cycle itself would refuse to be proposed: its steps cannot be reckoned."""
    steps = plan_steps(proposal_of(body, event), event.at)
    return steps if isinstance(steps, Refusal) else None
