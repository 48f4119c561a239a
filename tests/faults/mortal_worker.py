"""
A worker that kills itself with -9 at the point of a command's way that a mark names, once.

Run as a program: ``mortal_worker.py MARK``; the mark is a file that holds the point's name.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from services.gateways.console import ConsolePost
from services.runtime import worker as worker_module
from services.runtime.composition import compose
from services.runtime.settings import Settings
from services.workflows import process
from services.workflows.deliver import Deliverer
from services.workflows.errands import Errander
from services.workflows.recorder import Recorder


def die_at(here: str) -> None:
    """Kill this process if this is the point the mark names."""
    mark = Path(sys.argv[1])
    if mark.exists() and mark.read_text() == here:
        mark.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


def mortal(name: str, work: Callable[..., Awaitable[Any]], concerns: Callable[[Any], bool]) -> Callable[..., Any]:
    """Return an activity's work that may die before and after it is done."""

    async def done(self: Any, request: Any) -> Any:
        if concerns(request):
            die_at(f"{name}:before")
        result = await work(self, request)
        if concerns(request):
            die_at(f"{name}:after")
        return result

    return done


def arm() -> None:
    """Put the points into the activities and the handler."""
    record, errands, deliver = Recorder.record, Errander.run_errands, Deliverer.deliver
    decide = process.Process._decide

    async def recording(self: Recorder, batch: Any) -> Any:
        is_silence = batch.stream.startswith("silence/")
        name = "due" if batch.provided else "record"
        return await mortal(name, record, lambda _: is_silence)(self, batch)

    def deciding(self: process.Process, envelope: Any) -> None:
        if self.stream.startswith("silence/"):
            die_at("decide:before")
        decide(self, envelope)
        if self.stream.startswith("silence/"):
            die_at("decide:after")

    def begins_in_silence(errands: Any) -> bool:
        return any(errand.told.reference.startswith("silence/") for errand in errands.errands)

    put(Recorder, "record", recording, record)
    put(process.Process, "_decide", deciding, decide)
    put(Errander, "run_errands", mortal("run_errands", errands, begins_in_silence), errands)
    put(Deliverer, "deliver", mortal("deliver", deliver, lambda post: post.stream.startswith("silence/")), deliver)


def put(owner: type[Any], name: str, function: Any, original: Any) -> None:
    """Put a function in another's place, under the same activity definition."""
    function.__dict__.update(original.__dict__)
    setattr(owner, name, function)


async def main() -> None:
    """Serve until killed."""
    arm()
    async with compose(Settings.read(os.environ), lazy=False) as engine:
        object.__setattr__(engine, "post", ConsolePost())
        async with worker_module.serving(engine):
            print("serving", flush=True)  # noqa: T201 - the test waits for this line
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
