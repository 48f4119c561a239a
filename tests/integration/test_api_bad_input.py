"""
What bad input gets from the API: each kind is answered with a sentence that says what to do.

``FOUND`` lists every kind and its tests, here and elsewhere. What was taken in counts; what was refused is on record
as refused, and nothing of it is done.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from services.commands.submit import Door
from services.runtime.stack import Stack
from services.storage.record import DatabaseClock
from tests.integration.api_world import (
    CHAIR,
    COORDINATOR,
    Api,
    api_of,
    convene,
    fact,
    head,
    in_session,
    present,
    until,
    written,
)
from tests.integration.test_api_away import without_temporal
from tests.world import MEMBERS, Peopled, World, world_of

HERE = "integration.test_api_bad_input"
LIMITS = "integration.test_api_limits"
GUEST = "ECO"
SILENCES = "/v1/bodies/dialogue/silence-procedures"
#: Every kind of bad input of an entity's own system, with the tests that try it at the API.
FOUND: Mapping[str, tuple[str, ...]] = {
    "objection by an observer": (f"{HERE}.test_an_objection_by_an_observer_is_filed_as_a_comment",),
    "objection by a non-member": (f"{HERE}.test_an_objection_by_who_is_no_member",),
    "objection late": (f"{HERE}.test_a_late_objection_is_kept_as_a_late_statement",),
    "objection twice": (f"{HERE}.test_an_objection_twice",),
    "answer to the convening after the meeting": (f"{HERE}.test_an_answer_after_the_meeting",),
    "1 MB where 10 kB is meant": (f"{LIMITS}.test_a_megabyte_where_ten_kilobytes_are_meant_is_refused",),
    "JSON of a thousand levels": (f"{LIMITS}.test_json_of_a_thousand_levels_is_refused",),
    "control characters, mixed directions, all of Unicode in names": (
        f"{LIMITS}.test_a_name_reads_as_it_is_written",
        f"{LIMITS}.test_every_script_is_taken_in_a_name",
        f"{LIMITS}.test_a_long_text_may_turn_direction_within_a_line",
    ),
    "two keys racing": (f"{HERE}.test_two_keys_racing", f"{HERE}.test_one_key_racing_with_itself"),
    "one idempotency key used by two principals": (f"{HERE}.test_one_idempotency_key_of_two_principals",),
    "a revoked or expired key, in flight": (
        f"{HERE}.test_a_key_revoked_in_flight",
        f"{HERE}.test_an_expired_key",
    ),
    "an appointment that ends mid-cycle": (f"{HERE}.test_an_appointment_that_ends_mid_cycle",),
    "a received_at claimed by who may not": (f"{HERE}.test_a_received_at_claimed_by_who_may_not",),
    "a clock jump of the host": (f"{HERE}.test_a_clock_jump_of_the_host",),
    "a flood of refused commands": (f"{LIMITS}.test_a_flood_of_refused_commands_fills_nothing",),
}


@pytest.fixture(scope="module")
async def world(stack: Stack, peopled: Peopled) -> AsyncIterator[World]:
    """Give a world with a guest at the table."""
    async with world_of(stack, peopled) as world:
        await world.appoint(GUEST, "head_of_entity", by=COORDINATOR)
        await world.appoint(GUEST, "head_of_delegation", by=f"{GUEST}/head_of_entity")
        yield world


@pytest.fixture(scope="module")
async def api(world: World) -> AsyncIterator[Api]:
    """Give its API."""
    async with api_of(world) as api:
        yield api


@pytest.mark.parametrize("kind", FOUND)
def test_every_kind_of_bad_input_is_tried(kind: str) -> None:
    """The list names tests there are."""
    for place in FOUND[kind]:
        module, _, test = place.rpartition(".")
        assert callable(getattr(import_module(f"tests.{module}"), test)), place


async def opened(api: Api, **more: Any) -> str:
    """Have a silence procedure opened, and return its address."""
    sent = {"subject": "A word", "text": "The text.", "waive": "Test", **more}
    return str((await api.post(CHAIR, SILENCES, **sent))["links"]["procedure"])


def says_what_to_do(told: Mapping[str, Any], *words: str) -> None:
    """Make sure that a problem is a sentence with these words, and that it was kept."""
    assert told["detail"].endswith("."), told
    for word in words:
        assert word in told["detail"], told["detail"]


async def test_an_objection_by_an_observer_is_filed_as_a_comment(api: Api) -> None:
    """It is heard, and breaks nothing (domain.md 5.2 l)."""
    procedure = await opened(api)
    answered = await api.post(head("UNODC"), f"{procedure}/objections", reason="We would rather not.")
    assert [event["kind"] for event in answered["events"]] == ["comment_filed"]
    assert fact(answered, "was_objection") is True
    told = await api.get(head("AIMC"), procedure)
    assert (told["state"], told["comments"][0]["text"]) == ("opened", "We would rather not.")


async def test_an_objection_by_who_is_no_member(api: Api) -> None:
    """A guest has no part in it: to it there is no such procedure; an auditor may not speak."""
    procedure = await opened(api)
    told = await api.post(head(GUEST), f"{procedure}/objections", expect=404, reason="No.")
    assert told["refusal"] == "NotFound"
    says_what_to_do(told)
    assert (await api.get(CHAIR, procedure))["state"] == "opened"


async def test_a_late_objection_is_kept_as_a_late_statement(api: Api) -> None:
    """After the expiry nothing is broken by it, and it stays on record with its words (domain.md 5.2 k)."""
    cycle = await convene(api, "wg-fa", ahead=timedelta(hours=2))
    paragraphs = {"1": "We met."}
    tabled = await api.post(CHAIR, f"{cycle}/texts", title="T", kind="minutes", paragraphs=paragraphs)
    text = f"/v1/texts/{fact(tabled, 'text')}"
    asked = await api.post(CHAIR, f"{text}/silence-procedures", period="PT2S", waive="Test")
    procedure = f"/v1/procedures/{fact(asked, 'procedure')}"
    await until(lambda: api.get(head("AIMC"), procedure), lambda seen: bool(seen["state"] == "adopted"))
    answered = await api.post(head("AIMC"), f"{procedure}/objections", reason="We were late.")
    assert [event["kind"] for event in answered["events"]] == ["late_statement_kept"]
    told = await api.get(head("EUROPOL"), procedure)
    assert (told["state"], told["late_statements"][0]["text"]) == ("adopted", "We were late.")


async def test_an_objection_twice(api: Api) -> None:
    """One is enough; the second says that it stands and can be lifted."""
    procedure = await opened(api)
    await api.post(head("FRONTEX"), f"{procedure}/objections", reason="No.")
    told = await api.post(head("FRONTEX"), f"{procedure}/objections", expect=409, reason="No!")
    assert (told["refusal"], told["entity"]) == ("AlreadyObjected", "FRONTEX")
    says_what_to_do(told, "it may lift that objection")
    assert len((await api.get(CHAIR, procedure))["objections"]) == 1


async def test_an_answer_after_the_meeting(api: Api) -> None:
    """Nobody says any more that it will come; what state the cycle is in is told."""
    sitting = await in_session(api, "wg-sc", *MEMBERS[:5])
    await api.post(CHAIR, f"{sitting}/session/closing")
    told = await api.post(head("AIMC"), f"{sitting}/responses", expect=409, answer="accepted")
    assert told["refusal"] == "WrongState"
    says_what_to_do(told, "needs the cycle to be", told["state"])


async def test_two_keys_racing(api: Api) -> None:
    """The same act under two keys at one moment: one is done, the other told so; both are on record."""
    procedure = await opened(api)
    answers = await asyncio.gather(
        *(
            api.client.post(
                f"{procedure}/objections", headers=api.headers(head("AIMC"), f"race-{number}"), json={"reason": "No."}
            )
            for number in range(2)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    says_what_to_do(refused, "has objected already")
    kept = {each["command_id"]: each["status"] for each in (await api.get(head("AIMC"), "/v1/commands"))["items"]}
    assert [kept[answer.json()["command_id"]] for answer in answers] == [
        "decided" if answer.status_code == 200 else "refused" for answer in answers
    ]


async def test_one_key_racing_with_itself(api: Api) -> None:
    """Sent many times at once it is done once, and every answer is that of the one."""
    procedure = await opened(api)
    before = len((await api.get(CHAIR, procedure))["comments"])
    answers = await asyncio.gather(
        *(
            api.client.post(
                f"{procedure}/comments", headers=api.headers(head("AIMC"), "same"), json={"comment": "We agree."}
            )
            for _ in range(8)
        )
    )
    assert {answer.status_code for answer in answers} <= {200, 202}
    assert len({answer.json()["command_id"] for answer in answers}) == 1
    assert len((await api.get(CHAIR, procedure))["comments"]) == before + 1


async def test_one_idempotency_key_of_two_principals(api: Api) -> None:
    """Keys are each caller's own: nobody is answered with, or kept from, what another did."""
    procedure = await opened(api)
    ours, theirs = [
        await api.post(head(entity), f"{procedure}/comments", key="shared", comment=f"{entity} agrees.")
        for entity in ("AIMC", "EUROPOL")
    ]
    assert ours["command_id"] != theirs["command_id"]
    told = await api.get(head("EUROPOL"), f"/v1/commands/{ours['command_id']}", expect=404)
    says_what_to_do(told)
    assert {each["entity"] for each in (await api.get(CHAIR, procedure))["comments"]} == {"AIMC", "EUROPOL"}


