"""The register's rules by command: every command in every state gives events, a refusal being one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.domain.message import Command, Context, Event, NotFound, TimePassed, UnknownCommand, refuse
from services.domain.notice import AccountForNotice, account_for_notice
from services.domain.register.authority import not_permitted
from services.domain.register.calendars import change_calendar
from services.domain.register.commands import (
    AdoptPolicy,
    Appoint,
    Bootstrap,
    ChangeCalendar,
    ChangeStatus,
    EndAppointment,
    EnrolPerson,
    ErasePerson,
    FoundRegister,
    IssueFeedKey,
    IssueKey,
    RevokeFeedKey,
    RevokeKey,
)
from services.domain.register.edited import changed
from services.domain.register.founding import adopt_policy, bootstrap, change_status, found
from services.domain.register.keys import issue_feed_key, issue_key, remind_of_expiry, revoke_feed_key, revoke_key
from services.domain.register.people import appoint, end_appointment, enrol_person, erase_person
from services.domain.register.refusals import AlreadyFounded, NotFounded
from services.domain.register.state import Register


def decide(state: Register | None, command: Command, context: Context) -> tuple[Event, ...]:
    """Decide a command; the first one founds the register."""
    if isinstance(command, FoundRegister):
        return refuse(command, AlreadyFounded(), context) if state else found(command, context)
    rule = RULES.get(type(command))
    if rule is None:
        return refuse(command, UnknownCommand(noun="the register"), context)
    if state is None:
        return refuse(command, NotFounded(), context)
    if context.on_behalf:
        why = "the register takes no act on behalf of an entity (domain.md OB-1 lists what may be recorded so)"
        return refuse(command, not_permitted(context.actor, command, why), context)
    if refused := changed(state, command, context):
        return refuse(command, refused, context)
    return rule(state, command, context)


def account(_state: Register, command: AccountForNotice, context: Context) -> tuple[Event, ...]:
    """Record what became of a letter."""
    if not command.deliveries:
        return refuse(command, NotFound(what="delivery of", which=command.notice), context)
    return account_for_notice(command, context)


RULES: Mapping[type[Command], Callable[[Register, Any, Context], tuple[Event, ...]]] = {
    AdoptPolicy: adopt_policy,
    Appoint: appoint,
    Bootstrap: bootstrap,
    ChangeCalendar: change_calendar,
    ChangeStatus: change_status,
    EndAppointment: end_appointment,
    EnrolPerson: enrol_person,
    ErasePerson: erase_person,
    IssueFeedKey: issue_feed_key,
    IssueKey: issue_key,
    RevokeFeedKey: revoke_feed_key,
    RevokeKey: revoke_key,
    TimePassed: remind_of_expiry,
    AccountForNotice: account,
}
