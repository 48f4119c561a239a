"""Every mailing previewed before it goes: of commands that are only tried, and of what stands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from services.runtime.stack import Stack
from services.storage.base import metadata
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
    propose,
    until,
    written,
)
from tests.world import MEMBERS, OBSERVERS, Peopled, world_of

DAY = timedelta(days=1)
#: What goes on whatever anybody asks: who listens, and the positions that follow the ledger.
BESIDE = {"listening", "ledger_position"}
DIGEST = {
    table.name: text(f"select md5(string_agg(t::text, '' order by t::text)) from {table.name} t")  # noqa: S608 - our own
    for table in metadata.sorted_tables
}


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API whose cycles the tests add to."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        yield api


@pytest.fixture(scope="module")
async def cycle(api: Api) -> str:
    """Give a cycle of the Dialogue under the ordinary procedure, proposed and not convened."""
    scheduled = await api.post(COORDINATOR, "/v1/bodies/dialogue/series")
    return str(scheduled["links"]["cycle"])


@pytest.fixture(scope="module")
async def action(api: Api) -> str:
    """Give an action item of another body's exercise, owned by AMERIPOL and due in a day."""
    address = await in_session(api, "wg-sc", *MEMBERS[:5])
    due = written(await present(api) + DAY)
    assigned = await api.post(CHAIR, f"{address}/actions", owner="AMERIPOL", title="Share the catalogue", due=due)
    return str(assigned["links"]["action"])


async def content(api: Api) -> dict[str, Any]:
    """Return a digest of every table that acts are written to."""
    async with api.world.engine.database.read() as connection:
        return {
            table.name: (await connection.execute(DIGEST[table.name])).scalar_one()
            for table in metadata.sorted_tables
            if table.name not in BESIDE
        }


async def quiet(api: Api) -> None:
    """Wait until every letter has gone."""

    async def queued() -> int:
        async with api.world.engine.database.read() as connection:
            found = await connection.execute(text("select count(*) from notice where state = 'queued'"))
            return int(found.scalar_one())

    await until(queued, lambda count: not count)


async def preview(api: Api, who: str, path: str, expect: int = 200, key: str | None = None, **sent: Any) -> Any:
    """Ask what a command would do."""
    return await api.post(who, f"{path}?preview=true", expect=expect, key=key, **sent)


async def test_a_preview_shows_every_letter_and_writes_nothing(api: Api, cycle: str) -> None:
    """Convening is previewed to each head of delegation in its own zone; no table changes and nobody is called."""
    await quiet(api)
    called: list[str] = []
    listener = await asyncpg.connect(api.world.environ["DIALOGUE_DATABASE_URL"].replace("+asyncpg", ""))
    await listener.add_listener("intake", lambda *_: called.append("intake"))
    before = await content(api)

    seen = await preview(api, COORDINATOR, f"{cycle}/convening", mode="hybrid", place="Palais, Lyon", waive="To try")

    assert await content(api) == before
    await listener.execute("select 1")
    await listener.close()
    assert called == []
    assert (seen["result"], seen["refusal"], seen["is_whole"]) == ("decided", None, True)
    assert [event["kind"] for event in seen["events"]] == ["cycle_convened"]
    letter, next_one = seen["letters"]
    assert (next_one["notice"], next_one["stream"]) == ("cycle_proposed", "cycle/dialogue/2")
    readers = {reader["entity"]: reader for reader in letter["to"]}
    assert set(readers) == {*MEMBERS, *OBSERVERS}
    told = readers["AMERIPOL"]
    assert (told["role"], told["held_by"], told["reader_zone"]) == (
        "head_of_delegation",
        "head_of_delegation",
        "America/Bogota",
    )
    assert told["persons"] == ["head_of_delegation of AMERIPOL"]
    assert "Palais, Lyon" in told["text"]
    assert "America/Bogota" in told["subject"]
    assert (await api.get(COORDINATOR, cycle))["state"] == "proposed"


