"""Decides on contributions: written ones and statements, for everybody or for members (domain.md 5.1, PS-33)."""

from __future__ import annotations

from services.domain.audience import narrower
from services.domain.cycle.admission import not_at_the_table, session_is_over, unknown_item
from services.domain.cycle.commands import Contribute
from services.domain.cycle.events import ContributionFiled, PresenceRecorded, SinglePositionWarning
from services.domain.cycle.records import ContributionKind, Presence
from services.domain.cycle.session import recorded_away
from services.domain.cycle.state import Cycle
from services.domain.message import Context, Event, made_id, refuse


def contribute(cycle: Cycle, command: Contribute, context: Context) -> tuple[Event, ...]:
    """File a contribution; that of an absent member shows in its presence, a second statement on an item warns."""
    if refusal := (
        session_is_over(cycle, context)
        or not_at_the_table(cycle, context, "contribute")
        or unknown_item(cycle, command.item, context)
    ):
        return refuse(command, refusal, context)
    item = cycle.item(command.item) if command.item else None
    filed = ContributionFiled(
        at=context.at,
        actor=context.actor,
        entity=context.entity,
        on_behalf=context.on_behalf,
        contribution=made_id("w", context),
        delegation=None if context.on_behalf else context.actor.delegation,
        item=command.item,
        kind=command.kind,
        content=command.content,
        audience=narrower(command.audience, item.audience) if item else command.audience,
    )
    return (filed, *_counted_as_contribution(cycle, filed), *_single_position(cycle, filed))


def _counted_as_contribution(cycle: Cycle, filed: ContributionFiled) -> tuple[Event, ...]:
    if filed.kind is not ContributionKind.WRITTEN_CONTRIBUTION or not recorded_away(cycle, filed.entity):
        return ()
    return (
        PresenceRecorded(
            at=filed.at,
            actor=filed.actor,
            entity=filed.entity,
            delegation=None,
            presence=Presence.ABSENT_WITH_WRITTEN_CONTRIBUTION,
        ),
    )


def _single_position(cycle: Cycle, filed: ContributionFiled) -> tuple[Event, ...]:
    known = cycle.membership.entity(filed.entity)
    if filed.kind is not ContributionKind.STATEMENT or filed.item is None or known is None:
        return ()
    earlier = tuple(
        c.id
        for c in cycle.contributions
        if (c.entity, c.item, c.kind) == (filed.entity, filed.item, ContributionKind.STATEMENT)
    )
    speaks_twice = bool(earlier) and len(known.delegations) > 1
    if not speaks_twice:
        return ()
    return (
        SinglePositionWarning(
            at=filed.at,
            actor=filed.actor,
            entity=filed.entity,
            item=filed.item,
            contributions=(*earlier, filed.contribution),
        ),
    )
