"""Who the caller is, and what people are appointed to, as the API tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """A person in a role on a seat, for one body or (``None``) all, in [``since``, ``until``)."""

    appointment: str
    person: str
    seat: str
    delegation: str | None
    body: str | None
    role: str
    since: datetime
    until: datetime | None
    holds: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """The caller: a person under the appointment of the key in use; ``zone`` is its own IANA zone."""

    zone: str
    person: str
    name: str | None
    entity: str
    status: str | None
    role: str
    appointment: str
    delegation: str | None
    body: str | None
    key: str
    scopes: tuple[str, ...]
    appointments: tuple[Appointment, ...]
