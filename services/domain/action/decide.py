"""Which rule answers which command to an action item."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.domain.action.calendars import renew_calendar
from services.domain.action.commands import (
    AdoptJointly,
    CarryOver,
    ChangeDue,
    CloseRecord,
    Complete,
    Confirm,
    Drop,
    HoldRung,
    OpenAction,
    Reassign,
    Reopen,
    ReportProgress,
    Supersede,
)
from services.domain.action.conduct import (
    carry_over,
    change_membership,
    close_record,
    complete,
    confirm,
    drop,
    reassign,
    reopen,
    report_progress,
    supersede,
)
from services.domain.action.edited import changed
from services.domain.action.joint import adopt_jointly
from services.domain.action.opening import open_action
from services.domain.action.refusals import ActionRecordClosed
from services.domain.action.schedule import change_due, hold_rung, time_passed
from services.domain.action.state import ActionItem
from services.domain.message import (
    BadArgument,
    Command,
    Context,
    Event,
    Refusal,
    TimePassed,
    UnknownCommand,
    WrongState,
    refuse,
)
from services.domain.notice import AccountForNotice, account_for_notice
from services.domain.register_change import ChangeMembership, RenewCalendar

Rule = Callable[[ActionItem, Any, Context], tuple[Event, ...]]


def decide(state: ActionItem | None, command: Command, context: Context) -> tuple[Event, ...]:
    """Answer any command in any state with at least one event."""
    if isinstance(command, OpenAction):
        return _open(state, command, context)
    if isinstance(command, AccountForNotice) and state is not None:
        return _account(command, context)
    rule = RULES.get(type(command))
    if rule is None:
        return refuse(command, UnknownCommand(noun="an action"), context)
    if state is None:
        return refuse(command, WrongState(noun="action", state="not there yet", needed="opened"), context)
    if refused := _record_closed(state) or changed(state, command, context):
        return refuse(command, refused, context)
    return rule(state, command, context)


def _record_closed(state: ActionItem) -> Refusal | None:
    return ActionRecordClosed(action=state.id) if state.record_closed_at is not None else None


def _open(state: ActionItem | None, command: OpenAction, context: Context) -> tuple[Event, ...]:
    if state is None:
        return open_action(command, context)
    return refuse(command, WrongState(noun="action", state=state.state.value, needed="new"), context)


def _account(command: AccountForNotice, context: Context) -> tuple[Event, ...]:
    none = BadArgument(field="deliveries", rule="a report tells of one at least", remedy="leave out an empty report")
    return account_for_notice(command, context) or refuse(command, none, context)


RULES: Mapping[type[Command], Rule] = {
    ReportProgress: report_progress,
    Complete: complete,
    Confirm: confirm,
    Reopen: reopen,
    Reassign: reassign,
    Drop: drop,
    Supersede: supersede,
    ChangeDue: change_due,
    HoldRung: hold_rung,
    AdoptJointly: adopt_jointly,
    CarryOver: carry_over,
    CloseRecord: close_record,
    ChangeMembership: change_membership,
    RenewCalendar: renew_calendar,
    TimePassed: time_passed,
}
