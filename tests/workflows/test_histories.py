"""Histories are for ever: every golden history replays through today's workflows."""

from __future__ import annotations

import base64
import gzip
import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from services.domain.catalogue import DECIDERS
from services.domain.message import type_name
from services.wire.message import event_kind, prepare_codecs
from services.workflows.catalogue import WORKFLOWS
from tests.record_fields import FILE

HISTORIES = Path(__file__).parents[1] / "histories"
OPENERS: dict[str, Any] = {".gz": gzip.open, ".xz": lzma.open}
GOLDEN = sorted(path for path in HISTORIES.glob("*/*.json.*") if path.suffix in OPENERS)
#: Refuses what a workflow must not reach for; a worker itself runs workflows without it.
SANDBOX = SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules("services"))

#: What the stories do not bring about: years that run out, outages, policies that are in no edition, vacancies.
NEVER_TOLD = {
    "action_superseded",
    "adoption_set_aside",
    "command_refused",
    "item_returned",
    "jointly_adopted",
    "key_expiry_neared",
    "new_owner_needed",
    "occurrences_extended",
    "occurrences_needed",
    "policy_adopted",
    "procedure_governed",
    "procedure_taken",
    "series_ended",
    "single_position_warning",
}


def text_of(path: Path) -> str:
    """Read a golden history as JSON."""
    with OPENERS[path.suffix](path, "rt") as file:
        return str(file.read())


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}/{path.name.split('.')[0]}")
async def test_golden_history_replays(path: Path) -> None:
    """A history written by an earlier version of a workflow is understood, command by command."""
    prepare_codecs(kind for d in DECIDERS.values() for kind in (d.state, *d.commands, *d.events))
    history = WorkflowHistory.from_json(path.name, text_of(path))
    replayer = Replayer(
        workflows=list(WORKFLOWS.values()), workflow_runner=SANDBOX, data_converter=pydantic_data_converter
    )

    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)

    assert result.replay_failure is None, (
        f"{path.parent.name}/{path.name} no longer replays: a workflow was changed without a patch. "
        f"Put the change behind workflow.patched(...), or undo it. What the replay found: {result.replay_failure}"
    )


def recorded_by(path: Path) -> Iterator[str]:
    """Give the kinds of the entries that a golden history recorded."""
    for event in json.loads(text_of(path))["events"]:
        scheduled = event.get("activityTaskScheduledEventAttributes", {})
        for payload in scheduled.get("input", {}).get("payloads", ()):
            yield from (entry["kind"] for entry in json.loads(base64.b64decode(payload["data"])).get("entries", ()))


def test_what_the_last_release_could_record_stands_in_a_golden_history() -> None:
    """But for the few events that no story of it brings about, each by its name."""
    version = max((path.parent.name for path in GOLDEN), key=lambda each: [int(part) for part in each.split(".")])
    known = json.loads((HISTORIES / version / FILE).read_text())
    events = {event_kind(kind) for decider in DECIDERS.values() for kind in decider.events}
    could = {type_name.sub("_", name.rsplit(".", 1)[1]).lower() for name in known} & events
    stand = {kind for path in GOLDEN if path.parent.name == version for kind in recorded_by(path)}

    assert could - stand == NEVER_TOLD


def test_every_workflow_has_a_golden_history() -> None:
    """Each version keeps a history of each workflow."""
    kept = {path.name.split(".")[0] for path in GOLDEN}

    assert {"register", "body", "cycle", "broken", "adopted", "late", "done"} <= kept
