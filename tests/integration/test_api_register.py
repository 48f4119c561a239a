"""People, keys and policies through the API: who may equip whom, and what a key is good for."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.commands.register_view import current_register
from services.runtime.stack import Stack
from tests.integration.api_world import COORDINATOR, Api, api_of, fact, head, present, written
from tests.world import Peopled, world_of

GOVERNOR = "AIMC/head_of_entity"


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API whose register the tests add to."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        yield api


async def equip(api: Api, *scopes: str, role: str = "alternate") -> dict[str, Any]:
    """Enrol, appoint and equip somebody of AIMC; return the ids, and the key as its holder keeps it."""
    person = fact(
        await api.post(GOVERNOR, "/v1/persons", name="Nadia Ünal", address="nadia@aimc.example", entity="AIMC"),
        "person",
    )
    appointed = await api.post(GOVERNOR, "/v1/appointments", person=person, seat="AIMC", role=role)
    expires = written(await present(api) + timedelta(days=30))
    issued = await api.post(
        GOVERNOR,
        "/v1/keys",
        appointment=fact(appointed, "appointment"),
        scopes=list(scopes),
        expires=expires,
        label="Office system",
    )
    return {
        "person": person,
        "appointment": fact(appointed, "appointment"),
        "id": fact(issued, "key"),
        "key": issued["key"],
        "issued": issued,
    }


async def with_key(api: Api, key: str, path: str = "/v1/me") -> Any:
    """Read something with a key."""
    return await api.client.get(path, headers={"Authorization": f"Bearer {key}"})


async def test_a_head_equips_its_own_people_and_takes_it_back(api: Api) -> None:
    """Enrolled, appointed, given a key, which is good until it is revoked and not after."""
    made = await equip(api, "read", "act")
    me = (await with_key(api, made["key"])).json()
    assert (me["name"], me["entity"], me["role"], me["scopes"]) == ("Nadia Ünal", "AIMC", "alternate", ["act", "read"])
    keys = (await api.get(GOVERNOR, "/v1/keys"))["items"]
    listed = next(key for key in keys if key["id"] == made["id"])
    assert (listed["label"], listed["is_valid"]) == ("Office system", True)
    await api.post(GOVERNOR, f"/v1/keys/{made['id']}/revocation", reason="Lost")
    refused = await with_key(api, made["key"])
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert refused.json()["type"] == "/problems/not-authenticated"


async def test_a_key_is_told_once_and_its_secret_stands_nowhere(api: Api) -> None:
    """Neither the record of the command nor the list of keys gives secret or digest."""
    made = await equip(api, "read")
    secret = made["key"].rsplit("_", 1)[1]
    record = await api.client.get(made["issued"]["links"]["self"], headers=api.headers(GOVERNOR))
    listed = await api.client.get("/v1/keys", headers=api.headers(GOVERNOR))
    for answer in (record, listed):
        assert answer.status_code == 200
        assert secret not in answer.text
        assert hashlib.sha256(secret.encode()).hexdigest() not in answer.text
        assert "secret_digest" not in answer.text


async def test_the_same_key_and_body_are_answered_again_and_issue_no_second_key(api: Api) -> None:
    """The key itself is not told again; another body under the same name is refused."""
    made = await equip(api, "read")
    expires = written(await present(api) + timedelta(days=5))
    sent = {"appointment": made["appointment"], "scopes": ["read"], "expires": expires}
    first = await api.post(GOVERNOR, "/v1/keys", key="issue-1", **sent)
    again = await api.post(GOVERNOR, "/v1/keys", key="issue-1", **sent)
    assert first["key"] is not None
    assert again["key"] is None
    assert again["command_id"] == first["command_id"]
    assert fact(again, "key") == fact(first, "key")
    other = await api.post(GOVERNOR, "/v1/keys", expect=422, key="issue-1", **{**sent, "scopes": ["act"]})
    assert (other["refusal"], other["command_id"]) == ("KeyUsedOtherwise", first["command_id"])


async def test_a_key_without_the_scope_is_refused(api: Api) -> None:
    """A key that only acts shows nothing; one that only reads does nothing."""
    acting, reading = await equip(api, "act"), await equip(api, "read", role="focal_point")
    shown = await with_key(api, acting["key"], "/v1/bodies/dialogue")
    assert (shown.status_code, shown.json()["refusal"]) == (403, "NotPermitted")
    headers = {"Authorization": f"Bearer {reading['key']}"}
    done = await api.client.post(
        "/v1/bodies/dialogue/silence-procedures", headers=headers, json={"subject": "A", "text": "B"}
    )
    assert done.status_code == 403
    assert "key-lacks-act" in done.json()["detail"]


async def test_an_ended_appointment_ends_its_keys(api: Api) -> None:
    """From that instant on the key stands for nobody."""
    made = await equip(api, "read")
    ends = written(await present(api) + timedelta(seconds=2))
    await api.post(GOVERNOR, f"/v1/appointments/{made['appointment']}/end", until=ends)
    held = (await api.get(GOVERNOR, "/v1/appointments"))["items"]
    assert next(a for a in held if a["appointment"] == made["appointment"])["until"] == ends
    answer = await api.world.until(lambda: _refusal(api, made["key"]))
    assert "does not hold" in answer


async def _refusal(api: Api, key: str) -> str:
    answer = await with_key(api, key)
    return str(answer.json()["detail"]) if answer.status_code == 401 else ""


async def test_people_are_their_own_entitys_affair(api: Api) -> None:
    """Another entity's people are neither listed nor equipped; the coordinator sees to first seats only."""
    denied = await api.get("FRONTEX/head_of_entity", "/v1/persons", expect=403, entity="AIMC")
    assert denied["refusal"] == "NotPermitted"
    sent = {"name": "Somebody", "address": "s@aimc.example", "entity": "AIMC"}
    await api.post("FRONTEX/head_of_entity", "/v1/persons", expect=403, **sent)
    refused = await api.post(COORDINATOR, "/v1/persons", expect=403, **sent)
    assert "has a head or focal point of its own" in refused["detail"]
    await api.get(COORDINATOR, "/v1/persons", expect=404, entity="NOBODY")
    theirs = (await api.get("FRONTEX/head_of_entity", "/v1/persons"))["items"][0]["person"]
    for person in (theirs, "p-0000000000000000"):
        gone = await api.post(GOVERNOR, f"/v1/persons/{person}/erasure", expect=404)
        assert gone["detail"] == f"There is no person {person} here."


