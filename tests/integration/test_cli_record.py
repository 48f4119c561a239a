"""`dialogue ledger`, `workflows` and `doctor` over a real deployment: what is wrong is named, and put right again."""

from __future__ import annotations

import asyncio
import json

import asyncpg
from temporalio.client import WorkflowExecutionStatus

from services.commands.health import TASK_ATTEMPTS
from services.runtime.stack import Stack
from tests.integration.cli_process import dialogue
from tests.world import Peopled, World, fresh_settings

HURT = (
    "update api_key set scopes = '[]' where id = (select min(id) from api_key)",
    "delete from snapshot where stream = 'body/wg-sc'",
    "insert into wait values ('cycle/dialogue/99', 'respond', 'EUROPOL', 0, 'head_of_delegation', now(), null)",
    "update notice set state = 'queued', told_at = null where ctid = (select ctid from notice limit 1)",
)


async def owner_of(world: World) -> asyncpg.Connection:
    """Return a connection that may do anything."""
    return await asyncpg.connect(world.environ["DIALOGUE_DATABASE_OWNER_URL"])


async def test_rows_that_are_not_what_the_ledger_says_are_named_and_written_anew(world: World) -> None:
    """Comparing writes nothing; rebuilding leaves nothing to be named."""
    assert (await dialogue("ledger", "rebuild", "--check", environ=world.environ)).code == 0
    connection = await owner_of(world)
    for statement in HURT:
        await connection.execute(statement)

    named = await dialogue("ledger", "rebuild", "--check", environ=world.environ)
    again = await dialogue("ledger", "rebuild", "--check", environ=world.environ)

    assert named.code == again.code == 1
    assert named.out == again.out
    assert "register: api_key (k-" in named.out
    assert "scopes is []" in named.out
    assert "body/wg-sc: snapshot (body/wg-sc): is missing" in named.out
    assert "is there, and the ledger knows nothing of it" in named.out
    assert "state is queued, the ledger says delivered" in named.out

    rebuilt = await dialogue("ledger", "rebuild", environ=world.environ)
    assert (rebuilt.code, rebuilt.err) == (0, "")
    assert (await dialogue("ledger", "rebuild", "--check", environ=world.environ)).code == 0
    await connection.close()


async def test_a_rebuild_does_not_disturb_what_is_being_recorded(world: World) -> None:
    """The engine goes on deciding while every row is written anew."""
    task = asyncio.create_task(dialogue("ledger", "rebuild", environ=world.environ))
    for number in range(20):
        name = f"Person {number}"
        arguments = {"name": name, "address": f"p{number}@example.org", "entity": "EUROPOL"}
        await world.act("EUROPOL/head_of_entity", "register", "enrol_person", **arguments)
    assert (await task).code == 0
    assert (await dialogue("ledger", "rebuild", "--check", environ=world.environ)).code == 0


async def test_a_workflow_that_is_gone_is_named_and_started_from_the_ledger(world: World) -> None:
    """The doctor names the command, and after it the body decides again."""
    handle = world.engine.client.get_workflow_handle("body/dialogue")
    await handle.terminate("gone")

    sick = await dialogue("doctor", environ=world.environ)
    compared = await dialogue("workflows", "rebuild", "--check", environ=world.environ)
    assert (sick.code, compared.code) == (1, 1)
    assert "workflow gone: body/dialogue: its workflow has ended (terminated" in sick.out
    assert "Run: dialogue workflows rebuild" in sick.out
    assert "body/dialogue: missing" in compared.out
    assert (await handle.describe()).status is WorkflowExecutionStatus.TERMINATED

    assert (await dialogue("workflows", "rebuild", environ=world.environ)).code == 0
    assert (await dialogue("doctor", environ=world.environ)).out == "All is well.\n"
    await world.act(
        "INTERPOL/coordinator",
        "body/dialogue",
        "schedule_series",
        rrule="FREQ=HOURLY",
        zone="UTC",
        local_start="00:00",
        procedure="exercise@1",
    )


async def test_the_doctor_names_what_waits_too_long(world: World) -> None:
    """An act without decision, an instant past due, a notice nobody got; each on a line with what to run."""
    connection = await owner_of(world)
    await connection.execute(
        "insert into intake (command_id, stream, kind, body_digest, person, entity, envelope, is_permitted, rule, "
        "policy_digest, received_at, act_at, status) values ('x', 'cycle/dialogue/1', 'respond', '', 'p', 'SCO', '{}', "
        "true, '', '', now() - interval '2 minutes', now(), 'taken')"
    )
    await connection.execute(
        "update notice set state = 'failed', reason = 'mailbox full', queued_at = now() - interval '5 minutes' "
        "where ctid = (select ctid from notice limit 1)"
    )
    found = await dialogue("doctor", "--json", environ=world.environ)
    await connection.close()

    assert found.code == 1
    findings = {each["check"]: each for each in json.loads(found.out)}
    assert findings["undecided intake"]["subject"] == "cycle/dialogue/1"
    assert "mailbox full" in findings["undelivered notice"]["sentence"]
    assert all(each["command"] for each in findings.values())


async def test_the_doctor_names_a_workflow_that_does_not_get_on(world: World) -> None:
    """Its task is tried again and again; the doctor says where to look."""
    client, queue = world.engine.client, world.engine.settings.temporal.task_queue
    handle = await client.start_workflow("ActionItemWorkflow", "no start at all", id="action/wedged", task_queue=queue)

    async def is_tried_again() -> bool:
        described = await handle.describe()
        return described.raw_description.pending_workflow_task.attempt >= TASK_ATTEMPTS

    await world.until(is_tried_again)
    found = await dialogue("doctor", environ=world.environ)
    await handle.terminate()

    assert found.code == 1
    assert "wedged workflow: action/wedged: its workflow task fails, attempt" in found.out
    assert "Run: temporal workflow show --workflow-id action/wedged" in found.out


async def test_the_doctor_names_what_is_away(stack: Stack, peopled: Peopled) -> None:
    """No namespace, no database, no schema: each finding says what to start or run."""
    async with fresh_settings(stack, peopled.template) as (_, environ):
        connection = await asyncpg.connect(environ["DIALOGUE_DATABASE_OWNER_URL"])
        await connection.execute("delete from ledger_position")
        await connection.execute("update ledger set recorded_at = now() - interval '1 hour'")
        lost = await dialogue("doctor", environ=environ)
        await connection.execute("update alembic_version set version_num = 'old'")
        old = await dialogue("doctor", environ=environ)
        await connection.close()
    away = await dialogue(
        "doctor",
        environ={
            **environ,
            "DIALOGUE_DATABASE_URL": "postgresql://a:b@127.0.0.1:1/c",
            "TEMPORAL_ADDRESS": "127.0.0.1:1",
        },
    )

    assert lost.code == old.code == away.code == 1
    assert "temporal operator namespace create" in lost.out
    assert "unsealed ledger" in lost.out
    assert "the schema is at old, and this release needs" in old.out
    assert "Run: dialogue migrate" in old.out
    assert "the database cannot be reached" in away.out
    assert "Temporal cannot be reached" in away.out
    assert lost.err + old.err + away.err == ""
