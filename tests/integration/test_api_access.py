"""Who gets in: no route answers without a key, none against the policy, and a guest sees what it was named in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from services.runtime.stack import Stack
from tests.integration.api_world import (
    CHAIR,
    COORDINATOR,
    Api,
    api_of,
    fact,
    head,
    in_session,
    present,
    propose,
    written,
)
from tests.world import MEMBERS, Peopled, world_of

GUEST = "ECO"
OPEN = {"/healthz", "/readyz", "/problems", "/problems/{name}"}


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API whose bodies and cycles the tests add to."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        yield api


@pytest.fixture(scope="module")
async def places(api: Api) -> dict[str, str]:
    """Give one of everything that an address can name."""
    cycle = await in_session(api, "wg-sc", *MEMBERS[:5])
    text = await api.post(CHAIR, f"{cycle}/texts", title="A", kind="minutes", paragraphs={"1": "B"})
    due = written(await present(api) + timedelta(hours=1))
    action = await api.post(CHAIR, f"{cycle}/actions", owner="AIMC", title="A", due=due)
    opened = await api.post(CHAIR, "/v1/bodies/wg-sc/silence-procedures", subject="A", text="B", waive="Test")
    person = (await api.get("AIMC/head_of_entity", "/v1/appointments"))["items"][0]
    key = (await api.get("AIMC/head_of_entity", "/v1/keys"))["items"][0]
    return {
        "/v1/texts/{id}": fact(text, "text"),
        "/v1/actions/{id}": fact(action, "action"),
        "/v1/procedures/{id}": fact(opened, "procedure"),
        "/v1/persons/{id}": person["person"],
        "/v1/appointments/{id}": person["appointment"],
        "/v1/keys/{id}": key["id"],
        "/v1/feeds/{id}": key["id"],
        "{command_id}": text["command_id"],
        "{body}": "wg-sc",
        "{number}": cycle.rsplit("/", 1)[1],
        "{code}": "AIMC",
    }


def operations(api: Api) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give every operation of the contract that asks for a key."""
    for path, methods in api.app.openapi()["paths"].items():
        for method, operation in methods.items():
            if path not in OPEN:
                yield method.upper(), path, operation


def address(path: str, places: Mapping[str, str]) -> str:
    """Return the address of something that is there."""
    for template, place in places.items():
        path = path.replace(template, template.replace("{id}", place) if "{id}" in template else place)
    return path.replace("{number}", "1")


def sample(schema: Mapping[str, Any], defined: Mapping[str, Any]) -> Any:
    """Return the plainest value of a schema."""
    if "$ref" in schema:
        return sample(defined[schema["$ref"].rsplit("/", 1)[1]], defined)
    if "anyOf" in schema:
        return sample(schema["anyOf"][0], defined)
    if "properties" in schema:
        return {name: sample(schema["properties"][name], defined) for name in schema.get("required", ())}
    plain = {"object": {"1": "A"}, "array": [], "integer": 1, "boolean": True}.get(str(schema.get("type")), "A")
    return [*schema.get("enum", ()), *schema.get("examples", ()), plain][0]


async def equipped(api: Api, *scopes: str) -> dict[str, str]:
    """Return the headers of a coordinator whose key has these scopes alone."""
    me = await api.get(COORDINATOR, "/v1/me")
    expires = written(await present(api) + timedelta(days=1))
    issued = await api.post(
        COORDINATOR, "/v1/keys", appointment=me["appointment"], scopes=list(scopes), expires=expires
    )
    return {"Authorization": f"Bearer {issued['key']}"}


