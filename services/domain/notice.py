"""Notices: what a stream knows of who was told what, when, by which channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.domain.message import Command, Context, Event


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What became of one notice to one addressee: accepted by ``channel`` at ``at``, or failed with a reason."""

    entity: str
    role: str
    person: str | None
    channel: str
    at: datetime
    delivered: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountForNotice(Command):
    """The engine reports what became of a notice it sent because of event ``cause`` (a version of this stream)."""

    notice: str
    cause: int
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeDelivered(Event):
    """A notice reached an entity: accepted by the recipient's server, shown on the console, read, or served by hand."""

    notice: str
    cause: int
    entity: str
    role: str
    person: str | None
    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NoticeFailed(Event):
    """A notice did not reach an entity; the engine tries that entity again, alone."""

    notice: str
    cause: int
    entity: str
    role: str
    channel: str
    reason: str


def account_for_notice(command: AccountForNotice, context: Context) -> tuple[Event, ...]:
    """Give the events of a report on a notice; the same in every noun."""
    return tuple(
        NoticeDelivered(
            at=delivery.at,
            actor=context.actor,
            notice=command.notice,
            cause=command.cause,
            entity=delivery.entity,
            role=delivery.role,
            person=delivery.person,
            channel=delivery.channel,
        )
        if delivery.delivered
        else NoticeFailed(
            at=delivery.at,
            actor=context.actor,
            notice=command.notice,
            cause=command.cause,
            entity=delivery.entity,
            role=delivery.role,
            channel=delivery.channel,
            reason=delivery.reason,
        )
        for delivery in command.deliveries
    )
