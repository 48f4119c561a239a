"""The application: routes, problems, bounds, and the beat that says somebody listens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from fastapi import Depends, FastAPI

from services.api.account.router import router as account
from services.api.action.router import router as action
from services.api.appointment.router import router as appointment
from services.api.asking import known_query
from services.api.body.router import router as body
from services.api.bounds import Bounds
from services.api.calendar.router import router as calendar
from services.api.clash.router import router as clash
from services.api.command.router import router as command
from services.api.contract import describe_wholly
from services.api.cursor import Cursors
from services.api.cycle.router import router as cycle
from services.api.deadline.router import router as deadline
from services.api.engine import Clock, Engine
from services.api.entity.router import router as entity
from services.api.event.router import router as event
from services.api.feed.router import router as feed
from services.api.head import Head
from services.api.health.router import router as health
from services.api.key.router import router as key
from services.api.limits import Allowances, Limits
from services.api.listening import listening
from services.api.mailing.router import router as mailing
from services.api.notice.router import router as notice
from services.api.person.router import router as person
from services.api.policy.router import router as policy
from services.api.problem.router import router as problem
from services.api.problems import handle_problems
from services.api.procedure.router import router as procedure
from services.api.text.router import router as text
from services.api.veil import Veil
from services.api.wait.router import router as wait
from services.api.watch import Watch
from services.telemetry.telemetry import Telemetry

VERSION = "1"
DESCRIPTION = """
Cycles, silence procedures and action items of bodies that decide together.

Every command may carry an `Idempotency-Key`: sent again under it, however long after, it is answered again and done
once. A command is answered when it stands in the record (200), or with its address while the engine is away (202);
either way it counts from `received_at`. With `?preview=true` a command is only tried: its letters are told as their
readers would read them, and nothing is done. Every refusal is a problem (RFC 9457) with a type of its own, and
behind that a page in English and French. Every instant is told in UTC and, as `…_local`, in the zone of whoever asks.

What several people edit has an `ETag`; sent back as `If-Match` it keeps an edit from writing over what somebody did in
between (412), and where one thing replaces another it has to be sent (428). Lists are sorted and filtered by what they
document, and go on at `next`. `/v1/events` tells what happened to whoever may read it, from any point on. `RateLimit`
says what a key may still ask for; beyond it the answer is 429, and `Retry-After` when to come again.
"""
#: In the order of a cycle's life.
RESOURCES = (
    account,
    entity,
    calendar,
    person,
    appointment,
    key,
    feed,
    policy,
    body,
    cycle,
    text,
    procedure,
    action,
    deadline,
    wait,
    notice,
    clash,
    mailing,
    event,
    command,
)


def create_app(
    engine: Engine,
    *,
    clock: Clock | None = None,
    telemetry: Telemetry | None = None,
    allowances: Allowances | None = None,
) -> FastAPI:
    """
    Return an application that serves an engine.

    Without a clock the present is the database's; without ``telemetry`` nobody sees what it is asked. ``allowances``
    are how often callers may ask, the usual ones unless given.
    """
    app = _routed(telemetry or Telemetry(), allowances or Allowances())
    app.state.engine = engine
    app.state.clock = clock
    app.state.cursors = Cursors(engine.settings.keys.cursor)
    return app


def published_contract() -> dict[str, Any]:
    """Return the OpenAPI document of this release; it is the same whatever engine is served."""
    return _routed(Telemetry(), Allowances()).openapi()


def _routed(telemetry: Telemetry, allowances: Allowances) -> FastAPI:
    app = FastAPI(
        title="Dialogue",
        version=VERSION,
        description=DESCRIPTION.strip(),
        lifespan=_serving,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.include_router(health)
    app.include_router(problem)
    for resource in RESOURCES:
        app.include_router(resource, prefix="/v1", dependencies=[Depends(known_query)])
    handle_problems(app)
    app.add_middleware(Head)
    app.add_middleware(Bounds)
    app.add_middleware(Limits, allowances=allowances)
    app.add_middleware(Watch, telemetry=telemetry)
    app.add_middleware(Veil)
    describe_wholly(app)
    return app


@asynccontextmanager
async def _serving(app: FastAPI) -> AsyncIterator[None]:
    engine = app.state.engine
    async with listening(engine.database, uuid4().hex, takes=lambda: engine.door.held is None):
        yield
