"""Histories are for ever: every golden history replays through today's workflows."""

from __future__ import annotations

import gzip
import lzma
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from services.domain.catalogue import DECIDERS
from services.wire.message import prepare_codecs
from services.workflows.catalogue import WORKFLOWS

HISTORIES = Path(__file__).parents[1] / "histories"
OPENERS: dict[str, Any] = {".gz": gzip.open, ".xz": lzma.open}
GOLDEN = sorted(path for path in HISTORIES.glob("*/*.json.*") if path.suffix in OPENERS)
#: Refuses what a workflow must not reach for; a worker itself runs workflows without it.
SANDBOX = SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules("services"))


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


def test_every_workflow_has_a_golden_history() -> None:
    """Each version keeps a history of each workflow."""
    kept = {path.name.split(".")[0] for path in GOLDEN}

    assert {"register", "body", "cycle", "broken", "adopted", "late", "done"} <= kept