async def test_an_erased_person_has_no_name_any_more(api: Api) -> None:
    """Its key in the vault is destroyed, and neither list nor record gives the name."""
    person = fact(
        await api.post(GOVERNOR, "/v1/persons", name="To Be Erased", address="e@aimc.example", entity="AIMC"), "person"
    )
    async with api.world.engine.database.read() as connection:
        name = (await current_register(connection)).persons[person].name
    await api.post(GOVERNOR, f"/v1/persons/{person}/erasure")
    async with api.world.engine.database.read() as connection:
        assert await api.world.engine.vault.open_all(connection, [name]) == {name.address: None}
    listed = await api.client.get("/v1/persons", headers=api.headers(GOVERNOR))
    assert "To Be Erased" not in listed.text
    gone = await api.post(GOVERNOR, f"/v1/persons/{person}/erasure", expect=404)
    assert gone["refusal"] == "NotFound"


async def test_an_auditor_holds_no_seat_sees_the_facts_and_changes_nothing(api: Api) -> None:
    """Everybody's waits and escalations; not the reasons of those who spoke."""
    person = fact(
        await api.post(COORDINATOR, "/v1/persons", name="An Auditor", address="a@example.org", entity=""), "person"
    )
    appointed = await api.post(COORDINATOR, "/v1/appointments", person=person, seat="", role="auditor", body="dialogue")
    expires = written(await present(api) + timedelta(days=30))
    issued = await api.post(
        COORDINATOR, "/v1/keys", appointment=fact(appointed, "appointment"), scopes=["read", "act"], expires=expires
    )
    api.world.keys["auditor"] = issued["key"]
    opened = await api.post(
        "INTERPOL/chair", "/v1/bodies/dialogue/silence-procedures", subject="A", text="B", waive="Test"
    )
    procedure = opened["links"]["procedure"]
    await api.post(head("FRONTEX"), f"{procedure}/objections", reason="For members to know")
    me = await api.get("auditor", "/v1/me")
    assert (me["entity"], me["status"], me["zone"]) == ("", None, "Europe/Paris")
    told = await api.get("auditor", procedure)
    assert [(each["entity"], each["reason"]) for each in told["objections"]] == [("FRONTEX", None)]
    waits = await api.get("auditor", "/v1/waiting", limit=200)
    assert {each["body"] for each in waits["items"]} == {"dialogue"}
    assert (await api.get("auditor", "/v1/notices"))["delivered"]
    await api.post("auditor", f"{procedure}/comments", expect=403, comment="May I?")


