"""Entities, as the API tells them: who is at the table, since when, where, in which working weeks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Basis:
    """Where a fact comes from, and how sure it is."""

    source: str
    confidence: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Status(Basis):
    """A status that holds from ``since`` until the next one."""

    status: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingWeek(Basis):
    """Working days by ISO weekday (1 is Monday) with their local closing hours; it holds until the next one."""

    since: datetime
    closes: Mapping[int, str]
    half_days: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Delegation:
    """One delegation of an entity, with its place."""

    code: str
    names: Mapping[str, str]
    seat: str
    seat_zone: str
    head_title: str
    weeks: tuple[WorkingWeek, ...]
    bases: Mapping[str, Basis]


@dataclass(frozen=True, kw_only=True, slots=True)
class EntityItem:
    """An entity in a list; ``status`` is the one it holds now, ``seat_zone`` the zone it is written to in."""

    code: str
    names: Mapping[str, str]
    head_title: str
    seat_zone: str
    status: str | None
    statuses: tuple[Status, ...]
    delegations: tuple[Delegation, ...]
    bases: Mapping[str, Basis]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entity(EntityItem):
    """An entity, told in the caller's ``zone``."""

    zone: str
