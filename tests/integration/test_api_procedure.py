"""Texts and the procedures over them through the API: who is told, who speaks, who sees what was said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from services.runtime.stack import Stack
from tests.integration.api_world import CHAIR, COORDINATOR, Api, api_of, convene, fact, head, until
from tests.world import MEMBERS, OBSERVERS, Peopled, world_of

PARAGRAPHS = {"1": "The members  have met.", "5b": "They agree to connect by the preferred channel."}


@pytest.fixture(scope="module")
async def api(stack: Stack, peopled: Peopled) -> AsyncIterator[Api]:
    """Give an API whose bodies and cycles the tests add to."""
    async with world_of(stack, peopled) as world, api_of(world) as api:
        yield api


@pytest.fixture(scope="module")
async def cycle(api: Api) -> str:
    """Give a convened cycle."""
    return await convene(api)


async def tabled(api: Api, cycle: str, **more: Any) -> str:
    """Have a text tabled, and return its address."""
    told = await api.post(
        CHAIR, f"{cycle}/texts", title="Joint communiqué", kind="joint_communique", paragraphs=PARAGRAPHS, **more
    )
    return str(told["links"]["text"])


async def opened(api: Api, text: str, period: str = "PT1H") -> str:
    """Have a text put to silence, and return the address of the procedure."""
    told = await api.post(CHAIR, f"{text}/silence-procedures", period=period)
    return str(told["links"]["procedure"])


async def test_a_text_is_told_as_its_hash_was_taken(api: Api, cycle: str) -> None:
    """White space within a paragraph is one space, in the text as in what is hashed."""
    text = await tabled(api, cycle)
    told = await api.get(head("UNODC"), text)
    assert told["paragraphs"] == {"1": "The members have met.", "5b": PARAGRAPHS["5b"]}
    assert (told["state"], told["version"], len(told["digest"])) == ("tabled", 1, 64)
    listed = await api.get(head("UNODC"), f"{cycle}/texts")
    assert told["id"] in {each["id"] for each in listed["items"]}


async def test_an_amendment_makes_a_version_and_a_stale_one_is_refused(api: Api, cycle: str) -> None:
    """Both versions can be read; who amends an old one is told which is before the members."""
    text = await tabled(api, cycle)
    amendment: dict[str, Any] = {"base_version": 1, "paragraph": "5b", "text_new": "They agree to connect."}
    await api.post(head("FRONTEX"), f"{text}/amendments", **amendment)
    told = await api.get(head("AIMC"), text)
    assert (told["version"], told["paragraphs"]["5b"]) == (2, "They agree to connect.")
    first = await api.get(head("AIMC"), f"{text}/versions/1")
    assert first["paragraphs"]["5b"] == PARAGRAPHS["5b"]
    assert first["digest"] != told["digest"]
    stale = await api.post(head("EUROPOL"), f"{text}/amendments", expect=409, **amendment)
    assert (stale["refusal"], stale["given"], stale["current"]) == ("VersionMoved", 1, 2)
    unknown: dict[str, Any] = {**amendment, "base_version": 2, "paragraph": "7"}
    wrong = await api.post(head("EUROPOL"), f"{text}/amendments", expect=422, **unknown)
    assert wrong["faults"][0]["field"] == "paragraph"
    await api.get(head("AIMC"), f"{text}/versions/9", expect=404)


async def test_a_members_only_text_and_its_procedure_are_not_there_for_observers(api: Api, cycle: str) -> None:
    """They get the same answer as for a text that never was, whether they read or act."""
    text = await tabled(api, cycle, audience="members")
    never = "/v1/texts/t-0000000000000000"
    hidden = await api.get(head("UNODC"), text, expect=404)
    absent = await api.get(head("UNODC"), never, expect=404)
    assert hidden["detail"].replace(text.rsplit("/", 1)[1], "") == absent["detail"].replace(never.rsplit("/", 1)[1], "")
    dissociation: dict[str, Any] = {"version": 1, "paragraph": "1", "statement": "Not us."}
    await api.post(head("UNODC"), f"{text}/dissociations", expect=404, **dissociation)
    procedure = await opened(api, text)
    await api.get(head("UNODC"), procedure, expect=404)
    hidden = await api.post(head("UNODC"), f"{procedure}/extensions", expect=404, by="PT1H")
    absent = await api.post(head("UNODC"), "/v1/procedures/s-0000000000000000/extensions", expect=404, by="PT1H")
    assert hidden.keys() == absent.keys()
    assert hidden["detail"].split(" s-")[0] == absent["detail"].split(" s-")[0]
    for query in ("", "?preview=true"):
        hidden = await api.post(head("UNODC"), f"{procedure}/objections{query}", expect=404)
        assert hidden["detail"].split(" s-")[0] == absent["detail"].split(" s-")[0]
    for entity, sees in (("AIMC", True), ("SCO", False)):
        listed = await api.get(head(entity), "/v1/procedures", body="dialogue")
        assert (procedure.rsplit("/", 1)[1] in {each["id"] for each in listed["items"]}) is sees
        told = await api.get(head(entity), cycle)
        assert (procedure.rsplit("/", 1)[1] in {each["procedure"] for each in told["procedures"]}) is sees
        assert (text.rsplit("/", 1)[1] in {each["id"] for each in told["texts"]}) is sees
    await api.post(CHAIR, f"{procedure}/withdrawal", reason="Enough seen.")


async def test_everybody_addressed_is_told_and_sees_the_expiry_on_its_own_clock(api: Api, cycle: str) -> None:
    """The letter goes to members and observers; the expiry stands in UTC and in local time."""
    procedure = await opened(api, await tabled(api, cycle))
    told = await until(
        lambda: api.get(head("AMERIPOL"), procedure), lambda seen: all(each["told_at"] for each in seen["told"])
    )
    assert {each["entity"] for each in told["told"]} == {*MEMBERS, *OBSERVERS}
    assert told["electorate"] == list(MEMBERS)
    assert told["expires_at_local"].endswith("-05:00")
    assert "have met" in told["wording"]
    assert {each["what"] for each in told["waiting_for"]} == {"silence"}


async def test_an_objection_breaks_silence_and_its_reason_is_for_who_was_addressed(api: Api, cycle: str) -> None:
    """An observer's objection is filed as a comment; the reasons are told to those the letter went to."""
    text = await tabled(api, cycle)
    procedure = await opened(api, text)
    await api.post(head("UNODC"), f"{procedure}/objections", reason="We would rather not.")
    broken = await api.post(head("FRONTEX"), f"{procedure}/objections", reason="Paragraph 5b goes too far.")
    assert [event["kind"] for event in broken["events"]] == ["silence_broken"]
    told = await api.get(head("SCO"), procedure)
    assert (told["state"], told["broken_by"]) == ("broken", "FRONTEX")
    assert told["objections"][0]["reason"] == "Paragraph 5b goes too far."
    assert told["comments"][0]["text"] == "We would rather not."
    late = await api.post(head("FRONTEX"), f"{procedure}/objections", expect=409)
    assert late["refusal"] == "AlreadyObjected"
    await api.post(head("FRONTEX"), f"{procedure}/objection-lifting")
    await api.post(CHAIR, f"{procedure}/reopening", period="PT1H")
    assert (await api.get(head("SCO"), procedure))["round"] == 2


