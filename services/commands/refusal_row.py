"""Refusals as the intake keeps them: of what is not there, not permitted, or not in the form of a command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.access.decision import AccessDecision
from services.domain.message import NotFound, NotPermitted, Refusal
from services.storage.intake import IntakeRow, IntakeStatus
from services.wire.message import Malformed, UnknownKind, to_json
from services.workflows.messages import Outcome

#: How many faults of one malformed request are kept on record.
NOTED_FAULTS = 20
LONGEST_SENTENCE = 1_000
#: The kind of the one record there is of a flood of refused commands.
FLOOD = "flood"


def not_there(row: IntakeRow) -> IntakeRow:
    """Refuse a command to a stream that has no entries."""
    noun, _, which = row.stream.partition("/")
    return _refused(row, NotFound(what=noun, which=which), rule="not-found")


def denied(row: IntakeRow, role: str, access: AccessDecision) -> IntakeRow:
    """Deny a command by the rules that decided."""
    rules = ", ".join(access.rules)
    who = f"{row.entity or 'an auditor'} as {role}"
    refusal = NotPermitted(who=who, what=row.kind, why=f"rule {rules}")
    return replace(_refused(row, refusal, rule=rules), status=IntakeStatus.DENIED)


def malformed(row: IntakeRow, error: Malformed | UnknownKind) -> IntakeRow:
    """Refuse a command whose arguments are not those of its kind."""
    if isinstance(error, UnknownKind):
        return _told(row, "malformed", "Malformed", str(error)[:LONGEST_SENTENCE], {"faults": []})
    faults = [
        {"field": f.field, "rule": f.rule, **({"remedy": f.remedy} if f.remedy else {})}
        for f in error.faults[:NOTED_FAULTS]
    ]
    return _told(row, "malformed", "Malformed", error.sentence[:LONGEST_SENTENCE], {"faults": faults})


def formless(row: IntakeRow, faults: Sequence[Mapping[str, Any]]) -> IntakeRow:
    """Refuse a request that has not the form of its command; what was sent is not kept."""
    noted = [dict(fault) for fault in faults[:NOTED_FAULTS]]
    return _told(row, "malformed", "Malformed", "The request has not the form of the command.", {"faults": noted})


def flooded(row: IntakeRow, most: int, window: int) -> IntakeRow:
    """Say that commands of this caller are turned away from here on, until its allowance has filled again."""
    sentence = f"More than {most} commands were refused in {window} seconds; those that followed were turned away."
    return _told(row, FLOOD, "TooManyRequests", sentence, {"most": most, "window": window})


def _refused(row: IntakeRow, refusal: Refusal, *, rule: str) -> IntakeRow:
    return _told(row, rule, type(refusal).__name__, refusal.sentence, refusal.facts)


def _told(row: IntakeRow, rule: str, reason: str, sentence: str, facts: Mapping[str, Any]) -> IntakeRow:
    told = {"reason": reason, "sentence": sentence, "facts": dict(facts)}
    outcome = to_json(Outcome(command_id=row.command_id, events=(), refusal=told))
    return replace(row, status=IntakeStatus.REFUSED, rule=rule, outcome=outcome, decided_at=row.received_at)
