"""What ends an open wait: every wait there can be names a call, or is the engine's own."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from services.api.app import create_app
from services.api.wait.ending import ENDINGS, calls_ending
from services.domain.catalogue import DECIDERS
from services.storage.rows import WaitRow

#: Functions of an outlook that say what falls due, and words that say who is waited for.
APART = {"due", "deadlines", "is_closed", "deaf_since"}
WHO = {"chair", "coordinator", "engine", "head_of_delegation"}
STREAMS = {"body": "body/dialogue", "cycle": "cycle/dialogue/9", "silence": "silence/s-1", "action": "action/a-1"}


def waited_for() -> list[tuple[str, str]]:
    """Return every noun and wait there can be, from the words of the nouns' outlooks."""
    found = set()
    for noun in DECIDERS:
        outlook = ast.parse(inspect.getsource(importlib.import_module(f"services.domain.{noun}.outlook")))
        functions = [each for each in outlook.body if isinstance(each, ast.FunctionDef) and each.name not in APART]
        words = [each.value for of in functions for each in ast.walk(of) if isinstance(each, ast.Constant)]
        found |= {(noun, each) for each in words if isinstance(each, str) and re.fullmatch("[a-z]+(_[a-z]+)*", each)}
    return sorted((noun, word) for noun, word in found if word not in WHO)


def wait(noun: str, what: str) -> WaitRow:
    """Return an open wait."""
    at = datetime(2040, 3, 6, 8, tzinfo=UTC)
    return WaitRow(
        stream=STREAMS[noun],
        body="dialogue",
        what=what,
        entity="AFRIPOL",
        ordinal=0,
        role="head_of_delegation",
        since=at,
        until=None,
    )


@pytest.fixture(scope="module")
def paths() -> dict[str, Any]:
    """Give the addresses of the published contract; nothing of its engine is used."""
    engine: Any = SimpleNamespace(settings=SimpleNamespace(keys=SimpleNamespace(cursor=bytes(32))))
    return dict(create_app(engine).openapi()["paths"])


def test_there_are_waits_to_look_at() -> None:
    """Those that every cycle has are among them."""
    assert {("cycle", "respond"), ("cycle", "publish_agenda"), ("silence", "silence"), ("action", "completion")} <= set(
        waited_for()
    )


@pytest.mark.parametrize(("noun", "what"), waited_for())
def test_a_wait_names_the_calls_that_end_it(paths: dict[str, Any], noun: str, what: str) -> None:
    """Each an address of the contract that takes the command named; what only the engine ends is declared so."""
    calls = calls_ending(wait(noun, what))
    assert bool(calls) is (ENDINGS.get((noun, what), (what,)) != ())
    for call in calls:
        (operation,) = [
            operations[call["method"].lower()]
            for path, operations in paths.items()
            if re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), call["path"]) and call["method"].lower() in operations
        ]
        assert not call["command"] or f"{noun}/{call['command']}" in operation["x-commands"]
        assert bool(call["if_match"]) is ("428" in operation["responses"])


def test_a_call_tells_where_the_etag_is_read_that_goes_with_it() -> None:
    """Where one thing replaces another, so that nobody is turned away who did as they were told."""
    assert calls_ending(wait("body", "schedule_series"))[0]["if_match"] == "/v1/bodies/dialogue"
    assert calls_ending(wait("action", "reconciliation"))[0]["if_match"] == "/v1/actions/a-1"
    assert calls_ending(wait("cycle", "annotate_agenda"))[0]["if_match"] == "/v1/cycles/dialogue/9/items"


def test_a_call_tells_what_has_to_be_sent() -> None:
    """As the commands are printed elsewhere, what stands in the address left out."""
    (respond,) = calls_ending(wait("cycle", "respond"))
    assert respond == {
        "method": "POST",
        "path": "/v1/cycles/dialogue/9/responses",
        "command": "respond",
        "arguments": ("answer: accepted|declined|tentative",),
        "if_match": None,
    }
    assert calls_ending(wait("cycle", "settle_text"), text="t-1")[0]["path"] == "/v1/texts/t-1/adoption"
    assert calls_ending(wait("cycle", "settle_text"))[0]["path"] == "/v1/texts/ID-OF-THE-TEXT/adoption"
    assert calls_ending(wait("silence", "delivery"))[0] == {
        "method": "GET",
        "path": "/v1/procedures/s-1",
        "command": "",
        "arguments": (),
        "if_match": None,
    }
