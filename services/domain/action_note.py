"""What an action item tells the cycle or body it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.message import Command, Event


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteAction(Command):
    """An action item tells its home how it stands."""

    action: str
    state: str
    owner: str
    is_overdue: bool
    needs_new_owner: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionNoted(Event):
    """The home knows how the action stands; the action's own stream is the authority."""

    action: str
    state: str
    owner: str
    is_overdue: bool
    needs_new_owner: bool
