"""Headers change no command: what was written under watch replays without, and what was written without replays so."""

from __future__ import annotations

import gzip

import pytest
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Interceptor, Replayer

from services.domain.catalogue import DECIDERS
from services.runtime.worker import runner
from services.telemetry.telemetry import Telemetry
from services.wire.message import prepare_codecs
from services.workflows.carriage import traces_in
from services.workflows.catalogue import WORKFLOWS
from services.workflows.watched import Watched
from tests.workflows.test_histories import GOLDEN
from tests.world import World


async def replay(history: WorkflowHistory, *interceptors: Interceptor) -> None:
    """Replay a history; fail if the workflow would have done anything else."""
    prepare_codecs(kind for d in DECIDERS.values() for kind in (d.state, *d.commands, *d.events))
    replayer = Replayer(
        workflows=list(WORKFLOWS.values()),
        workflow_runner=runner(),
        data_converter=pydantic_data_converter,
        interceptors=interceptors,
    )
    await replayer.replay_workflow(history)


@pytest.mark.parametrize("path", GOLDEN[:6], ids=lambda path: path.name.split(".")[0])
async def test_a_history_without_headers_replays_under_watch(path: object) -> None:
    """As every history does that was written before there was any watch."""
    name = str(path).rsplit("/", 1)[1]
    await replay(WorkflowHistory.from_json(name, _unpacked(path)), Watched(Telemetry()))


def _unpacked(path: object) -> str:
    with gzip.open(str(path), "rt") as file:
        return file.read()


async def test_a_history_with_headers_replays_unwatched(world: World) -> None:
    """The headers are there, on updates and on what follows from them, and nothing depends on them."""
    await world.act(
        "AFRIPOL/head_of_entity", "register", "enrol_person", name="N", address="n@x.example", entity="AFRIPOL"
    )
    history = await world.engine.client.get_workflow_handle("register").fetch_history()

    scheduled = [e.activity_task_scheduled_event_attributes for e in history.events]
    carried = [traces_in(each.header.fields) for each in scheduled if each.activity_type.name == "record"]
    assert carried
    assert all(carried)
    await replay(history)
    await replay(history, Watched(Telemetry()))