async def test_a_status_changes_from_an_instant_on(api: Api) -> None:
    """The entity shows the new status beside the old; only the coordinator gives it."""
    on = written(await present(api) + timedelta(days=100))
    await api.post("UNODC/head_of_entity", "/v1/entities/UNODC/statuses", expect=403, status="member", on=on)
    await api.post(COORDINATOR, "/v1/entities/UNODC/statuses", status="member", on=on)
    told = await api.get(head("AIMC"), "/v1/entities/UNODC")
    assert told["status"] == "observer"
    assert [(each["status"], each["since"]) for each in told["statuses"]][-1] == ("member", on)
    wrong = await api.post(COORDINATOR, "/v1/entities/UNODC/statuses", expect=422, status="king", on=on)
    assert (wrong["faults"][0]["field"], wrong["faults"][0]["remedy"]) == ("status", "choose one of these")


async def test_entities_are_told_with_source_and_confidence(api: Api) -> None:
    """Names, seat, zone, delegations and working weeks, each with where it comes from."""
    told = await api.get(head("SCO"), "/v1/entities/SCO")
    assert {each["seat_zone"] for each in told["delegations"]} == {"Asia/Shanghai", "Asia/Tashkent"}
    week = told["delegations"][0]["weeks"][0]
    assert week["closes"]["1"] == "17:00"
    assert week["confidence"] == "assumption"
    everybody = await api.get(head("SCO"), "/v1/entities", limit=200)
    assert len(everybody["items"]) > 10
    await api.get(head("SCO"), "/v1/entities/NOBODY", expect=404)


async def test_policies_are_told_and_adopted_by_reference(api: Api) -> None:
    """A version that stands already is refused; one that names no file is malformed, and no path is told."""
    told = await api.get(head("AIMC"), "/v1/policies", limit=200)
    assert ("procedure", "exercise", 1) in {(each["kind"], each["name"], each["version"]) for each in told["items"]}
    in_force = written(await present(api) + timedelta(days=1))
    taken = await api.post(COORDINATOR, "/v1/policies", expect=409, policy="exercise@1", in_force=in_force)
    assert taken["refusal"] == "VersionTaken"
    missing = await api.post(COORDINATOR, "/v1/policies", expect=422, policy="exercise@77", in_force=in_force)
    assert missing["faults"][0]["field"] == "policy"
    assert str(api.world.engine.policies) not in str(missing)


async def test_own_commands_are_listed_with_what_became_of_them(api: Api) -> None:
    """Refusals and denials too; nobody else's are there, and an unknown one is not found."""
    denied = await api.post(head("EUROPOL"), "/v1/bodies/dialogue/series", expect=403)
    told = await api.get(head("EUROPOL"), "/v1/commands")
    assert [(each["kind"], each["status"]) for each in told["items"]] == [("schedule_series", "denied")]
    assert told["items"][0]["refusal"]["refusal"] == "NotPermitted"
    own = await api.get(head("EUROPOL"), f"/v1/commands/{denied['command_id']}")
    assert own["command_id"] == denied["command_id"]
    await api.get(head("AIMC"), f"/v1/commands/{denied['command_id']}", expect=404)
    await api.get(head("AIMC"), f"/v1/commands/{'0' * 64}", expect=404)
