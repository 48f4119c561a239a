"""Who is invited, who is present, and whether that makes a quorum (domain.md 5.1, R1-2, R1-3, R1-7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.audience import Audience, is_visible_to
from services.domain.cycle.records import ContributionKind, InvitationAnswer, Presence
from services.domain.cycle.state import Cycle
from services.domain.membership import ParticipationStatus, quorum_of
from services.domain.message import Addressee

BEST_FIRST = tuple(Presence)
AWAY = frozenset({Presence.ABSENT, Presence.DECLINED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Quorum:
    """How many members are present, how many are required, and of how many."""

    present: int
    required: int
    members: int

    @property
    def is_met(self) -> bool:
        """Tell whether enough members are present to decide."""
        return self.present >= self.required


def at_the_table(cycle: Cycle, at: datetime) -> tuple[str, ...]:
    """Return who takes part at an instant: members, observers, and the guests the convening notice names."""
    guests = cycle.convening.guests if cycle.convening else ()
    present = cycle.membership.with_status_at(
        at, ParticipationStatus.MEMBER, ParticipationStatus.OBSERVER, ParticipationStatus.GUEST
    )
    return tuple(
        code
        for code in present
        if code in guests or cycle.membership.status_at(code, at) is not ParticipationStatus.GUEST
    )


def can_see(cycle: Cycle, audience: Audience, entity: str, at: datetime) -> bool:
    """Tell whether an entity sees what is meant for an audience; chair and convenor prepare, and see, everything."""
    if entity in (cycle.chair_entity, cycle.membership.convenor):
        return True
    return is_visible_to(audience=audience, status=cycle.membership.status_at(entity, at))


def readers(cycle: Cycle, audience: Audience, at: datetime) -> tuple[str, ...]:
    """Return the entities at the table that see what is meant for an audience."""
    return tuple(code for code in at_the_table(cycle, at) if can_see(cycle, audience, code, at))


def heads(cycle: Cycle, *entities: str) -> tuple[Addressee, ...]:
    """Return the heads of delegation of entities, as addressees."""
    return tuple(Addressee(entity=code, body=cycle.body) for code in entities)


def presence_of(cycle: Cycle, entity: str) -> Presence | None:
    """
    Return how an entity takes part: the best of its delegations, for it holds one seat.

    Once the session has begun, who is not recorded is away; before that, ``None``.
    """
    marks = {mark.presence for mark in cycle.presences if mark.entity == entity}
    best = next((presence for presence in BEST_FIRST if presence in marks), None)
    if best is None and cycle.session_opened_at is None:
        return None
    return away_as(cycle, entity, best or _unrecorded(cycle, entity))


def away_as(cycle: Cycle, entity: str, presence: Presence) -> Presence:
    """Return the presence, which for an absent entity with a written contribution says so (communique fn1)."""
    if presence in AWAY and has_written(cycle, entity):
        return Presence.ABSENT_WITH_WRITTEN_CONTRIBUTION
    return presence


def has_written(cycle: Cycle, entity: str) -> bool:
    """Tell whether an entity has filed a written contribution."""
    return any(c.entity == entity and c.kind is ContributionKind.WRITTEN_CONTRIBUTION for c in cycle.contributions)


def members_present(cycle: Cycle, at: datetime) -> tuple[str, ...]:
    """Return the members that count for the quorum at an instant; each counts once (R1-2)."""
    counted = cycle.procedure.quorum_present
    return tuple(code for code in cycle.membership.members_at(at) if presence_of(cycle, code) in counted)


def members_absent(cycle: Cycle, at: datetime) -> tuple[str, ...]:
    """Return the members that do not count for the quorum at an instant."""
    here = members_present(cycle, at)
    return tuple(code for code in cycle.membership.members_at(at) if code not in here)


def quorum_at(cycle: Cycle, at: datetime) -> Quorum:
    """Return the quorum at an instant; observers, guests and contributions never count."""
    members = len(cycle.membership.members_at(at))
    return Quorum(present=len(members_present(cycle, at)), required=quorum_of(members), members=members)


def delegations_of(cycle: Cycle, entity: str) -> tuple[str, ...]:
    """Return the delegations by which an entity is represented: named in credentials, or present."""
    known = cycle.membership.entity(entity)
    named = {person.delegation for person in cycle.credentials.get(entity, ())}
    named |= {
        mark.delegation
        for mark in cycle.presences
        if mark.entity == entity and mark.presence in (Presence.IN_PERSON, Presence.REMOTE)
    }
    return tuple(d.code for d in known.delegations if d.code in named) if known else ()


def _unrecorded(cycle: Cycle, entity: str) -> Presence:
    response = cycle.responses.get(entity)
    has_declined = response is not None and response.answer is InvitationAnswer.DECLINED
    return Presence.DECLINED if has_declined else Presence.ABSENT
