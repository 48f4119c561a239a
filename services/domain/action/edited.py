"""What several people edit of an action item: whose it is, when it is due, and how far it has come."""

from __future__ import annotations

from services.domain.action.commands import ChangeDue, Complete, Confirm, Drop, Reassign, Reopen
from services.domain.action.state import ActionItem
from services.domain.edition import changed_since, edition_of
from services.domain.message import Command, Context, Refusal


def edition_of_action(action: ActionItem) -> str:
    """Return the edition of an action item."""
    adopted = tuple((each.body, each.due_at) for each in action.adoptions)
    return edition_of((action.owner, action.due_at, action.state, adopted))


def changed(action: ActionItem, command: Command, context: Context) -> Refusal | None:
    """Refuse an edit of an action item that has changed since it was read."""
    if isinstance(command, ChangeDue | Reassign | Complete | Confirm | Reopen | Drop):
        return changed_since("action item", edition_of_action(action), context)
    return None