async def issued_to(api: Api, who: str, lifetime: timedelta) -> tuple[str, dict[str, str]]:
    """Issue another key to somebody, and return its id and the headers it is sent with."""
    me = await api.get(who, "/v1/me")
    governor = f"{me['entity']}/head_of_entity"
    expires = written(await present(api) + lifetime)
    issued = await api.post(
        governor, "/v1/keys", appointment=me["appointment"], scopes=["read", "act"], expires=expires
    )
    return fact(issued, "key"), {"Authorization": f"Bearer {issued['key']}"}


async def test_a_key_revoked_in_flight(world: World, api: Api) -> None:
    """What was taken in before counts, whenever it is decided; after that the key opens nothing and says why."""
    procedure = await opened(api)
    key, headers = await issued_to(api, head("FRONTEX"), timedelta(days=9))
    async with without_temporal(world) as cut_off:
        taken = await cut_off.client.post(f"{procedure}/objections", headers=headers, json={"reason": "No."})
    assert taken.status_code == 202, taken.text
    await api.post("FRONTEX/head_of_entity", f"/v1/keys/{key}/revocation", reason="Lost")
    told = await until(lambda: api.get(CHAIR, procedure), lambda seen: bool(seen["state"] == "broken"))
    assert (told["broken_by"], told["broken_at"]) == ("FRONTEX", taken.json()["received_at"])
    refused = await api.client.post(f"{procedure}/comments", headers=headers, json={"comment": "Still here?"})
    assert (refused.status_code, refused.json()["refusal"]) == (401, "NotAuthenticated")
    says_what_to_do(refused.json(), "has been revoked", "ask your focal point for another")


