"""Holds what is expected against what is recorded, object by object."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.policies.fault import PolicyError
from services.rehearsal.anchor import read_anchor
from services.rehearsal.expectation import OBJECTS, Value
from services.rehearsal.fact import RecordFacts
from services.rehearsal.finding import FINDS, Case
from services.rehearsal.resolving import Resolver
from services.rehearsal.scenario import Expectation
from services.rehearsal.stage import Stage
from services.wire.moment import write_instant


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether what stands on a line of the scenario holds, and what was found there."""

    line: int
    ok: bool
    found: Mapping[str, Any]


async def judge(expectation: Expectation, resolver: Resolver, facts: RecordFacts, stage: Stage) -> Verdict:
    """Return whether an expectation holds now."""
    kinds = OBJECTS[expectation.object].fields
    try:
        fields = {
            name: await _resolved(kinds[name], value, resolver, stage, expectation.line)
            for name, value in expectation.fields.items()
        }
        case = Case(expectation=expectation, fields=fields, resolver=resolver, facts=facts, stage=stage)
        found = await FINDS[expectation.object](case)
    except PolicyError as error:
        return Verdict(line=expectation.line, ok=False, found={"problem": error.problem})
    shown = {name: found.get(name) for name in fields}
    is_right = all(_is_same(kinds[name], fields[name], value) for name, value in shown.items())
    return Verdict(line=expectation.line, ok=is_right, found={name: plain(value) for name, value in shown.items()})


async def _resolved(kind: object, value: Any, resolver: Resolver, stage: Stage, line: int) -> Any:
    """Return what is expected with instants and names of what steps made resolved."""
    if value is None:
        return None
    if kind is Value.NAME:
        return resolver.thing(value, line).id
    if kind is Value.INSTANT:
        return await _instant(value, resolver, stage, line)
    if kind is Value.INSTANTS:
        return [await _instant(each, resolver, stage, line) for each in value]
    return value


async def _instant(text: str, resolver: Resolver, stage: Stage, line: int) -> datetime:
    return await resolver.instant(read_anchor(text), after=stage.clock.at, line=line)


def _is_same(kind: object, wanted: Any, found: Any) -> bool:
    """Compare instants to the second, and lists of entities or words whatever their order."""
    if kind is Value.INSTANT and wanted is not None:
        return found is not None and found.replace(microsecond=0) == wanted.replace(microsecond=0)
    if isinstance(wanted, list) and isinstance(found, list):
        return sorted(wanted) == sorted(found)
    return bool(wanted == found)


def plain(value: Any) -> Any:
    """Return what was found as a JSON value."""
    if isinstance(value, datetime):
        return write_instant(value)
    return [plain(each) for each in value] if isinstance(value, list) else value
