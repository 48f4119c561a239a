"""What several people edit in a cycle: the agenda, and each text."""

from __future__ import annotations

from services.domain.cycle.admission import seen_text
from services.domain.cycle.commands import (
    AdoptAgenda,
    AdoptText,
    Amend,
    AnnotateAgenda,
    CorrectEditorially,
    PublishAgenda,
    RefuseCorrection,
    WithdrawText,
)
from services.domain.cycle.state import Cycle
from services.domain.cycle.text import Text
from services.domain.edition import changed_since, edition_of
from services.domain.message import Command, Context, Refusal


def edition_of_agenda(cycle: Cycle) -> str:
    """Return the edition of the agenda: its items in their order, with all that was added to them."""
    return edition_of(
        (item.id, item.title.address, item.minutes, item.lead, item.outcome and item.outcome.address, item.papers)
        for item in cycle.items
    )


def edition_of_text(text: Text) -> str:
    """Return the edition of a text: the number of the version before the members."""
    return str(text.version)


def changed(cycle: Cycle, command: Command, context: Context) -> Refusal | None:
    """Refuse an edit of what has changed since it was read; a text that is not seen is for its rule to refuse."""
    if isinstance(command, AnnotateAgenda | AdoptAgenda | PublishAgenda):
        return changed_since("agenda", edition_of_agenda(cycle), context)
    if isinstance(command, Amend | CorrectEditorially | RefuseCorrection | AdoptText | WithdrawText):
        text = seen_text(cycle, command.text, context)
        return changed_since("text", edition_of_text(text), context) if text else None
    return None
