"""Commands over HTTP against the bare route, in interleaved rounds on one machine's whole deployment."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from rich.console import Console

from services.cli.keys import bootstrap_key
from services.cli.story.narrator import Narrator
from services.cli.story.people import take_seats
from services.cli.story.stage import CHAIR, COORDINATOR, DELEGATE, Stage
from services.runtime.home import Home
from services.runtime.machine import Machine
from services.runtime.port import remembered_ports
from tests.benchmarks.bare import TASK_QUEUE, BareWorkflow, connected
from tests.benchmarks.figure import Figure
from tests.benchmarks.load import Send, lone, together

PERSON = {"name": "Coordinator", "address": "c@interpol.example", "entity": "INTERPOL", "role": "coordinator"}
CLIENTS = 8
#: Requests in a row, and of each client, in one round.
LONE = 40
EACH = 8
#: Seconds in which the letters that an objection brings are out.
REST = 0.25
#: The bodies that meet, each with its procedure.
PROCEDURES = {"dialogue": "high-level-dialogue@1", "wg-sc": "wg-sc@1", "wg-fa": "wg-fa@1"}
BODIES = tuple(PROCEDURES)
SESSION_AHEAD = timedelta(days=400)
KEY_LIFE = timedelta(days=30)
READY_WITHIN = 30.0


@dataclass
class Bench:
    """A deployment with everybody in their seats, and the bare thing beside it."""

    stage: Stage
    bare: httpx.AsyncClient
    own: httpx.AsyncClient
    measured: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def members(self) -> tuple[str, ...]:
        """Return who may object."""
        return tuple(self.stage.facts["members"])[:CLIENTS]

    def command(self, who: str, path: str, arguments: Mapping[str, Any]) -> Send:
        """Return the sending of a command as somebody, under a key of its own."""
        headers = {"Authorization": f"Bearer {self.stage.seats[who].key}", "Idempotency-Key": str(uuid4())}
        return partial(_sent, self.own, path, arguments, headers)

    def row(self, aggregate: int) -> Send:
        """Return the writing of a row by the bare thing."""
        return partial(_sent, self.bare, f"/bare/{aggregate}", {"answer": "accepted"}, {})

    async def objections(self) -> list[list[Send]]:
        """Return objections of each member to one fresh procedure after the other, no two members at one at a time."""
        opened = [
            await self.stage.act(
                CHAIR,
                "/v1/bodies/dialogue/silence-procedures",
                {"subject": "A text", "text": "As it stands.", "period": "P14D"},
            )
            for _ in range(EACH)
        ]
        procedures = [each.fact("procedure") for each in opened]
        return [
            [
                self.command(
                    f"{code}/{DELEGATE}",
                    f"/v1/procedures/{procedures[(ordinal + turn) % EACH]}/objections",
                    {"reason": "Not so."},
                )
                for turn in range(EACH)
            ]
            for ordinal, code in enumerate(self.members)
        ]

    def answers(self, who: str, number: int, body: str = BODIES[0]) -> list[Send]:
        """Return answers of an entity to the convening notice, each other than the one before."""
        path = f"/v1/cycles/{body}/{self.stage.facts[body]}/responses"
        words = ("accepted", "declined")
        return [self.command(f"{who}/{DELEGATE}", path, {"answer": words[turn % 2]}) for turn in range(number)]

    async def round(self) -> None:
        """Measure everything once, the bare thing between."""
        first = self.members[0]
        self._note("bare p50", await lone([self.row(0) for _ in range(LONE)]))
        self._note("answer p50", await lone(self.answers(first, LONE)))
        self._note("bare p50 again", await lone([self.row(0) for _ in range(LONE)]))
        several = await self.objections()
        self._note("objection p50", await lone([each for sends in several for each in sends][:LONE], rest=REST))
        await asyncio.sleep(1)
        self._note("bare on one", await together([[self.row(0) for _ in range(EACH)] for _ in range(CLIENTS)]))
        self._note("answers on one", await together([self.answers(code, EACH) for code in self.members]))
        self._note(
            "bare on three", await together([[self.row(each % 3) for _ in range(EACH)] for each in range(CLIENTS)])
        )
        self._note(
            "answers on three",
            await together([self.answers(code, EACH, BODIES[turn % 3]) for turn, code in enumerate(self.members)]),
        )
        self._note("bare on many", await together([[self.row(each) for _ in range(EACH)] for each in range(CLIENTS)]))
        several = await self.objections()
        await asyncio.sleep(1)
        self._note("objections on many", await together(several))
        await asyncio.sleep(1)

    def _note(self, name: str, found: float) -> None:
        self.measured[name].append(found)

    def figures(self) -> Sequence[Figure]:
        """Return what the rounds came to, the first left out: it warms everything up."""
        found = {name: runs[1:] for name, runs in self.measured.items()}
        return (
            Figure(name="an answer (RSVP), p50", unit="ms", runs=found["answer p50"], bare=found["bare p50"], goal=1.3),
            Figure(
                name="an objection, p50", unit="ms", runs=found["objection p50"], bare=found["bare p50 again"], goal=1.3
            ),
            Figure(
                name="answers, 8 clients on one aggregate",
                unit="/s",
                runs=found["answers on one"],
                bare=found["bare on one"],
                goal=2,
                is_ceiling=False,
            ),
            Figure(
                name="answers, 8 clients on three aggregates",
                unit="/s",
                runs=found["answers on three"],
                bare=found["bare on three"],
                goal=0.8,
                is_ceiling=False,
            ),
            Figure(
                name="objections and the letters they bring, 8 clients on eight aggregates",
                unit="/s",
                runs=found["objections on many"],
                bare=found["bare on many"],
                goal=0.8,
                is_ceiling=False,
            ),
        )


async def _sent(
    client: httpx.AsyncClient, path: str, body: Mapping[str, Any], headers: Mapping[str, str]
) -> httpx.Response:
    answer = await client.post(path, json=body, headers=headers)
    if answer.status_code != httpx.codes.OK:
        raise RuntimeError(f"{path}: {answer.status_code} {answer.text}")
    return answer


async def measure_commands(home: Path, rounds: int) -> Sequence[Figure]:
    """Measure commands in some rounds, after one that warms up."""
    async with Machine(Home.at(home)) as machine, _bench(machine) as bench:
        for _ in range(rounds + 1):
            await bench.round()
        return bench.figures()


@asynccontextmanager
async def _bench(machine: Machine) -> AsyncIterator[Bench]:
    key = await bootstrap_key(PERSON, datetime.now(UTC).replace(microsecond=0) + KEY_LIFE, machine.home.path)
    stage = Stage(url=machine.api.url, narrator=Narrator(Console(file=StringIO())))
    async with AsyncExitStack() as exits:
        await exits.enter_async_context(stage.exits)
        await take_seats(stage, key)
        for body in BODIES:
            await _convene(stage, body)
        port = remembered_ports(machine.home.ports, ("bare",))["bare"]
        environ = {
            **os.environ,
            "TEMPORAL_ADDRESS": machine.environment["TEMPORAL_ADDRESS"],
            "TEMPORAL_NAMESPACE": machine.environment["TEMPORAL_NAMESPACE"],
            "BARE_DATABASE_URL": machine.stack.postgres.owner_dsn,
            "BARE_PORT": str(port),
        }
        for verb in ("worker", "api"):
            await exits.enter_async_context(_process(verb, environ))
        os.environ.update(environ)
        client = await connected()
        for number in range(CLIENTS):
            await client.start_workflow(BareWorkflow.run, id=f"bare-{number}", task_queue=TASK_QUEUE)
        bare = await exits.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30))
        own = await exits.enter_async_context(httpx.AsyncClient(base_url=machine.api.url, timeout=30))
        bench = Bench(stage=stage, bare=bare, own=own)
        await _answering(bench)
        yield bench


async def _answering(bench: Bench) -> None:
    async with asyncio.timeout(READY_WITHIN):
        while True:
            try:
                await bench.row(0)()
            except (httpx.TransportError, RuntimeError):
                await asyncio.sleep(0.1)
            else:
                return


async def _convene(stage: Stage, body: str) -> None:
    """Have a session of a body called and convened, far enough ahead that everybody may go on answering."""
    starts = (datetime.now(UTC) + SESSION_AHEAD).replace(hour=9, minute=0, second=0, microsecond=0)
    called = await stage.act(
        COORDINATOR,
        f"/v1/bodies/{body}/extraordinary-sessions",
        {
            "starts": f"{starts:%Y-%m-%dT%H:%M:%SZ}",
            "session": "PT8H",
            "reason": "To be measured.",
            "procedure": PROCEDURES[body],
        },
    )
    stage.facts[body] = number = called.fact("number")
    await stage.act(COORDINATOR, f"/v1/cycles/{body}/{number}/convening", {"mode": "hybrid", "place": "Lyon"})


@asynccontextmanager
async def _process(verb: str, environ: Mapping[str, str]) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.benchmarks.bare", verb, env=environ)
    try:
        yield
    finally:
        process.terminate()
        await process.wait()
