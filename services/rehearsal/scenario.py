"""What a scenario file says: a timeline of steps, and what is expected to come of them (scenarios.md 2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from services.domain.charter import BodyCharter
from services.domain.membership import Membership
from services.rehearsal.anchor import Anchor
from services.rehearsal.vocabulary import Word

SYSTEM: Final = "system"


class Calendars(StrEnum):
    """Which days are worked: those of the register, or working weeks without any public holiday (domain.md 8)."""

    REGISTER = "register"
    WEEKS = "weeks"


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """A paper act of ``entity``, which the coordinator records: when it was received, and where it is kept (OB-1)."""

    entity: str
    received_at: Anchor
    evidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """
    One step: who does what when.

    ``by`` is ``ENTITY/role`` or ``DELEGATION/role``, or ``system`` for what only a rehearsal may do. ``word`` is the
    command. ``alias`` names what the step makes for later steps; ``refused`` the refusal it has to meet. ``line`` is
    where it stands in the file.
    """

    line: int
    at: Anchor
    by: str
    word: Word
    arguments: Mapping[str, Any]
    alias: str | None = None
    refused: str | None = None
    paper: Paper | None = None
    waive: str | None = None

    @property
    def is_system(self) -> bool:
        """Tell whether this is for the rehearsal alone, and not acted."""
        return self.by == SYSTEM


@dataclass(frozen=True, kw_only=True, slots=True)
class Expectation:
    """What has to hold of an object, at the end or at ``when``; ``subject`` is the alias or code it is about."""

    line: int
    object: str
    subject: Any
    fields: Mapping[str, Any]
    when: Anchor | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """
    A whole file, checked: everything it names is there, and nothing it says comes before what it rests on.

    ``membership`` and ``charters`` are those of the edition with what the file has otherwise; ``overrides`` is that
    alone. ``procedures`` are the procedures by which bodies decide where the file says so, ``own_procedures`` the
    bodies whose procedure it changes, so that it is in no edition.
    """

    file: str
    name: str
    starts: datetime
    bodies: tuple[str, ...]
    procedures: Mapping[str, str]
    calendars: Calendars
    overrides: Mapping[str, Any]
    membership: Membership
    charters: tuple[BodyCharter, ...]
    steps: tuple[Step, ...]
    until: datetime | None
    expectations: tuple[Expectation, ...]
    own_procedures: frozenset[str] = frozenset()