async def test_a_preview_says_what_goes_by_itself_afterwards(api: Api, cycle: str) -> None:
    """Each step of a convened cycle that nobody meets is told to the coordinator at its own instant."""
    seen = await preview(api, COORDINATOR, f"{cycle}/convening", mode="hybrid", place="Lyon", waive="To try")
    coming = [(letter["because"], letter["notice"]) for letter in seen["coming"]]
    assert ("credentials", "step_missing") in coming
    assert ("contributions", "step_missing") in coming
    instants = [letter["at"] for letter in seen["coming"]]
    assert instants == sorted(instants)
    standing = await api.get(COORDINATOR, f"{cycle}/mailings")
    assert {letter["because"] for letter in standing["items"]} >= {"credentials", "contributions"}
    deadlines = {step["due_at"] for step in (await api.get(COORDINATOR, f"{cycle}/deadlines"))["items"]}
    assert {letter["at"] for letter in standing["items"]} <= deadlines


async def test_a_preview_under_a_key_names_what_would_be_made(api: Api) -> None:
    """Sent under the same key, the command makes what the preview named; previewed once more, it is done."""
    cycle = await convene(api)
    asked: dict[str, Any] = {"title": "Common databases", "purpose": "discussion"}
    seen = await preview(api, COORDINATOR, f"{cycle}/items", key="one-item", **asked)
    done = await api.post(COORDINATOR, f"{cycle}/items", key="one-item", **asked)
    assert fact(done, "item") == fact(seen, "item")
    again = await preview(api, COORDINATOR, f"{cycle}/items", key="one-item", **asked)
    assert (again["result"], again["letters"]) == ("done", [])
    other = await preview(api, COORDINATOR, f"{cycle}/items", 422, key="one-item", title="Another", purpose="decision")
    assert other["refusal"] == "KeyUsedOtherwise"


async def test_a_refusal_is_previewed_as_one(api: Api, cycle: str) -> None:
    """What would be refused is answered 200 with its refusal, and no letter; nothing of it is kept."""
    before = await content(api)
    seen = await preview(api, CHAIR, f"{cycle}/session/opening")
    assert (seen["result"], seen["refusal"]["refusal"]) == ("refused", "WrongState")
    assert (seen["letters"], seen["coming"]) == ([], [])
    assert await content(api) == before


async def test_a_malformed_preview_is_answered_and_not_kept(api: Api, cycle: str) -> None:
    """Trying out the form of a command leaves no refusal behind."""
    before = await content(api)
    answer = await preview(api, COORDINATOR, f"{cycle}/convening", 422, mode="by_letter", place="Lyon")
    assert answer["refusal"] == "Malformed"
    assert "command_id" not in answer
    assert await content(api) == before


async def test_a_denial_is_a_denial_and_is_kept(api: Api, cycle: str) -> None:
    """Who may not do it may not preview it; the denial stands on record under an id of its own."""
    asked: dict[str, Any] = {"mode": "remote", "place": "Lyon"}
    denied = await preview(api, head("AIMC"), f"{cycle}/convening", 403, key="mine", **asked)
    kept = await api.get(head("AIMC"), f"/v1/commands/{denied['command_id']}")
    assert (kept["status"], kept["refusal"]["refusal"]) == ("denied", "NotPermitted")
    again = await api.post(head("AIMC"), f"{cycle}/convening", 403, key="mine", **asked)
    assert again["command_id"] != denied["command_id"]


async def test_what_is_not_there_cannot_be_previewed(api: Api) -> None:
    """A cycle nobody knows of is not found, as ever."""
    answer = await preview(api, COORDINATOR, "/v1/cycles/dialogue/99/session/opening", 404)
    assert answer["refusal"] == "NotFound"


