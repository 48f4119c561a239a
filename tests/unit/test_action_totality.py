"""Every command in every state of an action, and what the decider lists."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.domain.action.commands import (
    CarryOver,
    ChangeDue,
    CloseRecord,
    Complete,
    Confirm,
    Drop,
    HoldRung,
    Reassign,
    Reopen,
    ReportProgress,
    Supersede,
)
from services.domain.action.decider import DECIDER
from services.domain.action.state import ActionState
from services.domain.action_note import NoteAction
from services.domain.message import Command, CommandRefused, TimePassed, command_kind
from services.domain.notice import AccountForNotice, Delivery
from tests.unit.action_setting import (
    DAY_THREE,
    DAY_TWO,
    WORDS,
    Stream,
    kinds,
    opened,
    opening,
    reason_of,
    stand,
)
from tests.unit.calendar_setting import utc


def test_notices_are_accounted_for() -> None:
    """Delivered and failed are kept, the action is as it was; an empty report is refused."""
    stream = opened()
    before = stream.state
    failed = Delivery(
        entity="AMERIPOL",
        role="focal_point",
        person=None,
        channel="mail",
        at=utc(DAY_TWO),
        delivered=False,
        reason="bounced",
    )

    account = AccountForNotice(notice="action_assigned", cause=1, deliveries=(failed, replace(failed, delivered=True)))
    assert kinds(stream.give(account, DAY_TWO)) == ["NoticeFailed", "NoticeDelivered"]
    assert reason_of(stream.give(replace(account, deliveries=()), DAY_TWO)) == "BadArgument"
    assert stream.state == before


EVERY_COMMAND: tuple[Command, ...] = (
    opening(),
    ReportProgress(note=WORDS),
    Complete(evidence=WORDS),
    Confirm(),
    Reopen(reason=WORDS),
    Reassign(owner="EUROPOL"),
    Drop(reason=WORDS),
    Supersede(by="a-2", reason=WORDS),
    ChangeDue(due=utc("2026-12-18 22:00"), reason=WORDS),
    HoldRung(rung=4, until=utc("2026-12-18 22:00"), reason=WORDS),
    CarryOver(to="body/wg-sc"),
    CloseRecord(),
    TimePassed(label="reminder 1", due_at=utc("2026-09-16 22:00"), processed_at=utc("2026-09-16 22:00")),
    AccountForNotice(notice="action_assigned", cause=1, deliveries=()),
    NoteAction(action="a-9", state="done", owner="AIMC", is_overdue=False, needs_new_owner=False),
)

#: which commands are taken in which state, by the owner or for the chair
OPEN = "change_due hold_rung reassign drop supersede carry_over time_passed report_progress complete"
TAKEN = {
    ActionState.NOT_STARTED: OPEN,
    ActionState.IN_PROGRESS: OPEN,
    ActionState.DONE: "confirm reopen carry_over",
    ActionState.CONFIRMED: "reopen carry_over close_record",
    ActionState.SUPERSEDED: "carry_over close_record",
    ActionState.DROPPED: "reopen carry_over close_record",
}


@pytest.mark.parametrize("state", list(ActionState))
def test_which_commands_a_state_takes(state: ActionState) -> None:
    """Every command in every state gives events; those not listed are refused."""
    taken = set()
    for command in EVERY_COMMAND:
        for by in ("AMERIPOL", "INTERPOL"):
            answer = stand(state).give(command, DAY_THREE, by)
            assert answer
            if not isinstance(answer[0], CommandRefused):
                taken.add(command_kind(type(command)))

    assert taken == set(TAKEN[state].split())


def test_before_the_opening_only_the_opening_is_taken() -> None:
    """Everything else is refused and leaves nothing behind."""
    for command in EVERY_COMMAND[1:]:
        stream = Stream()
        assert reason_of(stream.give(command, DAY_TWO, "AMERIPOL")) in {"WrongState", "UnknownCommand"}
        assert stream.state is None


def test_a_second_opening_is_refused() -> None:
    """One stream, one action."""
    assert reason_of(opened().give(opening(), DAY_TWO)) == "WrongState"


def test_refusals_read_as_sentences() -> None:
    """The facts are in the words."""
    stream = stand(ActionState.DROPPED)

    (answer,) = stream.give(Complete(evidence=WORDS), DAY_THREE, "AMERIPOL")

    assert isinstance(answer, CommandRefused)
    assert answer.sentence == "This needs the action to be not_started or in_progress; it is dropped."


def test_the_decider_lists_all_it_knows() -> None:
    """Whoever reads the record finds every command and event, and which commands are internal."""
    assert {command_kind(c) for c in DECIDER.commands} - {command_kind(c) for c in DECIDER.internal} == {
        "report_progress",
        "complete",
        "confirm",
        "reopen",
        "reassign",
        "drop",
        "change_due",
        "hold_rung",
    }
    assert len(set(DECIDER.events)) == len(DECIDER.events) == 24
