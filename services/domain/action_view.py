"""How a cycle, and later its body, sees the action items that belong to it: a row of the follow-up matrix."""

from __future__ import annotations

from dataclasses import dataclass

from services.domain.action.state import FINISHED_STATES
from services.domain.action_note import ActionNoted
from services.domain.field import added


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionView:
    """An action item as last noted by its home; ``is_joint`` where another body's cycle assigned it first."""

    action: str
    owner: str
    state: str = "not_started"
    is_overdue: bool = False
    needs_new_owner: bool = False
    is_joint: bool = added(False)

    @property
    def is_open(self) -> bool:
        """Tell whether the action still has to be done or confirmed."""
        return self.state not in FINISHED_STATES


def view_noted(event: ActionNoted) -> ActionView:
    """Return the view of an action after its note."""
    return ActionView(
        action=event.action,
        owner=event.owner,
        state=event.state,
        is_overdue=event.is_overdue,
        needs_new_owner=event.needs_new_owner,
    )
