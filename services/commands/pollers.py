"""Which workers ask Temporal for work."""

from __future__ import annotations

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client


async def pollers_of(client: Client, task_queue: str) -> tuple[str, ...]:
    """
    Return the identities of the workers that asked for workflow tasks within the last minutes.

    Raises:
        RPCError: Temporal does not say.
    """
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace,
            task_queue=TaskQueue(name=task_queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    return tuple(poller.identity for poller in answer.pollers)
