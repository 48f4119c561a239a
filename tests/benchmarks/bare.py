"""
The bare thing that commands are measured against, as two processes: ``bare.py worker`` and ``bare.py api``.

A FastAPI route calls a Temporal update, whose handler, under a lock, writes one row through one activity. Nobody is
authenticated, nothing is decided, nothing else is kept.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import uvicorn
from fastapi import FastAPI
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

TASK_QUEUE = "bare"
TABLE = "create table if not exists bare (id bigint generated always as identity primary key, body jsonb not null)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One row to write."""

    body: dict[str, Any]


class Rows:
    """Writes rows."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @activity.defn(name="write_row")
    async def write(self, row: Row) -> int:
        """Write one and return its id."""
        written: int = await self._pool.fetchval(
            "insert into bare (body) values (jsonb_build_object('answer', $1::text)) returning id",
            str(row.body.get("answer")),
        )
        return written


@workflow.defn(name="BareWorkflow")
class BareWorkflow:
    """Takes updates one after the other."""

    @workflow.init
    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    @workflow.run
    async def run(self) -> None:
        """Serve for ever."""
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def write(self, row: Row) -> int:
        """Write a row, under the lock."""
        async with self._lock:
            written: int = await workflow.execute_activity(
                "write_row", row, result_type=int, start_to_close_timeout=timedelta(seconds=10)
            )
            return written


async def connected() -> Client:
    """Return a client of the server that the environment names."""
    return await Client.connect(
        os.environ["TEMPORAL_ADDRESS"],
        namespace=os.environ["TEMPORAL_NAMESPACE"],
        data_converter=pydantic_data_converter,
    )


async def serve_worker() -> None:
    """Serve the workflow and its activity."""
    pool = await asyncpg.create_pool(os.environ["BARE_DATABASE_URL"], min_size=2, max_size=6)
    await pool.execute(TABLE)
    worker = Worker(
        await connected(),
        task_queue=TASK_QUEUE,
        workflows=[BareWorkflow],
        activities=[Rows(pool).write],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    await worker.run()


def app_of() -> FastAPI:
    """Return the application with its one route."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.client = await connected()
        yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/bare/{id}")
    async def write(id: str, body: dict[str, Any]) -> dict[str, int]:  # noqa: A002 - the name in the address
        handle = app.state.client.get_workflow_handle(f"bare-{id}")
        return {"row": await handle.execute_update(BareWorkflow.write, Row(body=body))}

    return app


def main(verb: str) -> None:
    """Run one of the two processes."""
    if verb == "worker":
        asyncio.run(serve_worker())
    else:
        uvicorn.run(
            app_of(),
            host="127.0.0.1",
            port=int(os.environ["BARE_PORT"]),
            http="httptools",
            access_log=False,
            log_level="warning",
            ws="none",
        )


if __name__ == "__main__":
    main(sys.argv[1])