async def test_what_is_said_of_a_text_in_a_procedure_is_said_there(api: Api, cycle: str) -> None:
    """A corrigendum, its paragraph and a dissociation go to the procedure by the text's own address."""
    text = await tabled(api, cycle)
    procedure = await opened(api, text)
    corrected = await api.post(CHAIR, f"{text}/corrections", paragraph="1", text_new="The members have  met in Lyon.")
    assert corrected["stream"] == procedure.replace("/v1/procedures", "silence")
    told = await until(lambda: api.get(head("AIMC"), text), lambda seen: bool(seen["version"] == 2))
    assert told["paragraphs"] == {"1": "The members have met in Lyon.", "5b": PARAGRAPHS["5b"]}
    again = await api.post(CHAIR, f"{text}/corrections", paragraph="5b", text_new="They agree to connect.")
    assert fact(again, "version") == 3
    told = await until(lambda: api.get(head("AIMC"), text), lambda seen: bool(seen["version"] == 3))
    assert told["paragraphs"] == {"1": "The members have met in Lyon.", "5b": "They agree to connect."}
    await api.post(
        head("AMERIPOL"), f"{text}/dissociations", version=3, paragraph="5b", statement="We stand apart from it."
    )
    seen = await api.get(head("AIMC"), procedure)
    assert [(each["entity"], each["statement"]) for each in seen["dissociations"]] == [
        ("AMERIPOL", "We stand apart from it.")
    ]
    refused = await api.post(head("FRONTEX"), f"{text}/correction-refusals", version=3)
    assert [event["kind"] for event in refused["events"]] == ["silence_broken"]