async def test_names_are_for_whoever_may_see_the_people(api: Api) -> None:
    """A head of entity sees its own people by name, and of others only whether the role is held, and by which."""
    person = await api.post(
        "EUROPOL/head_of_entity", "/v1/persons", name="Ada", address="ada@europol.example", entity="EUROPOL"
    )
    seen = await preview(
        api, "EUROPOL/head_of_entity", "/v1/appointments", person=fact(person, "person"), seat="EUROPOL",
        role="focal_point",
    )  # fmt: skip
    readers = [reader for letter in seen["letters"] for reader in letter["to"]]
    assert readers
    assert all(reader["persons"] for reader in readers if reader["entity"] == "EUROPOL")
    cycle = await propose(api, "wg-fa")
    told = await preview(api, CHAIR, f"{cycle}/convening", mode="remote", place="Lyon", waive="To try")
    readers = [reader for letter in told["letters"] for reader in letter["to"]]
    assert {reader["persons"] and reader["entity"] for reader in readers} == {None}
    assert not any("head_of_delegation of" in reader["text"] for reader in readers)


async def test_no_secret_is_previewed(api: Api) -> None:
    """Neither a key nor its digest is among what is told."""
    mine = (await api.get("SCO/head_of_entity", "/v1/me"))["appointments"][0]["appointment"]
    seen = await api.client.post(
        "/v1/keys?preview=true",
        headers=api.headers("SCO/head_of_entity"),
        json={"appointment": mine, "scopes": ["read"], "expires": written(await present(api) + 30 * DAY)},
    )
    assert seen.status_code == 200, seen.text
    assert "key_issued" in seen.text
    assert "dlg_" not in seen.text
    assert "secret" not in seen.text


async def test_a_ladder_is_foreseen_with_what_holds_it(api: Api, action: str) -> None:
    """Reminders and rungs come in order, each where its reader is; a held rung comes at the end of its hold."""
    listed = (await api.get(COORDINATOR, f"{action}/mailings"))["items"]
    assert [each["notice"] for each in listed].count("action_escalated") == 5
    assert [each["to"][0]["role"] for each in listed if each["notice"] == "action_escalated"][3] == "chair"
    planned = listed[-1]["at"]
    held = datetime.fromisoformat(planned) + 9 * DAY
    sent: dict[str, Any] = {"rung": 5, "until": written(held), "reason": "The conference comes first."}
    seen = await preview(api, COORDINATOR, f"{action}/holds", **sent)
    assert seen["coming"][-1]["at"] == written(held)
    await api.post(COORDINATOR, f"{action}/holds", **sent)
    last = (await api.get(COORDINATOR, f"{action}/mailings"))["items"][-1]
    assert (last["at"], last["hold"]["until"], last["hold"]["reason"]) == (
        written(held),
        written(held),
        "The conference comes first.",
    )


async def test_coming_mailings_are_for_whoever_leads_and_a_ladder_for_its_owner(
    api: Api, cycle: str, action: str
) -> None:
    """Other members and observers are shown neither (domain.md LD-3)."""
    for who in (head("AIMC"), head("SCO")):
        await api.get(who, f"{cycle}/mailings", expect=403)
    assert (await api.get(head("AMERIPOL"), f"{action}/mailings"))["items"]
    await api.get(head("AIMC"), f"{action}/mailings", expect=403)
    await api.get(head("UNODC"), f"{action}/mailings", expect=404)


async def test_the_expiry_of_a_silence_is_foreseen_before_it_is_opened(api: Api) -> None:
    """Told to everybody who can be told, it would end adopted; the letters of the end are there to be read."""
    opening: dict[str, Any] = {"subject": "Joint note", "text": "1. We meet.", "period": "PT240H", "waive": "To try"}
    seen = await preview(api, CHAIR, "/v1/bodies/wg-fa/silence-procedures", **opening)
    (letter,) = seen["letters"]
    assert letter["notice"] == "silence_opened"
    assert "1. We meet." in letter["to"][0]["text"]
    assert [(each["because"], each["notice"]) for each in seen["coming"]] == [("expiry", "silence_adopted")]
    opened = await api.post(CHAIR, "/v1/bodies/wg-fa/silence-procedures", **opening)
    address = opened["links"]["procedure"]
    expires = (await api.get(CHAIR, address))["expires_at"]
    coming = (await api.get(CHAIR, f"{address}/mailings"))["items"]
    assert [(each["notice"], each["at"]) for each in coming] == [("silence_adopted", expires)]
