"""Versions of procedures that bodies adopt: which one governs at an instant (domain.md 5.1, rules of procedure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.domain.message import Command, Context, Event
from services.domain.procedure import Procedure


@dataclass(frozen=True, kw_only=True, slots=True)
class AdoptedProcedure:
    """A version of a procedure with its content, in force from an instant (UTC) on."""

    procedure: Procedure
    in_force: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TakeProcedure(Command):
    """A version of the body's procedure was adopted; the register tells the body, the body its proposed cycles."""

    adopted: AdoptedProcedure


@dataclass(frozen=True, kw_only=True, slots=True)
class ProcedureTaken(Event):
    """This stream knows of the version; what was convened or opened before keeps the one it began under."""

    adopted: AdoptedProcedure


def take(command: TakeProcedure, context: Context) -> tuple[Event, ...]:
    """Give the event of an adopted version; the same in every noun."""
    return (ProcedureTaken(at=context.at, actor=context.actor, adopted=command.adopted),)


def governing(own: Procedure, adopted: Iterable[AdoptedProcedure], at: datetime) -> Procedure:
    """Return the version of a procedure that governs what begins at an instant."""
    in_force = (each.procedure for each in adopted if each.in_force <= at and each.procedure.name == own.name)
    return max((own, *in_force), key=lambda procedure: procedure.version)


def later_than(own: Procedure, adopted: Iterable[AdoptedProcedure]) -> tuple[AdoptedProcedure, ...]:
    """Return the versions above one of the same procedure: those that may yet govern what stands under it."""
    return tuple(each for each in adopted if each.procedure.name == own.name and each.procedure.version > own.version)
