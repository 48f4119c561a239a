"""States that are kept in mind: read no more often than they change, and never other than they stand."""

from __future__ import annotations

from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.storage import snapshot
from services.storage.unit_of_work import Database
from services.telemetry.otel import spans_of
from services.telemetry.span import step
from tests.world import World

WHO = "FRONTEX/head_of_entity"
PERSON = {"name": "N", "address": "n@frontex.example", "entity": "FRONTEX"}


async def seen(database: Database) -> snapshot.Snapshot:
    """Return the register as a process reads it."""
    async with database.read() as connection:
        found = await snapshot.load(connection, "register")
    assert found is not None
    return found


async def test_a_state_that_has_not_changed_is_the_very_one_read_before(world: World) -> None:
    """It is neither sent nor read again."""
    async with Database(world.engine.settings.database_url) as database:
        first, second = await seen(database), await seen(database)

    assert second.state is first.state


async def test_a_state_that_has_gone_on_is_what_a_process_reads_that_knew_nothing(world: World) -> None:
    """A few entries later they alone are read and folded; many later the whole is."""
    async with Database(world.engine.settings.database_url) as database:
        before = await seen(database)
        await world.act(WHO, "register", "enrol_person", **PERSON)
        few = await seen(database)
        async with Database(world.engine.settings.database_url) as fresh:
            whole = await seen(fresh)
        for _ in range(snapshot.FEW + 1):
            await world.act(WHO, "register", "enrol_person", **PERSON)
        many = await seen(database)
        async with Database(world.engine.settings.database_url) as fresh:
            whole_again = await seen(fresh)

    assert few.version > before.version
    assert (few.version, few.state) == (whole.version, whole.state)
    assert few.state.membership is before.state.membership
    assert (many.version, many.state) == (whole_again.version, whole_again.state)
    assert many.state.membership is not few.state.membership


async def test_a_state_that_was_never_committed_is_not_taken_for_the_one_that_stands(world: World) -> None:
    """What a transaction saw of its own writing is gone with it."""
    async with Database(world.engine.settings.database_url) as database:
        standing = await seen(database)
        async with database.work() as connection:
            await connection.exec_driver_sql(
                "update snapshot set state = jsonb_set(state, '{keys}', '{}') where stream = 'register'"
            )
            inside = await snapshot.load(connection, "register")
            await connection.rollback()
        after = await seen(database)

    assert inside is not None
    assert inside.state.keys == {}
    assert after.state == standing.state


async def test_a_command_costs_four_statements_from_the_door_to_the_ledger(world: World) -> None:
    """The clock under its stream's lock, what has to be known, all that is kept of it, and all that it brings."""
    await world.act(WHO, "register", "enrol_person", **PERSON)
    kept = InMemorySpanExporter()
    spans = spans_of("test", "r", processor=SimpleSpanProcessor(kept))
    world.engine.database.tell_statements(spans)

    with step(spans, "take in"):
        await world.act(WHO, "register", "enrol_person", **PERSON)

    (outer,) = [span for span in kept.get_finished_spans() if span.name == "take in"]
    assert outer.context
    mine = [s.name for s in kept.get_finished_spans() if s.parent and s.parent.span_id == outer.context.span_id]
    assert mine == ["WITH held", "SELECT snapshot", "INSERT intake", "UPDATE snapshot"]
