"""The record on a real PostgreSQL: append-only by rights, idempotent, rebuilt equal, migrated up and down."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from services.runtime.migrate import migrate
from services.runtime.settings import read_owner_url
from services.runtime.stack import Stack
from services.storage import ledger, snapshot, tables
from services.storage.base import metadata
from services.storage.ledger import LedgerConflict, LedgerEntry
from services.storage.memory import Remembered
from services.storage.unit_of_work import Database, DatabaseAway
from tests.world import DELEGATE, World, fresh_settings

ENTRY = LedgerEntry(
    stream="silence/s-1",
    version=1,
    kind="procedure_opened",
    schema=1,
    at=datetime(2040, 3, 6, 8, tzinfo=UTC),
    actor={"person": "p-1", "entity": "INTERPOL"},
    command_id="c-1",
    policies={},
    data={"b": 1, "a": [True, None, "é"]},
)


@pytest.mark.parametrize("table", [t.name for t in tables.APPEND_ONLY])
@pytest.mark.parametrize("deed", ["update {0} set {1} = {1}", "delete from {0}", "truncate {0}"])
async def test_nobody_alters_an_authority_with_the_application_role(world: World, table: str, deed: str) -> None:
    """Ledger, positions, vault and posted letters can be added to and never changed or emptied."""
    column = next(iter(metadata.tables[table].columns)).name
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with world.engine.database.work() as connection:
            await connection.execute(text(deed.format(table, column)))


async def put(connection: AsyncConnection, *entries: LedgerEntry) -> None:
    """Put entries into the ledger as they are, with nothing that follows from them."""
    rows = [
        {
            "stream": entry.stream,
            "version": entry.version,
            "kind": entry.kind,
            "at": entry.at,
            "entity": entry.actor["entity"],
            "command_id": entry.command_id,
            "entry": entry.canonical(),
        }
        for entry in entries
    ]
    await connection.execute(insert(tables.ledger), rows)


async def test_the_same_entry_again_is_success_and_another_is_a_conflict(world: World) -> None:
    """Recording is idempotent on stream and version, by the entry's canonical bytes."""
    async with world.engine.database.work() as connection:
        assert not await ledger.stand(connection, [ENTRY])
        await put(connection, ENTRY)
        assert await ledger.stand(connection, [ENTRY])
        with pytest.raises(LedgerConflict):
            await ledger.stand(connection, [replace(ENTRY, data={"b": 2})])
        with pytest.raises(LedgerConflict):
            await ledger.stand(connection, [replace(ENTRY, version=3)])


async def test_an_entry_behind_the_head_of_its_stream_is_a_conflict(world: World) -> None:
    """A run that is behind its own stream is told so, although what it writes stands there already."""
    async with world.engine.database.work() as connection:
        await put(connection, ENTRY, replace(ENTRY, version=2, kind="silence_broken"))
        with pytest.raises(LedgerConflict):
            await ledger.stand(connection, [ENTRY])


async def test_entries_read_back_as_written(world: World) -> None:
    """An entry is stored as its canonical bytes and reads back equal."""
    async with world.engine.database.work() as connection:
        await put(connection, ENTRY)
        found = [entry async for entry in ledger.stream_entries(connection, ENTRY.stream)]

    assert found == [ENTRY]
    assert found[0].canonical().startswith(b'{"actor":{"entity":"INTERPOL"')


async def test_positions_follow_without_a_gap(world: World) -> None:
    """The sealer numbers committed entries from one on, without a gap, each once."""

    async def is_numbered() -> bool:
        async with world.engine.database.work() as connection:
            await ledger.give_positions(connection)
            positions = (await connection.execute(select(tables.ledger_position.c.position))).scalars().all()
            total = len((await connection.execute(select(tables.ledger.c.version))).all())
        return sorted(positions) == list(range(1, total + 1))

    await world.act(
        f"FRONTEX/{'head_of_entity'}", "register", "enrol_person", name="N", address="n@x", entity="FRONTEX"
    )
    await world.until(is_numbered)


async def test_schema_goes_up_down_and_up_again(stack: Stack) -> None:
    """Migrations are reversible, and what they make is what the tables say."""
    async with fresh_settings(stack) as (settings, environ):
        url = read_owner_url(environ)
        await migrate(url, "base")
        await migrate(url)
        engine = create_async_engine(url)
        async with engine.connect() as connection:
            rows = await connection.execute(
                text("select table_name from information_schema.tables where table_schema = 'public'")
            )
            assert {row[0] for row in rows} == set(metadata.tables) | {"alembic_version"}
        await engine.dispose()
        async with Database(settings.database_url) as database, database.read() as connection:
            assert (await connection.execute(text("select count(*) from ledger"))).scalar_one() == 0


async def test_reading_the_letter_counts_as_delivery_to_nobody_else(world: World) -> None:
    """A person acts only for its own entity: the register answers with the named refusal, and keeps it."""
    answer = await world.ask(
        f"FRONTEX/{DELEGATE}", "register", "enrol_person", name="X", address="x@y", entity="EUROPOL"
    )

    assert answer.refusal
    assert answer.refusal["reason"] == "NotPermitted"
    async with world.engine.database.read() as connection:
        row = (
            await connection.execute(select(tables.intake).where(tables.intake.c.command_id == answer.command_id))
        ).one()
    assert (row.is_permitted, row.status) == (False, "denied")


async def test_nothing_is_remembered_across_a_new_connection(world: World) -> None:
    """A server that was restored meanwhile gives the ids of transactions again; what it holds is read anew."""
    database = world.engine.database
    async with database.read() as connection:
        kept = await snapshot.load(connection, "register")
    assert kept is not None
    database.memory.keep("register", Remembered(version=kept.version, writer=kept.writer, state="of another server"))
    async with create_async_engine(read_owner_url(world.environ)).begin() as connection:
        await connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        )

    async def reads() -> bool:
        try:
            async with database.read() as connection:
                found = await snapshot.load(connection, "register")
        except DatabaseAway:
            return False
        assert found is not None
        assert found.state == kept.state
        return True

    await world.until(reads)