async def test_reading_the_letter_tells_the_readers_entity(api: Api) -> None:
    """An addressed person of an entity no mail has reached acknowledges by reading; others change nothing."""
    api.world.post.refused.add("GCCPOL")
    try:
        told = await api.post(CHAIR, "/v1/bodies/wg-sc/silence-procedures", subject="A word", text="Text", waive="Test")
        procedure = told["links"]["procedure"]
        seen = await until(
            lambda: api.get(COORDINATOR, procedure),
            lambda seen: len([each for each in seen["told"] if each["told_at"]]) == len((*MEMBERS, *OBSERVERS)) - 1,
        )
        assert [each["entity"] for each in seen["waiting_for"] if each["what"] == "delivery"] == ["GCCPOL"]
        await api.get("GCCPOL/head_of_entity", procedure)
        untold = await api.get(COORDINATOR, procedure)
        assert {each["entity"]: each["told_at"] for each in untold["told"]}["GCCPOL"] is None
        read = await api.get(head("GCCPOL"), procedure)
    finally:
        api.world.post.refused.clear()
    assert {each["entity"]: each["told_at"] for each in read["told"]}["GCCPOL"] is not None
    kinds = await api.world.kinds(procedure.replace("/v1/procedures", "silence"))
    await api.get(head("GCCPOL"), procedure)
    assert await api.world.kinds(procedure.replace("/v1/procedures", "silence")) == kinds
    assert kinds.count("letter_read") == 1


async def test_a_written_procedure_is_answered_by_everybody(api: Api) -> None:
    """The last member that agrees adopts the text."""
    told = await api.post(
        CHAIR, "/v1/bodies/wg-fa/written-procedures", subject="Terms", text="The terms.", period="P3D", waive="Test"
    )
    procedure = told["links"]["procedure"]
    for entity in MEMBERS:
        await api.post(head(entity), f"{procedure}/answers", answer="agree_with_comment", comment=f"{entity} agrees")
    seen = await api.get(head("SCO"), procedure)
    assert (seen["kind"], seen["state"]) == ("written", "adopted")
    assert {each["comment"] for each in seen["answers"]} == {f"{entity} agrees" for entity in MEMBERS}


async def test_a_silence_unbroken_adopts_the_text(api: Api, cycle: str) -> None:
    """In seconds, under the exercise: adopted at the expiry, and the text with it."""
    text = await tabled(api, cycle)
    procedure = await opened(api, text, period="PT3S")
    seen = await until(lambda: api.get(head("AIMC"), procedure), lambda seen: bool(seen["state"] == "adopted"))
    assert datetime.fromisoformat(seen["adopted_at"]) == datetime.fromisoformat(seen["expires_at"])
    adopted = await until(lambda: api.get(head("AIMC"), text), lambda seen: bool(seen["state"] == "adopted"))
    assert adopted["procedure"] == seen["id"]


async def test_more_time_extensions_and_meetings_are_asked_for_by_address(api: Api, cycle: str) -> None:
    """Each act has its own address, and its refusal its own name."""
    procedure = await opened(api, await tabled(api, cycle))
    await api.post(head("ASEANAPOL"), f"{procedure}/time-requests", by="PT24H")
    told = await api.get(COORDINATOR, procedure)
    assert (told["time_request"]["by"], told["time_request"]["answered"]) == ("P1D", None)
    await api.post(COORDINATOR, f"{procedure}/time-declination")
    nobody = await api.post(COORDINATOR, f"{procedure}/time-declination", expect=409)
    assert nobody["refusal"] == "NoTimeAsked"
    await api.post(COORDINATOR, f"{procedure}/extensions", by="PT1H")
    used = await api.post(COORDINATOR, f"{procedure}/extensions", expect=409, by="PT1H")
    assert used["refusal"] == "ExtensionsExhausted"
    late = await until(
        lambda: api.client.post(f"{procedure}/meeting-requests", headers=api.headers(head("AIMC")), json={}),
        lambda answer: answer.status_code in {200, 409},
    )
    assert late.json().get("refusal") in {None, "TooLateForMeeting"}
    spoken = await api.post(head("UNODC"), f"{procedure}/comments", comment="We take note.")
    assert spoken["status"] == "decided"
    denied = await api.post(head("UNODC"), f"{procedure}/withdrawal", expect=403, reason="No.")
    assert denied["refusal"] == "NotPermitted"
