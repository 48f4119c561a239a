"""Seen from outside: what meters, log lines and readiness tell of real work, and what they never tell."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from temporalio.client import Client

from services.runtime.gauges import Gauges
from services.runtime.readiness import worker_lacking
from services.storage.unit_of_work import Database
from services.telemetry.log import LIBRARIES, JsonLines, hush
from tests.integration.api_world import CHAIR, COORDINATOR, api_of, convene, head, propose
from tests.world import World

#: A word that stands in every text, key and address handed in, and nowhere in the code.
CANARY = "Zugvogelzensus"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Give all that is logged, as a machine reads it, however little it matters."""
    written = io.StringIO()
    handler, root = logging.StreamHandler(written), logging.getLogger()
    handler.setFormatter(JsonLines())
    before = {name: logging.getLogger(name).level for name in (None, *LIBRARIES)}
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    hush()
    yield written
    root.removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def read(lines: io.StringIO) -> list[dict[str, Any]]:
    """Return the lines written."""
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def samples(world: World) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return what the meters of a world show, by name and labels."""
    assert world.engine.telemetry
    page = world.engine.telemetry.meters.page().decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def value(world: World, name: str, **labels: str) -> float:
    """Return one sample, 0 where there is none."""
    return samples(world).get((name, frozenset(labels.items())), 0.0)


async def test_a_command_is_counted_timed_and_written_down_once_at_the_door_and_once_in_the_record(
    world: World, lines: io.StringIO
) -> None:
    """With its id, its outcome, its duration, and one trace id in both."""
    async with api_of(world) as api:
        cycle = await propose(api)
        answer = await api.client.post(
            f"{cycle}/convening",
            headers=api.headers(COORDINATOR) | PARENT,
            json={"mode": "hybrid", "place": "Lyon", "waive": "An exercise"},
        )
        assert answer.status_code == 200, answer.text
        command = answer.json()["command_id"]

        async def recorded() -> bool:
            return value(world, "dialogue_records_total", outcome="recorded") > 0

        await world.until(recorded)

    assert value(world, "dialogue_commands_total", kind="convene", outcome="decided") == 1
    assert value(world, "dialogue_command_seconds_count", noun="cycle") == 1
    assert (
        value(world, "dialogue_requests_total", route="/cycles/{body}/{number}/convening", method="POST", status="200")
        == 1
    )
    assert value(world, "dialogue_requests_in_flight") == 0
    assert value(world, "dialogue_outbox_lag_seconds_count") > 0
    of_command = [line for line in read(lines) if line.get("command_id") == command]
    door, record = (next(line for line in of_command if line["message"] == what) for what in ("request", "command"))
    assert len(of_command) == 2
    assert (door["kind"], door["outcome"], door["status"], door["stream"]) == (
        "convene",
        "decided",
        200,
        cycle[4:].replace("cycles", "cycle"),
    )
    assert record["outcome"] == "decided"
    assert door["ms"] > record["ms"] > 0
    assert door["trace_id"] == record["trace_id"] == TRACE


async def test_a_refusal_names_its_trace_to_the_caller(world: World, lines: io.StringIO) -> None:
    """The caller tells the operator the id, and the operator finds the line."""
    async with api_of(world) as api:
        denied = await api.client.get("/v1/me", headers={"Authorization": "Bearer nonsense"})

    line = next(line for line in read(lines) if line["message"] == "request")
    assert denied.json()["trace_id"] == line["trace_id"]
    assert (line["problem"], line["status"]) == ("NotAuthenticated", 401)


async def test_nothing_handed_in_is_told_in_logs_or_meters(world: World, lines: io.StringIO) -> None:
    """A word put into every text, key and address is found in neither, whether a command is taken, refused or wrong."""
    async with api_of(world) as api:
        cycle = await convene(api)
        for path, sent in (
            (f"{cycle}/items", {"title": CANARY, "purpose": "decision"}),
            (f"{cycle}/items", {"title": CANARY, "purpose": CANARY}),
            (f"{cycle}/items", {CANARY: CANARY}),
            (f"{cycle}/answers", {"answer": "yes", "persons": [{"name": CANARY, "role": CANARY}]}),
            (f"{cycle}/cancellation", {"reason": CANARY}),
            ("/v1/persons", {"name": CANARY, "address": f"{CANARY}@example.org", "entity": "AFRIPOL"}),
            (f"/v1/bodies/{CANARY.lower()}/extraordinary-sessions", {"reason": CANARY}),
            (f"/v1/{CANARY}", {}),
        ):
            for who in (COORDINATOR, CHAIR, head("AFRIPOL"), "AFRIPOL/head_of_entity"):
                headers = api.headers(who, key=f"{CANARY}-{who}") | {"User-Agent": CANARY, "traceparent": CANARY}
                await api.client.post(path, headers=headers, json=sent)
            await api.client.post(path, headers=api.headers(COORDINATOR), json=sent, params={CANARY: CANARY})
        await api.client.get(f"/v1/feeds/{CANARY}.ics")
        await api.client.request(CANARY, f"/v1/me?{CANARY}", headers={"Authorization": f"Bearer {CANARY}"})

        async def is_told() -> bool:
            return any(letter.notice == "cycle_cancelled" for letter in world.post.letters)

        await world.until(is_told)

    assert world.engine.telemetry
    page = world.engine.telemetry.meters.page().decode()
    assert 'outcome="refused"' in page
    assert CANARY.lower() not in page.lower()
    found = [line for line in lines.getvalue().splitlines() if CANARY.lower() in line.lower()]
    assert found == []
    keys = {key.split("_", 2)[2] for key in world.keys.values()}
    assert [line for line in lines.getvalue().splitlines() if any(secret in line for secret in keys)] == []


async def test_the_record_is_told_in_numbers(world: World) -> None:
    """How far the ledger is, what waits, who listens."""
    gauges = Gauges(world.engine.database, reads_record=True)
    async with api_of(world):
        await gauges.refresh()
        shown = {metric.name: metric.samples[0].value for metric in gauges.collect()}

    assert shown["dialogue_database_up"] == 1
    assert shown["dialogue_ledger_position"] > 0
    assert shown["dialogue_listeners"] == 1
    assert shown["dialogue_deaf_seconds"] == 0
    assert shown["dialogue_deaf_seconds_last_hour"] > 0
    assert shown["dialogue_intake_undecided"] == shown["dialogue_procedures_past_due"] == 0
    assert shown["dialogue_pool_connections_limit"] >= shown["dialogue_pool_connections_in_use"] >= 0


async def test_a_record_that_cannot_be_read_is_told_as_that(world: World) -> None:
    """No number of yesterday is shown as today's."""
    address = world.engine.settings.database_url
    async with Database(address.replace(address.rsplit("@", 1)[1], "127.0.0.1:1/nowhere")) as nowhere:
        gauges = Gauges(nowhere, reads_record=True)
        await gauges.refresh()
        shown = {metric.name: metric.samples[0].value for metric in gauges.collect()}

    assert shown["dialogue_database_up"] == 0
    assert "dialogue_ledger_position" not in shown


async def test_readiness_is_for_everybody_and_names_what_lacks(world: World) -> None:
    """Whoever balances load has no key; a schema that is not this release's is named, and nothing of where it is."""
    async with api_of(world) as api:
        assert (await api.get(None, "/readyz")) == {"status": "ready"}

        async with world.engine.database.work() as connection:
            await connection.exec_driver_sql("delete from snapshot where stream = 'register'")
        unready = await api.get(None, "/readyz", expect=503)

    assert unready["lacking"] == ["register"]
    assert "lacks the register" in unready["detail"]


async def test_a_worker_lacks_temporal_where_that_is_away(world: World) -> None:
    """It has nothing to do without; an API goes on taking commands in."""
    engine = world.engine
    nowhere, queue = await Client.connect("127.0.0.1:1", lazy=True), engine.settings.temporal.task_queue

    assert await worker_lacking(engine.database, engine.client, queue) == ()
    assert await worker_lacking(engine.database, nowhere, queue) == ("temporal",)
    assert await worker_lacking(engine.database, engine.client, "another") == ("work",)
