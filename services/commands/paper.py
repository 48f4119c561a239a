"""Reads what the coordinator says of a paper: whose it is, when it came, and where it is kept (domain.md OB-1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.commands.fill import read_instant_within
from services.domain.cycle.state import Cycle
from services.domain.message import Content, OnBehalf
from services.domain.register.state import Register
from services.wire.message import Fault, Malformed
from services.wire.moment import write_instant

Given = Mapping[str, Any] | None


def check_entity(given: Given, register: Register) -> None:
    """
    Check that the entity a paper is from is one; who is not on the register is not merely away from the table.

    Raises:
        Malformed: there is none such.
    """
    if given is not None and register.membership.entity(str(given.get("entity", ""))) is None:
        rule = f"there is no entity {str(given.get('entity', ''))[:40]}"
        raise _wrong("entity", rule, "name the code of one, like AIMC")


def paper_of(given: Given, seal: Callable[[str, str], Content], received_at: datetime, state: Any) -> OnBehalf | None:
    """
    Return what is recorded of a paper; ``received_at`` is when this was taken in, ``state`` what the paper is about.

    Raises:
        Malformed: its instant is none, lies ahead, or before anybody was asked; or nothing is said of the paper.
    """
    if given is None:
        return None
    try:
        paper_at = read_instant_within(given.get("received_at"))
    except ValueError as error:
        raise Malformed("on_behalf", (Fault(field="received_at", rule=str(error)),)) from error
    asked_at = _asked_at(state)
    if paper_at > received_at:
        raise _wrong("received_at", "lies in the future", "give the instant at which the paper was received")
    if asked_at is not None and paper_at < asked_at:
        rule = f"lies before {write_instant(asked_at)}, when the meeting was convened"
        raise _wrong("received_at", rule, "give the instant at which the paper was received")
    if not given.get("evidence"):
        raise _wrong("evidence", "is missing", "say what the paper is and where it is kept")
    return OnBehalf(
        entity=str(given["entity"]), received_at=paper_at, evidence=seal("evidence", str(given["evidence"]))
    )


def _asked_at(state: Any) -> datetime | None:
    """Return the instant before which nobody can have answered."""
    return state.convening.at if isinstance(state, Cycle) and state.convening else None


def _wrong(field: str, rule: str, remedy: str) -> Malformed:
    return Malformed("on_behalf", (Fault(field=field, rule=rule, remedy=remedy),))
