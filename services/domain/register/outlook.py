"""What lies ahead of the register: the next key whose expiry has to be told."""

from __future__ import annotations

from services.domain.message import Deadline, Due, Wait
from services.domain.register.keys import reminder_at
from services.domain.register.state import Register
from services.domain.register.tenure import unreminded_keys


def due(state: Register) -> Due | None:
    """Return when the next key's expiry is to be told."""
    next_at = min((reminder_at(key) for key in unreminded_keys(state)), default=None)
    return Due(at=next_at, label="key_expiry") if next_at else None


def waits(_state: Register) -> tuple[Wait, ...]:
    """Return the open waits: none, nobody owes the register anything."""
    return ()


def deadlines(_state: Register) -> tuple[Deadline, ...]:
    """Return the deadlines: none."""
    return ()


def is_closed(_state: Register) -> bool:
    """Tell whether the register is closed: it never is."""
    return False
