"""Where a scenario's commands go: every one has an address of the API, and what stands there is not sent twice."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from services.api.app import create_app
from services.cli.act import read_file
from services.cli.acting.address import PLACE, Addresses, Request
from services.cli.acting.past import Past
from services.client.refusal import Unreadable
from services.policies.folder import policies_dir
from services.rehearsal.resolving import Addressed
from services.rehearsal.vocabulary import SYSTEM_NOUN, Word, words

STREAMS = {
    "register": "register",
    "body": "body/wg-sc",
    "cycle": "cycle/wg-sc/3",
    "silence": "silence/s-1",
    "action": "action/a-1",
}
GIVEN = {"text": "t-1", "person": "p-1", "appointment": "ap-1", "key": "k-1", "entity": "AIMC"}
#: To read the letter of a procedure is to acknowledge it; nobody sends that as a command.
READ = {"acknowledge"}
WORDS = [word for of in words().values() for word in of if word.noun != SYSTEM_NOUN and word.kind not in READ]
COMMANDS = sorted(((word.noun, word.kind, word) for word in WORDS), key=lambda each: each[:2])


@pytest.fixture(scope="module")
def addresses() -> Addresses:
    """Give the addresses of the published contract; nothing of its engine is used."""
    engine: Any = SimpleNamespace(settings=SimpleNamespace(keys=SimpleNamespace(cursor=bytes(32))))
    return Addresses.read(create_app(engine).openapi())


def addressed(noun: str, kind: str, /, **arguments: Any) -> Addressed:
    """Return a command as it is resolved."""
    return Addressed(stream=STREAMS[noun], kind=kind, arguments=arguments)


@pytest.mark.parametrize(("noun", "kind", "word"), COMMANDS, ids=[f"{noun}-{kind}" for noun, kind, _ in COMMANDS])
def test_every_command_of_a_scenario_can_be_acted(addresses: Addresses, noun: str, kind: str, word: Word) -> None:
    """Its address is filled from its stream and what it names, and knows how to only look."""
    given = {each.name: GIVEN.get(each.name, "x") for each in word.arguments}
    wanted = addressed(noun, kind, **given)
    request = addresses.request(wanted, text="t-1" if addresses.needs_text(wanted) else None)
    assert not PLACE.search(request.path)
    assert request.path.startswith("/v1/")
    assert addresses.only_looks(wanted)
    left_out = given.keys() - request.arguments.keys()
    assert len(left_out) <= 1
    assert all(f"/{given[name]}" in request.path for name in left_out)


@pytest.mark.parametrize("file", sorted((policies_dir() / "scenarios").glob("*.yaml")), ids=lambda file: file.stem)
def test_every_scenario_that_is_shipped_can_be_acted(addresses: Addresses, file: Path) -> None:
    """What a coordinator rehearses she can also do: each step that is not the rehearsal's own has its address."""
    scenario, digest = read_file(file)
    assert len(digest) == 64
    acted = [step for step in scenario.steps if not step.is_system and step.word.kind not in READ]
    assert acted
    assert {f"{step.word.noun}/{step.word.kind}" for step in acted} <= addresses.templates.keys()


def test_what_stands_in_the_address_is_not_sent_again(addresses: Addresses) -> None:
    """A text by its id, an entity by its code; a procedure's text is looked up first."""
    assert addresses.request(addressed("cycle", "adopt_text", text="t-1", version=2)) == Request(
        path="/v1/texts/t-1/adoption", arguments={"version": 2}
    )
    assert addresses.request(addressed("cycle", "contribute", kind="statement", text="We agree.")) == Request(
        path="/v1/cycles/wg-sc/3/contributions", arguments={"kind": "statement", "text": "We agree."}
    )
    assert addresses.request(addressed("body", "open_silence", subject="x", text="y")).path == (
        "/v1/bodies/wg-sc/silence-procedures"
    )
    correction = addressed("silence", "correct_editorially", paragraph="1", text_new="z")
    assert addresses.needs_text(correction)
    assert addresses.request(correction, text="t-7").path == "/v1/texts/t-7/corrections"
    with pytest.raises(ValueError, match="needs text"):
        addresses.request(correction)


def test_what_the_api_does_not_know_is_a_sentence(addresses: Addresses) -> None:
    """File and API may be of different releases; what answers may be no API at all."""
    with pytest.raises(ValueError, match="no address for sing"):
        addresses.request(addressed("cycle", "sing"))
    with pytest.raises(Unreadable):
        Addresses.read({"paths": {}})


def test_keys_follow_from_the_file_and_the_step_alone() -> None:
    """So that a later run finds what an earlier one did, and another file never does."""
    past = Past("a" * 64)
    keys = {past.key(number, attempt) for number in (1, 11, 111) for attempt in (1, 2, 12)}
    assert len(keys) == 9
    assert past.key(3, 1) == Past("a" * 64).key(3, 1) != Past("b" * 64).key(3, 1)
    assert all(len(key) < 200 for key in keys)