async def test_an_expired_key(api: Api) -> None:
    """It opens nothing from its instant on, and says why."""
    _, headers = await issued_to(api, head("AMERIPOL"), timedelta(seconds=3))
    assert (await api.client.get("/v1/me", headers=headers)).status_code == 200
    refused: httpx.Response = await until(
        lambda: api.client.get("/v1/me", headers=headers), lambda answer: bool(answer.status_code == 401)
    )
    says_what_to_do(refused.json(), "has expired", "ask your focal point for another")


async def test_an_appointment_that_ends_mid_cycle(api: Api) -> None:
    """What its holder did stands; from then on another speaks for the entity."""
    cycle = await convene(api, "dialogue", ahead=timedelta(hours=2))
    await api.post(head("GCCPOL"), f"{cycle}/responses", answer="accepted")
    me = await api.get(head("GCCPOL"), "/v1/me")
    now = written(await present(api) + timedelta(seconds=2))
    await api.post("GCCPOL/head_of_entity", f"/v1/appointments/{me['appointment']}/end", until=now)
    await until(lambda: present(api), lambda at: bool(written(at) >= now))
    refused = await api.post(head("GCCPOL"), f"{cycle}/responses", expect=401, answer="declined")
    says_what_to_do(refused, "the appointment this key belongs to does not hold now")
    told = (await api.get(CHAIR, f"{cycle}/responses"))["items"]
    assert {each["entity"]: each["answer"] for each in told}["GCCPOL"] == "accepted"
    await api.world.appoint("GCCPOL", "alternate", by="GCCPOL/head_of_entity")
    await api.post("GCCPOL/alternate", f"{cycle}/responses", answer="declined")


