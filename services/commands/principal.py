"""Who stands at the door: from an API key to a person under one dated appointment."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from services.access.request import Principal, principal_of
from services.domain.message import Actor, id_made_by
from services.domain.register.state import Register

KEY_FORM = re.compile(r"dlg_(k-[0-9a-z]{1,40})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """A person at the door, as decisions and access know it."""

    actor: Actor
    principal: Principal
    key: str


class NotAuthenticated(Exception):
    """No valid key was given; the reason is for the caller, and says nothing about keys that are not its own."""


def make_secret() -> tuple[str, str]:
    """Make a key's secret and the digest of it that the register keeps."""
    secret = secrets.token_urlsafe(32)
    return secret, digest_of(secret)


def digest_of(secret: str) -> str:
    """Return what the register keeps of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def spell_key(key: str, secret: str) -> str:
    """Return a key as its holder keeps it."""
    return f"dlg_{key}_{secret}"


def key_of(command_id: str, secret: str) -> str:
    """Return the key that a command issues, as its holder keeps it; its id follows from the command's, even before."""
    return spell_key(id_made_by("k", command_id), secret)


def authenticate(register: Register, spelt: str, *, at: datetime) -> Caller:
    """
    Return the caller that a key sent with a request stands for at an instant.

    Raises:
        NotAuthenticated: the key is malformed, unknown, revoked, expired, or its appointment does not hold; or it is a
            feed's, which stands in addresses and so opens nothing else.
    """
    caller = _caller(register, spelt, at=at)
    if register.keys[caller.key].opens_feed:
        raise NotAuthenticated("this key opens a calendar feed and nothing else; send a key of your own")
    return caller


def authenticate_feed(register: Register, spelt: str, *, at: datetime) -> Caller:
    """
    Return the caller that a feed's key stands for at an instant.

    Raises:
        NotAuthenticated: as for any key; or it is one that is sent with requests.
    """
    caller = _caller(register, spelt, at=at)
    if not register.keys[caller.key].opens_feed:
        raise NotAuthenticated("this key opens no calendar feed")
    return caller


def _caller(register: Register, spelt: str, *, at: datetime) -> Caller:
    form = KEY_FORM.fullmatch(spelt)
    if form is None:
        raise NotAuthenticated("the key is not in the form dlg_<id>_<secret>")
    key = register.keys.get(form[1])
    is_right = hmac.compare_digest(digest_of(form[2]), key.secret_digest if key else "")
    if key is None or not is_right:
        raise NotAuthenticated("the key is not known")
    if key.revoked_at is not None:
        raise NotAuthenticated("the key has been revoked; ask your focal point for another")
    if key.expires <= at:
        raise NotAuthenticated("the key has expired; ask your focal point for another")
    appointment = register.appointments.get(key.appointment)
    if appointment is None or not appointment.holds_at(at):
        raise NotAuthenticated("the appointment this key belongs to does not hold now")
    actor = Actor(
        person=appointment.person,
        entity=appointment.seat,
        role=appointment.role,
        appointment=appointment.appointment,
        delegation=appointment.delegation,
        body=appointment.body,
    )
    status = register.membership.status_at(appointment.seat, at)
    return Caller(
        actor=actor,
        principal=principal_of(actor=actor, status=status, scopes=frozenset(key.scopes)),
        key=key.key,
    )
