"""Histories whose payloads are sealed: nothing plain at the server, read for ever with the keys, and not without."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.client import WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError
from temporalio.worker import Replayer

from services.commands.courier import Courier
from services.commands.sealed import findings_in_payloads, payloads_in
from services.commands.submit import Submission
from services.runtime.composition import Engine, compose, engine_of
from services.runtime.settings import PayloadSettings
from services.runtime.worker import runner, serving
from services.storage import intake
from services.storage.intake import IntakeRow, IntakeStatus
from services.workflows.catalogue import WORKFLOWS
from services.workflows.codec import ENCODING, Codec, PayloadUnreadable, data_converter, key_id, sealed_under
from tests.workflows.test_histories import GOLDEN
from tests.world import Peopled, World, fresh_settings, real_world

OLD, NEW, OTHER = bytes(range(32)), bytes(range(32, 64)), bytes(range(64, 96))
HEAD = "AFRIPOL/head_of_entity"
WORD = "Zugvogelzensus"


@pytest.fixture(scope="module")
async def sealed(stack: Any, peopled: Peopled) -> AsyncIterator[World]:
    """Give a world whose engine seals under NEW and opens what OLD sealed."""
    async with fresh_settings(stack, peopled.template) as (plain, environ):
        settings = replace(plain, payloads=PayloadSettings(keys=(NEW, OLD), seals=True))
        async with real_world(stack, settings, environ) as world:
            await world.come_back(peopled.keys)
            await world.act(HEAD, "register", "enrol_person", name=WORD, address="n@x.example", entity="AFRIPOL")
            yield world


async def history_of(world: World, stream: str) -> WorkflowHistory:
    """Return a history as the server keeps it."""
    return await world.engine.client.get_workflow_handle(stream).fetch_history()


async def replay(history: WorkflowHistory, converter: DataConverter) -> str | None:
    """Replay a history with the keys of a converter; return what went wrong, if anything did."""
    replayer = Replayer(workflows=list(WORKFLOWS.values()), workflow_runner=runner(), data_converter=converter)
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    return str(result.replay_failure) if result.replay_failure else None


async def test_the_server_keeps_nothing_plain(sealed: World) -> None:
    """Inputs, results, summaries: all sealed; search attributes and trace headers hold opaque ids alone."""
    history = await history_of(sealed, "register")
    open_ones = [
        payload for event in history.events for payload in payloads_in(event) if sealed_under(payload) != key_id(NEW)
    ]

    assert len([p for e in history.events for p in payloads_in(e)]) > len(open_ones) > 0
    for payload in open_ones:
        is_search_attribute, is_trace = "type" in payload.metadata, payload.data.startswith(b'"00-')
        assert is_search_attribute or is_trace, payload
    text = history.to_json()
    for word in (WORD, "enrol_person", "AFRIPOL", "PersonEnrolled", "person_enrolled", "coordinator"):
        assert word not in text


async def test_a_sealed_history_replays_with_its_keys(sealed: World) -> None:
    """Whatever other keys are there, and whether or not anything is sealed today."""
    history = await history_of(sealed, "register")

    for converter in (data_converter((NEW,), seals=True), data_converter((OTHER, OLD, NEW), seals=False)):
        assert await replay(history, converter) is None


async def test_a_missing_key_is_one_plain_sentence(sealed: World) -> None:
    """It names the key by its id and says what to do."""
    payload = next(p for e in (await history_of(sealed, "register")).events for p in payloads_in(e) if sealed_under(p))

    with pytest.raises(PayloadUnreadable) as caught:
        await Codec((OTHER,), seals=True).decode([payload])

    assert str(caught.value) == (
        f"What Temporal keeps is sealed under key {key_id(NEW)}; put the key {key_id(NEW)} back into "
        "DIALOGUE_PAYLOAD_KEYS, on any line but the first."
    )


async def test_the_doctor_names_a_key_that_is_not_there(sealed: World) -> None:
    """Before anybody finds it out from a workflow that does not get on."""
    client = sealed.engine.client

    (found,) = await findings_in_payloads(client, ["register", "body/there-is-none"], {key_id(OLD)})

    assert (found.check, found.subject) == ("payload key", "register")
    assert key_id(NEW) in found.sentence
    assert await findings_in_payloads(client, ["register"], {key_id(NEW)}) == ()


async def test_what_a_worker_without_the_key_cannot_read_waits_unharmed(stack: Any, peopled: Peopled) -> None:
    """It fails the task, again and again, and loses nothing: with the key put back the command is decided."""
    async with fresh_settings(stack, peopled.template) as (plain, environ):
        right = replace(plain, payloads=PayloadSettings(keys=(NEW,), seals=True))
        async with real_world(stack, right, environ) as world:
            await world.come_back(peopled.keys)
        wrong = replace(plain, payloads=PayloadSettings(keys=(OTHER,), seals=True))
        person = {"name": WORD, "address": "n@x.example", "entity": "AFRIPOL"}
        submission = Submission(stream="register", kind="enrol_person", arguments=person, key="once")
        async with compose(wrong, lazy=False) as engine, serving(impatient(engine), relays=False):
            waiting = await impatient(engine).door.submit(world.callers[HEAD], submission)
        async with compose(right, lazy=False) as engine, serving(engine):

            async def decided() -> IntakeRow | None:
                async with engine.database.read() as connection:
                    row = await intake.get(connection, waiting.command_id)
                return row if row and row.status is IntakeStatus.DECIDED else None

            row = await world.until(decided, within=90)

    assert waiting.status is IntakeStatus.TAKEN
    assert row.received_at == waiting.received_at


def impatient(engine: Engine) -> Engine:
    """Return an engine that waits a second for an answer."""
    courier = Courier(engine.client, answer_within=timedelta(seconds=1))
    return engine_of(engine.settings, client=engine.client, database=engine.database, courier=courier)


@pytest.mark.parametrize("path", GOLDEN[:3], ids=lambda path: path.name.split(".")[0])
async def test_what_was_written_plain_is_read_when_sealing_begins(path: Any) -> None:
    """Histories of before there were keys replay with them."""
    history = WorkflowHistory.from_json(path.name, gzip.decompress(path.read_bytes()).decode())

    assert await replay(history, data_converter((NEW,), seals=True)) is None


async def test_what_a_failure_says_is_sealed_too() -> None:
    """Its message and where it arose; whoever has the key reads both."""
    converter, failure = data_converter((NEW,), seals=True), Failure()

    await converter.encode_failure(ApplicationError(WORD, WORD), failure)
    kept = failure.SerializeToString()
    opened = await data_converter((NEW,), seals=False).decode_failure(failure)

    assert WORD.encode() not in kept
    assert isinstance(opened, ApplicationError)
    assert opened.message == WORD
    assert opened.details == (WORD,)


@given(st.binary(max_size=200), st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=4, unique=True))
async def test_keys_are_rotated_without_losing_anything(data: bytes, keys: Sequence[bytes]) -> None:
    """What was sealed under any key that was first once is opened as long as that key is on any line."""
    payload = Payload(metadata={"encoding": b"binary/plain"}, data=data)
    everything = Codec(list(reversed(keys)), seals=True)

    for key in keys:
        (kept,) = await Codec([key], seals=True).encode([payload])
        assert kept.metadata["encoding"] == ENCODING
        assert await everything.decode([kept]) == [payload]


@given(st.integers(min_value=0), st.integers(0, 7))
async def test_what_was_altered_is_not_read(position: int, bit: int) -> None:
    """Any bit of it, and a key id that was changed to another's."""
    (kept,) = await Codec([NEW, OLD], seals=True).encode([Payload(data=WORD.encode())])
    altered, at = bytearray(kept.data), position % len(kept.data)
    altered[at] ^= 1 << bit
    moved = Payload(metadata={**kept.metadata, "encryption-key-id": key_id(OLD).encode()}, data=kept.data)

    for wrong in (Payload(metadata=kept.metadata, data=bytes(altered)), moved):
        with pytest.raises(PayloadUnreadable, match="is not what was sealed"):
            await Codec([NEW, OLD], seals=True).decode([wrong])


async def test_nothing_is_sealed_without_keys() -> None:
    """And nothing that others sealed is touched."""
    payload = Payload(metadata={"encoding": b"json/plain"}, data=b"1")
    converter = data_converter((), seals=False)

    assert converter.payload_codec
    assert await converter.payload_codec.encode([payload]) == [payload]
    assert await converter.payload_codec.decode([payload]) == [payload]