async def ask(api: Api, method: str, path: str, operation: dict[str, Any], headers: Mapping[str, str]) -> Any:
    """Ask for an operation, with the plainest request it takes."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = sample(content["schema"], api.app.openapi()["components"]["schemas"]) if content else None
    return await api.client.request(method, path, headers={**headers, "If-Match": "*"}, json=body)


#: opened by the key in its address, and by no header
FEED = "/v1/feeds/{key}.ics"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": f"Bearer dlg_k-0123456789abcdef_{'A' * 43}"},
    ],
    ids=["none", "basic", "nonsense", "unknown"],
)
async def test_no_route_answers_without_a_good_key(api: Api, places: dict[str, str], headers: dict[str, str]) -> None:
    """All say the same, and name the scheme; a feed, whose key is its address, says that nothing is there."""
    for method, path, operation in operations(api):
        answer = await ask(api, method, address(path, places), operation, headers)
        if path == FEED:
            assert (answer.status_code, answer.json()["refusal"]) == (404, "NotFound")
            continue
        assert answer.status_code == 401, (method, path, answer.text)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["refusal"] == "NotAuthenticated"


async def test_no_reading_is_answered_against_the_policy(api: Api, places: dict[str, str]) -> None:
    """With a key that may not read, not one list or thing is shown: each route really decides."""
    headers = await equipped(api, "administer")
    for method, path, operation in operations(api):
        if method != "GET":
            continue
        answer = await ask(api, method, address(path, places), operation, headers)
        told = answer.json()
        is_empty_list = answer.status_code == 200 and not told.get("items", told.get("delivered"))
        assert answer.status_code in {403, 404} or is_empty_list, (path, answer.text)


async def test_no_command_is_taken_against_the_policy(api: Api, places: dict[str, str]) -> None:
    """With a key that may only read, not one is decided; each denial is a command record of its own."""
    headers = await equipped(api, "read")
    before = len((await api.get(COORDINATOR, "/v1/commands", limit=200))["items"])
    asked = 0
    for method, path, operation in operations(api):
        if method == "GET":
            continue
        answer = await ask(api, method, address(path, places), operation, headers)
        assert answer.status_code == 403, (path, answer.status_code, answer.text)
        assert answer.json()["refusal"] == "NotPermitted"
        asked += 1
    told = (await api.get(COORDINATOR, "/v1/commands", limit=200))["items"]
    denied = [each for each in told if each["status"] == "denied"]
    assert len(denied) == asked == len(told) - before


async def test_what_cannot_be_an_address_is_not_found(api: Api) -> None:
    """Whether it is no route, no id, or no number."""
    for path in ("/v1/nothing", "/nothing", "/v1/texts/%00", "/v1/cycles/dialogue/first", "/v1/bodies/DIALOGUE%2F1"):
        answer = await api.client.get(path, headers=api.headers(COORDINATOR))
        assert (answer.status_code, answer.json()["refusal"]) == (404, "NotFound"), path
    answer = await api.client.delete("/v1/me", headers=api.headers(COORDINATOR))
    assert (answer.status_code, answer.headers["allow"], answer.json()["refusal"]) == (405, "GET", "MethodNotAllowed")


async def test_a_problem_leads_to_its_page_in_the_callers_language(api: Api) -> None:
    """By its type, without a key: what it means and what to do."""
    asked = {**api.headers(COORDINATOR), "Accept-Language": "fr-FR, en;q=0.5"}
    met = await api.client.get("/v1/texts/t-0000", headers=asked)
    assert (met.json()["title"], met.headers["content-language"]) == ("Introuvable", "fr")
    page = await api.client.get(met.json()["type"], headers={"Accept-Language": "fr"})
    assert page.status_code == 200
    assert page.json()["type"] == met.json()["type"]
    assert page.json()["remedy"].startswith("Vérifiez l'adresse")
    everything = (await api.client.get("/problems")).json()["items"]
    assert page.json()["type"] in {each["type"] for each in everything}
    assert (await api.client.get("/problems/no-such-kind")).json()["refusal"] == "NotFound"
    assert (await api.client.get("/problems/No%00")).status_code == 404


#: Bodies that are no JSON: nobody can say what was asked.
UNREADABLE = (b"{", b"\xff\xfe")


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"{", "body"),
        (b'{"subject": "A", "text": "B", "more": 1}', "more"),
        (b'{"subject": "A"}', "text"),
        (b'{"subject": "A", "text": 7}', "text"),
        (b'["A"]', "body"),
        (b'"A"', "body"),
        (b"", "body"),
        (b'{"subject": "\\ud800", "text": "B"}', "subject"),
        (b'{"subject": "A", "text": "B", "period": "soon"}', "period"),
        (b'{"subject": "A", "text": "B", "on_behalf": {"entity": "AIMC"}}', "on_behalf.received_at"),
        (b"\xff\xfe", "body"),
    ],
)
async def test_a_malformed_request_is_told_what_is_wrong_where(api: Api, content: bytes, field: str) -> None:
    """Field, rule and remedy; what is JSON at all leaves its refusal on record, without its words."""
    headers = {**api.headers(CHAIR), "Content-Type": "application/json"}
    answer = await api.client.post("/v1/bodies/dialogue/silence-procedures", headers=headers, content=content)
    told = answer.json()
    assert (answer.status_code, told["type"]) == (422, "/problems/malformed"), told
    assert field in [fault["field"] for fault in told["faults"]]
    assert all(fault["rule"] and fault["remedy"] for fault in told["faults"])
    assert ("command_id" in told) == (content not in UNREADABLE)
    if "command_id" in told:
        kept = await api.get(CHAIR, f"/v1/commands/{told['command_id']}")
        assert (kept["status"], kept["refusal"]["refusal"], kept["kind"]) == ("refused", "Malformed", "open_silence")
        assert '"B"' not in str(kept)


async def test_hidden_characters_in_a_text_are_refused_by_the_door(api: Api) -> None:
    """And the refusal stands in the record."""
    told = await api.post(CHAIR, "/v1/bodies/dialogue/silence-procedures", expect=422, subject="A\u0000", text="B")
    assert told["faults"] == [
        {
            "field": "subject",
            "rule": "holds the control character U+0000; remove it",
            "remedy": "put it right and send the command again, under another Idempotency-Key if you use one",
        }
    ]
    assert told["command_id"]


async def test_an_idempotency_key_is_of_visible_characters(api: Api) -> None:
    """And not endless."""
    for key in ("", "a b", "x" * 201):
        answer = await api.client.post("/v1/policies", headers={**api.headers(COORDINATOR), "Idempotency-Key": key})
        assert answer.status_code == 422
        assert "idempotency-key" in {fault["field"].lower() for fault in answer.json()["faults"]}


async def test_a_guest_sees_the_cycle_it_was_invited_to_and_what_is_its_own(api: Api) -> None:
    """Neither other cycles, nor other items, nor procedures, nor the matrix."""
    await api.world.appoint(GUEST, "head_of_entity", by=COORDINATOR)
    await api.world.appoint(GUEST, "head_of_delegation", by=f"{GUEST}/head_of_entity")
    other = await propose(api, "dialogue")
    cycle = await propose(api, "wg-fa")
    await api.post(COORDINATOR, f"{cycle}/convening", mode="remote", place="A room", guests=[GUEST], waive="Test")
    await api.post(COORDINATOR, f"{cycle}/items", title="Not for guests to see", purpose="discussion")
    own = await api.post(head(GUEST), f"{cycle}/contributions", kind="written_contribution", text="Our words")
    told = await api.get(head(GUEST), cycle)
    assert told["agenda"] == []
    assert (await api.get(head(GUEST), f"{cycle}/items"))["items"] == []
    contributions = (await api.get(head(GUEST), f"{cycle}/contributions"))["items"]
    assert [each["id"] for each in contributions] == [fact(own, "contribution")]
    listed = (await api.get(head(GUEST), "/v1/cycles"))["items"]
    assert [(each["body"], each["number"]) for each in listed] == [("wg-fa", told["number"])]
    await api.get(head(GUEST), other, expect=404)
    assert (await api.get(head(GUEST), "/v1/procedures"))["items"] == []
    assert (await api.get(head(GUEST), "/v1/follow-up-matrix"))["items"] == []
    assert (await api.get(head(GUEST), "/v1/bodies/dialogue"))["next_cycle"] is None


async def test_a_command_is_answered_again_under_its_key(api: Api) -> None:
    """The same body is answered with the same command, another is refused; keys are each caller's own."""
    opened = await api.post(CHAIR, "/v1/bodies/dialogue/silence-procedures", subject="A", text="B", waive="Test")
    comments = f"{opened['links']['procedure']}/comments"
    first = await api.post(head("AIMC"), comments, key="note", comment="We agree.")
    again = await api.post(head("AIMC"), comments, key="note", comment="We agree.")
    assert again == first
    other = await api.post(head("AIMC"), comments, expect=422, key="note", comment="We do not.")
    assert (other["refusal"], other["command_id"]) == ("KeyUsedOtherwise", first["command_id"])
    theirs = await api.post(head("EUROPOL"), comments, key="note", comment="We agree.")
    assert theirs["command_id"] != first["command_id"]
    told = await api.get(head("AIMC"), opened["links"]["procedure"])
    assert [each["entity"] for each in told["comments"]] == ["AIMC", "EUROPOL"]
