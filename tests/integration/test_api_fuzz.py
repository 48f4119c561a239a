"""
Requests made from the contract, sensible and not: none breaks the API, all answers are documented, all writes recorded.

Short by itself; ``FUZZ`` sets how many requests are made of each kind, as ``make faults`` does.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy import text

from services.api.allowance import Allowance, Quota
from services.api.app import create_app, published_contract
from services.api.limits import Allowances
from services.runtime.api_process import ApiPort, bound
from services.runtime.stack import Stack
from tests.integration.api_world import CHAIR, COORDINATOR, Api, api_of, convene, fact, head
from tests.world import Peopled, World, world_of

TIMES = int(os.environ.get("FUZZ", "120"))
STEPS = 8
#: Seconds for one answer, however busy the machine is.
PATIENCE = 120
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
HASTY = settings(
    deadline=None,
    database=None,
    derandomize="FUZZ" not in os.environ,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
    print_blob=False,
)
#: Who asks: who leads, who governs, a member, an observer.
WHO = (CHAIR, COORDINATOR, "AIMC/head_of_entity", head("EUROPOL"), head("UNODC"))


class Caller:
    """Sends cases to an API as people of a world."""

    def __init__(self, url: str, world: World, things: dict[str, Any]) -> None:
        self.url = url
        self.keys = [world.keys[who] for who in WHO]
        self.things = things
        self.met: Counter[tuple[str, int]] = Counter()

    def headers(self, who: int) -> dict[str, str]:
        """Return the headers of somebody, editing whatever stands."""
        return {"Authorization": f"Bearer {self.keys[who % len(self.keys)]}", "If-Match": "*"}

    def send(self, case: Any, who: int) -> None:
        """Send a case and hold its answer against the contract."""
        for place, known in self.things.items():
            if who % 3 and place in (case.path_parameters or {}):
                case.path_parameters[place] = known(case.operation.path) if callable(known) else known
        response = case.call(base_url=self.url, headers=self.headers(who), timeout=PATIENCE)
        self.met[case.method, response.status_code] += 1
        case.validate_response(response, checks=CHECKS)


@asynccontextmanager
async def served(world: World) -> AsyncIterator[str]:
    """Serve a world's API on a port of its own, as often as it is asked; give its address."""
    plenty = Quota(name="plenty", amount=10**9, window=60)
    allowances = Allowances(requests=Allowance(plenty), refused=Allowance(plenty), strangers=Allowance(plenty))
    app = create_app(world.engine, allowances=allowances)
    with bound("127.0.0.1", 0) as listener:
        config = uvicorn.Config(app, http="httptools", lifespan="on", ws="none", log_config=None, access_log=False)
        server = ApiPort(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await world.until(lambda: _has_started(server))
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await serving


async def _has_started(server: ApiPort) -> bool:
    return server.started


@pytest.fixture(scope="module")
async def world(stack: Stack, peopled: Peopled) -> AsyncIterator[World]:
    """Give a world for whatever is sent to it."""
    async with world_of(stack, peopled) as world:
        yield world


@pytest.fixture(scope="module")
async def caller(world: World) -> AsyncIterator[Caller]:
    """Give somebody who knows one of everything."""
    async with api_of(world) as api:
        things = await known_things(api)
    async with served(world) as url:
        yield Caller(url, world, things)


async def known_things(api: Api) -> dict[str, Any]:
    """Make one of everything, and return what stands in the places of its address."""
    cycle = await convene(api, "wg-sc")
    tabled = await api.post(CHAIR, f"{cycle}/texts", title="T", kind="minutes", paragraphs={"1": "We met."})
    opened = await api.post(CHAIR, "/v1/bodies/wg-fa/silence-procedures", subject="A", text="B", waive="Test")
    person = (await api.get("AIMC/head_of_entity", "/v1/appointments"))["items"][0]
    ids = {"texts": fact(tabled, "text"), "procedures": fact(opened, "procedure"), "persons": person["person"]}
    return {
        "body": "wg-sc",
        "number": int(cycle.rsplit("/", 1)[1]),
        "code": "AIMC",
        "command_id": tabled["command_id"],
        "id": lambda path: ids.get(path.split("/")[2], "t-0000000000000000"),
        "name": "silence-not-open",
    }


@pytest.fixture(scope="module")
def schema() -> Any:
    """Give the contract as it is served, for cases to be made from."""
    return schemathesis.openapi.from_dict(published_contract())


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
async def test_no_request_breaks_the_api_and_every_answer_is_documented(
    caller: Caller, schema: Any, mode: GenerationMode
) -> None:
    """Requests as the contract has them, and such as it has not."""
    operations = [found.ok() for found in schema.get_all_operations()]

    @given(data=st.data())
    @settings(HASTY, max_examples=TIMES)
    def fuzz(data: st.DataObject) -> None:
        operation = data.draw(st.sampled_from(operations), label="operation")
        case = data.draw(operation.as_strategy(generation_mode=mode), label="case")
        caller.send(case, data.draw(st.integers(0, 29), label="who"))

    await asyncio.to_thread(fuzz)
    assert {("GET", 200), ("POST", 422)} <= caller.met.keys()


@pytest.mark.timeout(3600)
async def test_what_follows_from_an_answer_breaks_nothing_either(caller: Caller, schema: Any) -> None:
    """By the links of the contract: what was made or listed is read, changed and ended in any order."""
    followed: set[tuple[str, int]] = set()

    class Workflow(schema.as_state_machine()):  # type: ignore[misc]
        """Goes from answer to answer."""

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            """Send everything as who may do most."""
            return {
                "headers": caller.headers(len(case.operation.path) % 2),
                "base_url": caller.url,
                "timeout": PATIENCE,
            }

        def validate_response(self, response: Any, case: Any, additional_checks: Any = (), **_: Any) -> None:
            """Hold each answer against the contract."""
            followed.add((case.operation.label, response.status_code))
            case.validate_response(response, checks=CHECKS)

    several = settings(HASTY, max_examples=max(4, TIMES // 10), stateful_step_count=STEPS)
    await asyncio.to_thread(Workflow.run, settings=several)
    assert len(followed) > STEPS


async def test_no_write_is_without_an_event_and_none_is_left_lying(world: World, caller: Caller) -> None:
    """Whatever was sent before this: what was decided is in the ledger, and what is in the ledger was taken in."""
    async with world.engine.database.read() as connection:
        decided = "select count(*) from intake i where i.status = 'decided'"
        unrecorded = (
            "select count(*) from intake i where i.status = 'decided'"
            " and not exists (select 1 from ledger l where l.command_id = i.command_id)"
        )
        unknown = (
            "select count(*) from ledger l where l.command_id ~ '^[0-9a-f]{64}$'"
            " and not exists (select 1 from intake i where i.command_id = l.command_id)"
        )
        taken = "select count(*) from intake i where i.status = 'taken'"
        found = {
            name: (await connection.execute(text(query))).scalar_one()
            for name, query in (("unrecorded", unrecorded), ("unknown", unknown), ("taken", taken))
        }
        assert found == {"unrecorded": 0, "unknown": 0, "taken": 0}
        assert (await connection.execute(text(decided))).scalar_one() > 0
