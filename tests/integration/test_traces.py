"""One trace from the HTTP request through the workflow to the statement, as a real collector is told it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import yaml
from sqlalchemy.exc import ProgrammingError

from services.storage.statements import name_of, text_of
from services.storage.unit_of_work import Database
from services.telemetry.span import step
from tests.integration.collector import Collector, Kept, collecting
from tests.integration.test_cli_up import PERSON, running, until
from tests.world import World

CANARY = "Zugvogelzensus"
DEPLOY = Path(__file__).parents[2] / "deploy"
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = "00f067aa0ba902b7"


@dataclass(frozen=True)
class Watched:
    """What watchers of a whole deployment were told: a collector of traces, and who asks for metrics."""

    collector: Collector
    metrics: str


@pytest.fixture(scope="module")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """Give what they were told while somebody was enrolled."""
    async with collecting() as collector:
        sends = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "200"}
        async with running(tmp_path_factory.mktemp("traces") / "home", **sends) as up:
            key = (await up.command("keys", "issue", "--bootstrap", "--quiet", *PERSON)).out.strip()
            headers = {"Authorization": f"Bearer {key}", "traceparent": f"00-{TRACE}-{CALLER}-01"}
            person = {"name": CANARY, "address": f"{CANARY}@example.org", "entity": "AFRIPOL"}
            async with httpx.AsyncClient(base_url=up.url, headers=headers) as client:
                answer = await client.post("/v1/persons", json=person)
            assert answer.status_code == httpx.codes.OK, answer.text

            async def is_whole() -> bool:
                names = {(span.service, span.name) for span in collector.of(TRACE)}
                return {("dialogue-api", "POST"), ("dialogue-worker", "decide register")} <= names

            await until(is_whole, within=20)
            async with httpx.AsyncClient() as client:
                pages = [(await client.get(url)).text for url in re.findall(r"http://\S+/metrics", up.shown)]
    assert len(pages) == 2
    return Watched(collector, "".join(pages))


@pytest.fixture(scope="module")
def told(watched: Watched) -> Collector:
    """Give what the collector was told."""
    return watched.collector


def one(told: Collector, service: str, name: str) -> Kept:
    """Return the one span of the caller's trace that has a name."""
    (found,) = [span for span in told.of(TRACE) if (span.service, span.name) == (service, name)]
    return found


def test_one_trace_goes_from_the_request_through_the_workflow_to_the_statement(told: Collector) -> None:
    """Each step belongs to the one that asked for it, whichever process it is in; the first to the caller's own."""
    request = one(told, "dialogue-api", "POST")
    update = one(told, "dialogue-api", "update register")
    decision = one(told, "dialogue-worker", "decide register")
    record = one(told, "dialogue-worker", "record")
    in_record = {span.name for span in told.of(TRACE) if span.parent == record.id}
    in_request = {span.name for span in told.of(TRACE) if span.parent == request.id}

    assert request.parent == CALLER
    assert update.parent == request.id
    assert decision.parent == record.parent == update.id
    assert {"INSERT intake", "update register"} <= in_request
    assert in_record == {"UPDATE snapshot"}
    (written,) = [span.facts["db.query.text"] for span in told.of(TRACE) if span.parent == record.id]
    assert "insert into ledger" in written
    assert (request.facts["http.route"], request.facts["dialogue.outcome"]) == ("/persons", "decided")


def test_a_trace_tells_nothing_that_was_handed_in(told: Collector) -> None:
    """Neither names nor values of statements, nor keys."""
    assert CANARY.encode() not in told.raw
    assert b"dlg_" not in told.raw
    texts = [span.facts["db.query.text"] for span in told.spans if "db.query.text" in span.facts]
    assert texts
    assert not [text for text in texts if "'" in text.replace("'?'", "")]


def test_what_nobody_asked_for_has_a_trace_too(told: Collector) -> None:
    """The founding of the register is the engine's own; its statements belong to it."""
    others = {span.trace for span in told.spans if span.name == "record"} - {TRACE}

    assert others
    for trace in others:
        assert {"INSERT snapshot", "UPDATE snapshot"} & {span.name for span in told.of(trace)}


def test_alerts_and_dashboard_ask_for_what_is_there(watched: Watched) -> None:
    """Every metric they name is one that worker or API really answers, and every label one that it has."""
    dashboard = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    (group,) = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())["groups"]
    asked += [rule["expr"] for rule in group["rules"]]
    answered = {
        name
        for family in re.findall(r"^# TYPE (\S+) \w+$", watched.metrics, re.MULTILINE)
        for name in (family, f"{family}_bucket", f"{family}_sum", f"{family}_count")
    }

    named = {name for expression in asked for name in re.findall(r"\b(?:dialogue|temporal|process)_\w+", expression)}

    assert len(named) > 30
    assert named - answered == set()


async def test_a_statement_that_fails_is_told_by_the_name_of_its_failure(world: World) -> None:
    """Words of the database may quote a value."""
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    from services.telemetry.otel import spans_of

    kept = InMemorySpanExporter()
    spans = spans_of("test", "r", processor=SimpleSpanProcessor(kept))
    async with Database(world.engine.settings.database_url) as database:
        database.tell_statements(spans)
        with pytest.raises(ProgrammingError), step(spans, "outer"):
            async with database.work() as connection:
                await connection.exec_driver_sql("select * from nowhere where name = 'Zugvogelzensus'")

    statement, outer = kept.get_finished_spans()
    assert statement.name == "SELECT nowhere"
    assert statement.attributes
    assert statement.attributes["error.type"] == "ProgrammingError"
    assert statement.attributes["db.query.text"] == "select * from nowhere where name = '?'"
    assert (statement.parent and statement.parent.span_id) == (outer.context and outer.context.span_id)
    assert CANARY not in statement.to_json() + outer.to_json()


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("insert into ledger (a) values ($1)", "INSERT ledger"),
        ("UPDATE intake SET status=$1", "UPDATE intake"),
        ("with held as (\n  insert into snapshot (stream) values ($1)) select from held", "INSERT snapshot"),
        ("with held as (select 1) select from held", "WITH held"),
        ("select clock_timestamp()", "SELECT"),
        ("  \n", "SQL"),
    ],
)
def test_a_statement_is_named_by_what_it_does_and_to_what(statement: str, name: str) -> None:
    """In two words."""
    assert name_of(statement) == name


def test_no_literal_of_a_statement_is_told() -> None:
    """Quotes within quotes included."""
    assert text_of("select 'it''s', \n $1, 'x'") == "select '?', $1, '?'"
