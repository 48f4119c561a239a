"""Decisions on keys: issuing, revoking, and telling of their expiry."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from services.domain.message import (
    BadArgument,
    Command,
    Context,
    Event,
    NotFound,
    NotPermitted,
    Refusal,
    TimePassed,
    made_id,
    refuse,
)
from services.domain.register.authority import not_equipping, not_subscribing
from services.domain.register.commands import IssueFeedKey, IssueKey, RevokeFeedKey, RevokeKey
from services.domain.register.events import KeyExpiryNeared, KeyIssued, KeyRevoked
from services.domain.register.refusals import KeyAlreadyRevoked, NothingDue, SecretAlreadyUsed
from services.domain.register.state import WORKING, Appointment, Key, Register, Scope
from services.domain.register.tenure import unreminded_keys

#: how long a key may live at most: two years
LONGEST_LIFE = timedelta(days=730)
#: how long before its expiry the holder's entity is told
REMINDER = timedelta(days=30)
#: refuses whoever may not issue or revoke keys of an appointment
Authority = Callable[[Register, Command, Context, Appointment], NotPermitted | None]
SHA256 = re.compile(r"[0-9a-f]{64}")


def issue_key(state: Register, command: IssueKey, context: Context) -> tuple[Event, ...]:
    """Issue a key to the holder of an appointment; the secret itself is never known here."""
    return issued(state, command, context, asked=command.scopes, among=WORKING, not_its=not_equipping)


def issue_feed_key(state: Register, command: IssueFeedKey, context: Context) -> tuple[Event, ...]:
    """Issue a key that opens the calendar feed of an appointment and nothing else."""
    return issued(state, command, context, asked=(Scope.FEED,), among=(Scope.FEED,), not_its=not_subscribing)


def issued(
    state: Register,
    command: IssueKey | IssueFeedKey,
    context: Context,
    *,
    asked: tuple[str, ...],
    among: tuple[Scope, ...],
    not_its: Authority,
) -> tuple[Event, ...]:
    """Issue a key of the scopes asked for, unless one is not among those there are, or holder, secret or span wrong."""
    held = state.appointments.get(command.appointment)
    if held is None:
        return refuse(command, NotFound(what="appointment", which=command.appointment), context)
    wrong = (
        appointment_over(held, context)
        or wrong_scopes(asked, among)
        or wrong_secret(state, command.secret_digest)
        or wrong_span(command.expires, context)
        or not_its(state, command, context, held)
    )
    if wrong:
        return refuse(command, wrong, context)
    return (
        KeyIssued(
            at=context.at,
            actor=context.actor,
            key=made_id("k", context),
            appointment=held.appointment,
            secret_digest=command.secret_digest,
            label=command.label,
            scopes=tuple(scope for scope in among if scope in asked),
            expires=command.expires,
        ),
    )


def appointment_over(held: Appointment, context: Context) -> Refusal | None:
    """Refuse a key to an appointment that is over."""
    if held.is_over_at(context.at):
        return BadArgument(field="appointment", rule="it is over", remedy="appoint the person anew")
    return None


def wrong_scopes(asked: tuple[str, ...], among: tuple[Scope, ...]) -> Refusal | None:
    """Refuse scopes outside a closed list, and none at all."""
    unknown = sorted(set(asked) - set(among))
    if unknown or not asked:
        rule = f"there is no scope {', '.join(unknown)}" if unknown else "a key has at least one scope"
        return BadArgument(field="scopes", rule=rule, remedy=f"choose among {', '.join(among)}")
    return None


def wrong_secret(state: Register, digest: str) -> Refusal | None:
    """Refuse what is no SHA-256 in lower-case hexadecimal, and a secret that another key has."""
    if not SHA256.fullmatch(digest):
        return BadArgument(
            field="secret_digest",
            rule="it is the SHA-256 of the secret, 64 hexadecimal digits in lower case",
            remedy="send the digest, never the secret",
        )
    if any(k.secret_digest == digest for k in state.keys.values()):
        return SecretAlreadyUsed()
    return None


def wrong_span(expires: datetime, context: Context) -> Refusal | None:
    """Refuse a key that expires at once, or later than two years from now."""
    if context.at < expires <= context.at + LONGEST_LIFE:
        return None
    return BadArgument(
        field="expires",
        rule=f"a key expires after it is issued and within {LONGEST_LIFE.days} days",
        remedy="give an instant in between",
    )


def revoke_key(state: Register, command: RevokeKey, context: Context) -> tuple[Event, ...]:
    """Revoke a key at once and for good."""
    return revoked(state, command, context, key=state.keys.get(command.key), not_its=not_equipping)


def revoke_feed_key(state: Register, command: RevokeFeedKey, context: Context) -> tuple[Event, ...]:
    """Revoke a key that opens a calendar feed at once and for good."""
    key = state.keys.get(command.key)
    feed = key if key and key.opens_feed else None
    return revoked(state, command, context, key=feed, not_its=not_subscribing)


def revoked(
    state: Register, command: RevokeKey | RevokeFeedKey, context: Context, *, key: Key | None, not_its: Authority
) -> tuple[Event, ...]:
    """Revoke a key, unless there is none, it is not the actor's to revoke, or has been revoked."""
    if key is None:
        return refuse(command, NotFound(what="key", which=command.key), context)
    wrong = not_its(state, command, context, state.appointments[key.appointment])
    if wrong:
        return refuse(command, wrong, context)
    if key.revoked_at is not None:
        return refuse(command, KeyAlreadyRevoked(key=key.key, revoked_at=key.revoked_at), context)
    return (KeyRevoked(at=context.at, actor=context.actor, key=key.key, reason=command.reason),)


def remind_of_expiry(state: Register, command: TimePassed, context: Context) -> tuple[Event, ...]:
    """Tell of every key that expires within the month and was not told of yet."""
    near = [k for k in unreminded_keys(state) if reminder_at(k) <= context.at]
    if not near:
        return refuse(command, NothingDue(at=context.at), context)
    return tuple(KeyExpiryNeared(at=context.at, actor=context.actor, key=k.key, expires=k.expires) for k in near)


def reminder_at(key: Key) -> datetime:
    """Return when a key's coming expiry is told."""
    return key.expires - REMINDER
