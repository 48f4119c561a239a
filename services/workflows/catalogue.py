"""Which workflow runs which noun, and what it is called in Temporal."""

from __future__ import annotations

from typing import Any

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from services.workflows import attributes
from services.workflows.action import ActionItemWorkflow
from services.workflows.body import StandingBodyWorkflow
from services.workflows.cycle import MeetingCycleWorkflow
from services.workflows.register import RegisterWorkflow
from services.workflows.silence import SilenceProcedureWorkflow

WORKFLOWS: dict[str, type[Any]] = {
    "register": RegisterWorkflow,
    "body": StandingBodyWorkflow,
    "cycle": MeetingCycleWorkflow,
    "silence": SilenceProcedureWorkflow,
    "action": ActionItemWorkflow,
}
TASK_QUEUE = "dialogue"
NOUN = SearchAttributeKey.for_keyword(attributes.NOUN)
BODY = SearchAttributeKey.for_keyword(attributes.BODY)
CYCLE = SearchAttributeKey.for_keyword(attributes.CYCLE)
#: Search attributes the namespace must know; opaque codes and numbers only, since no codec covers them.
SEARCH_ATTRIBUTES = (NOUN, BODY, CYCLE)
SUMMARIES = {
    "register": "The register: entities, appointments, keys, policies",
    "body": "Standing body",
    "cycle": "Meeting cycle",
    "silence": "Silence procedure",
    "action": "Action item",
}


def noun_of(stream: str) -> str:
    """Return the noun of a stream's name."""
    return stream.split("/", 1)[0]


def summary_of(stream: str, command: dict[str, Any]) -> str:
    """Return what a person reads beside a workflow in Temporal's UI; no content."""
    noun = noun_of(stream)
    where = "/".join(str(command[name]) for name in ("body", "cycle") if command.get(name) is not None)
    return " ".join(
        part for part in (SUMMARIES[noun], stream.partition("/")[2], f"of {where}" if where else "") if part
    )


def search_attributes_of(stream: str, command: dict[str, Any]) -> TypedSearchAttributes:
    """Return the search attributes a workflow starts with."""
    parts = stream.split("/")
    pairs = [SearchAttributePair(NOUN, parts[0])]
    body = parts[1] if parts[0] in {"body", "cycle"} else command.get("body")
    cycle = parts[2] if parts[0] == "cycle" else command.get("cycle")
    if body:
        pairs.append(SearchAttributePair(BODY, str(body)))
    if cycle is not None:
        pairs.append(SearchAttributePair(CYCLE, f"{body}/{cycle}"))
    return TypedSearchAttributes(pairs)
