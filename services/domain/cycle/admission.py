"""What many rules ask before they decide: the cycle's state, the entity's place at the table, the item, the text."""

from __future__ import annotations

from services.domain.audience import Audience
from services.domain.cycle.attendance import at_the_table, can_see, quorum_at
from services.domain.cycle.refusals import NoQuorum, TextUnderSilence, VersionMoved
from services.domain.cycle.state import UNTIL_SESSION_ENDS, Cycle, CycleState
from services.domain.cycle.text import Text, TextState
from services.domain.membership import ParticipationStatus
from services.domain.message import BadArgument, Context, NotFound, NotPermitted, Refusal, WrongState


def wrong_state(cycle: Cycle, *needed: CycleState | frozenset[CycleState]) -> Refusal | None:
    """Refuse unless the cycle is in one of the states."""
    allowed = {state for one in needed for state in (one if isinstance(one, frozenset) else (one,))}
    if cycle.state in allowed:
        return None
    names = ", ".join(state for state in CycleState if state in allowed)
    return WrongState(noun="cycle", state=cycle.state, needed=names)


def wrong_course(cycle: Cycle, *needed: CycleState) -> Refusal | None:
    """Refuse unless the cycle has come just so far, postponed or not."""
    if cycle.course in needed:
        return None
    return WrongState(noun="cycle", state=cycle.course, needed=", ".join(s for s in CycleState if s in needed))


def session_is_over(cycle: Cycle, context: Context) -> Refusal | None:
    """Refuse an act later than the session; one on paper, received in time, counts though recorded later (OB-1)."""
    closed = cycle.session_closed_at
    return None if closed and context.at < closed else wrong_state(cycle, UNTIL_SESSION_ENDS)


def not_at_the_table(cycle: Cycle, context: Context, what: str) -> Refusal | None:
    """Refuse unless the acting entity takes part at this instant."""
    if context.entity in at_the_table(cycle, context.at) or _leads(cycle, context.entity):
        return None
    return NotPermitted(who=context.entity, what=what, why="it is not invited to this meeting")


def not_a_member(cycle: Cycle, context: Context, what: str) -> Refusal | None:
    """Refuse unless the acting entity is a member at this instant."""
    if cycle.membership.status_at(context.entity, context.at) is ParticipationStatus.MEMBER:
        return None
    return NotPermitted(who=context.entity, what=what, why="it is no member at this instant")


def no_quorum(cycle: Cycle, context: Context) -> Refusal | None:
    """Refuse a decision of the meeting without a quorum; discussion may go on (domain.md 5.1)."""
    quorum = quorum_at(cycle, context.at)
    return None if quorum.is_met else NoQuorum(present=quorum.present, required=quorum.required)


def unknown_item(cycle: Cycle, item: str | None, context: Context) -> Refusal | None:
    """Refuse an item that is not there, or that the acting entity does not see: to it they are the same (PS-33)."""
    if item is None:
        return None
    found = cycle.item(item)
    is_named = found is not None and context.entity in (found.entity, found.lead)
    if found and (is_named or can_see(cycle, found.audience, context.entity, context.at)):
        return None
    return NotFound(what="agenda item", which=item)


def seen_text(cycle: Cycle, text: str, context: Context) -> Text | None:
    """Return a text the acting entity sees; ``None`` if there is none such."""
    found = cycle.text(text)
    if found and (found.entity == context.entity or can_see(cycle, found.audience, context.entity, context.at)):
        return found
    return None


def no_such_text(text: str) -> Refusal:
    """Say that a text is not there."""
    return NotFound(what="text", which=text)


def under_silence(cycle: Cycle, text: Text) -> Refusal | None:
    """Refuse while a procedure runs over the text: what concerns it then is said there."""
    running = cycle.running(text.id)
    return TextUnderSilence(text=text.id, procedure=running.procedure) if running else None


def text_not(text: Text, needed: frozenset[TextState]) -> Refusal | None:
    """Refuse unless the text is in one of the states."""
    if text.state in needed:
        return None
    return WrongState(noun="text", state=text.state, needed=", ".join(state for state in TextState if state in needed))


def version_moved(text: Text, given: int) -> Refusal | None:
    """Refuse an act on another version than the one before the members."""
    return None if given == text.version else VersionMoved(text=text.id, given=given, current=text.version)


def unknown_paragraph(text: Text, paragraph: str | None) -> Refusal | None:
    """Refuse a paragraph the text does not have."""
    if paragraph is None or paragraph in text.current.paragraphs:
        return None
    return NotFound(what="paragraph", which=paragraph)


def restricted_by_observer(cycle: Cycle, audience: Audience, context: Context) -> Refusal | None:
    """Refuse a members-only item, paper or text of an observer or guest, which it could not see itself."""
    if can_see(cycle, audience, context.entity, context.at) or audience is Audience.ALL:
        return None
    return BadArgument(field="audience", rule=f"{context.entity} would not see it itself", remedy="choose all")


def _leads(cycle: Cycle, entity: str) -> bool:
    return entity in (cycle.chair_entity, cycle.membership.convenor)