async def test_a_received_at_claimed_by_who_may_not(api: Api) -> None:
    """Only the coordinator records paper, with its document, and no paper of tomorrow; a bare field is none at all."""
    procedure = await opened(api)
    earlier, later = [written(await present(api) + timedelta(hours=hours)) for hours in (-1, 1)]
    paper = {"entity": "AIMC", "received_at": earlier, "evidence": "Note verbale 12"}
    objections = f"{procedure}/objections"
    told = await api.post(head("AIMC"), objections, expect=403, reason="No.", on_behalf=paper)
    assert told["refusal"] == "NotPermitted"
    told = await api.post(head("AIMC"), objections, expect=422, reason="No.", received_at=earlier)
    assert told["faults"][0] == {
        "field": "received_at",
        "rule": "is not a field known here",
        "remedy": "leave it out",
    }
    told = await api.post(COORDINATOR, objections, expect=422, on_behalf={**paper, "received_at": later})
    assert "lies in the future" in told["faults"][0]["rule"]
    told = await api.post(COORDINATOR, objections, expect=422, on_behalf={**paper, "evidence": ""})
    assert told["faults"][0]["field"].endswith("evidence")
    assert (await api.get(CHAIR, procedure))["state"] == "opened"


@dataclass
class Jumping(DatabaseClock):
    """A database's clock that somebody sets while the engine runs."""

    by: timedelta = timedelta(0)

    async def now(self, connection: AsyncConnection, stream: str) -> datetime:
        """Return the instant as it has been set."""
        return await super().now(connection, stream) + self.by


async def test_a_clock_jump_of_the_host(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The API's own clock counts for nothing; where the intake's is set back, acts are dated by it.

    One from before what it is about is refused by name. Versions go on in order, and nothing is left lying.
    """
    engine, clock = world.engine, Jumping()
    door = Door(
        database=engine.database,
        vault=engine.vault,
        access=engine.access,
        courier=engine.courier,
        signer=engine.signer,
        policies=engine.policies,
        clock=clock,
    )
    async with api_of(replace(world, engine=replace(engine, door=door))) as api:
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + 400 * 86_400)
        began = await present(api)
        procedure = await opened(api)
        told = await api.get(CHAIR, procedure)
        assert abs(datetime.fromisoformat(told["opened_at"]) - began) < timedelta(minutes=1)
        clock.by = timedelta(hours=-2)
        refused = await api.post(head("AIMC"), f"{procedure}/comments", expect=422, comment="Before it was opened.")
        assert (refused["refusal"], refused["field"]) == ("BadArgument", "received_at")
        says_what_to_do(refused, "the procedure was opened at", "later than the act")
        await until(lambda: present(api), lambda at: bool(at > began + timedelta(seconds=3)))
        clock.by = timedelta(seconds=-2)
        answered = await api.post(head("AIMC"), f"{procedure}/comments", comment="Two seconds that were twice.")
        assert datetime.fromisoformat(answered["received_at"]) < await present(api)
        clock.by = timedelta(0)
        broken = await api.post(head("FRONTEX"), f"{procedure}/objections", reason="No.")
        versions = [each["receipt"]["version"] for each in (answered, broken)]
        assert versions == sorted(versions)
        told = await api.get(CHAIR, procedure)
        assert (told["state"], len(told["comments"]), len(told["objections"])) == ("broken", 1, 1)
        kept = (await api.get(head("AIMC"), "/v1/commands", status="taken"))["items"]
        assert kept == []
