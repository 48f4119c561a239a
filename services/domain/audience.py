"""Audience: who may see an agenda item, a paper, a contribution or a text of a meeting (domain.md PS-33)."""

from __future__ import annotations

from enum import StrEnum

from services.domain.membership import ParticipationStatus


class Audience(StrEnum):
    """Everybody at the table, members and observers, or members alone."""

    ALL = "all"
    MEMBERS = "members"


def is_visible_to(*, audience: Audience, status: ParticipationStatus | None, is_named: bool = False) -> bool:
    """
    Tell whether an entity of a status sees something meant for an audience.

    ``is_named`` holds for what is the entity's own or names it: all that a guest ever sees (domain.md 6.2, PS-33).
    """
    if status is ParticipationStatus.MEMBER:
        return True
    if status is ParticipationStatus.OBSERVER:
        return is_named or audience is Audience.ALL
    return status is ParticipationStatus.GUEST and is_named


def narrower(first: Audience, second: Audience) -> Audience:
    """Return the audience that satisfies both: a paper of a members-only item is for members."""
    return Audience.MEMBERS if Audience.MEMBERS in (first, second) else Audience.ALL
