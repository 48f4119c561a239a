"""Every refusal of the domain has its problem, and no problem tells more than its refusal."""

from __future__ import annotations

import importlib
import json
import logging
import pkgutil
from typing import Any

import pytest
from fastapi import Request

import services.domain
from services.api import problems
from services.api.faults import wrongs_of, wrongs_of_request
from services.api.problem.catalogue import KINDS
from services.api.problem.language import language_of
from services.api.problems import problem, unexpected
from services.domain.message import Refusal
from services.domain.register.refusals import StatusUnchanged
from services.domain.silence.refusals import SilenceNotOpen

#: What the API refuses by itself.
OF_THE_API = {
    "NotAuthenticated",
    "MethodNotAllowed",
    "Malformed",
    "MatchNeeded",
    "KeyUsedOtherwise",
    "TooLarge",
    "TooManyRequests",
    "AddressTooLong",
    "HeadersTooLarge",
    "DatabaseAway",
    "DatabaseOlder",
    "RegisterMissing",
    "NotReady",
    "Unexpected",
}


def request(path: str = "/v1/procedures/s-1/objections", headers: Any = ()) -> Request:
    """Return a request to a path."""
    return Request({"type": "http", "method": "POST", "path": path, "headers": list(headers), "query_string": b""})


def body_of(response: Any) -> dict[str, Any]:
    """Return the body of an answer."""
    told: dict[str, Any] = json.loads(response.body)
    return told


def refusals(base: type[Refusal] = Refusal) -> set[str]:
    """Return the names of all refusals of the domain."""
    for module in pkgutil.walk_packages(services.domain.__path__, "services.domain."):
        importlib.import_module(module.name)
    below = [*base.__subclasses__()]
    return {each.__name__ for each in below} | {name for each in below for name in refusals(each)}


def test_every_refusal_has_a_status_and_none_stands_there_for_nothing() -> None:
    """A refusal that is new has to be placed before anybody meets it."""
    assert refusals() == KINDS.keys() - OF_THE_API
    assert KINDS.keys() >= OF_THE_API


def test_titles_are_short_and_statuses_are_errors() -> None:
    """The sentence is in the detail; a title only names the kind."""
    for name, kind in KINDS.items():
        assert 400 <= kind.status < 600, name
        for title in kind.titles.values():
            assert len(title) <= 50, name
            assert not title.endswith("."), name


def test_a_problem_has_a_type_of_its_own_its_sentence_and_its_facts() -> None:
    """As RFC 9457 has it, with the facts as members."""
    refusal = SilenceNotOpen(state="adopted", expires_at=None)
    answer = problem(request(), "SilenceNotOpen", refusal.sentence, refusal.facts, command_id="c1")
    assert answer.media_type == "application/problem+json"
    told = body_of(answer)
    assert len(told.pop("trace_id")) == 32
    assert told == {
        "type": "/problems/silence-not-open",
        "title": "Procedure not open",
        "status": 409,
        "detail": refusal.sentence,
        "instance": "/v1/procedures/s-1/objections",
        "refusal": "SilenceNotOpen",
        "command_id": "c1",
        "state": "adopted",
        "expires_at": None,
    }


def test_a_fact_never_takes_the_place_of_a_standard_member() -> None:
    """A status of the domain is not the status of the answer."""
    refusal = StatusUnchanged(entity="UNODC", status="observer")
    told = body_of(problem(request(), "StatusUnchanged", refusal.sentence, refusal.facts))
    assert (told["status"], told["refusal_status"], told["entity"]) == (409, "observer", "UNODC")


def test_an_unexpected_error_tells_a_trace_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    """What happened is in the log under that trace."""
    with caplog.at_level(logging.ERROR, problems.__name__):
        told = body_of(unexpected(request(), RuntimeError("the password is swordfish")))
    assert told["status"] == 500
    assert "swordfish" not in json.dumps(told)
    assert told["trace_id"] in caplog.text
    assert "swordfish" in caplog.text


def test_what_is_wrong_is_named_by_field_rule_and_remedy() -> None:
    """In words, and each field once."""
    found = wrongs_of_request(
        [
            {"type": "missing", "loc": ("body", "answer"), "msg": "Field required"},
            {"type": "literal_error", "loc": ("body", "mode"), "msg": "", "ctx": {"expected": "'remote' or 'hybrid'"}},
            {"type": "string_type", "loc": ("body", "place"), "msg": ""},
            {"type": "none_required", "loc": ("body", "place"), "msg": "Input should be None"},
            {"type": "json_invalid", "loc": ("body", 4), "msg": "", "ctx": {"error": "Expecting value"}},
            {"type": "int_parsing", "loc": ("path", "number"), "msg": ""},
            {"type": "unheard_of", "loc": ("query", "limit"), "msg": "Something else"},
        ]
    )
    assert [(wrong.field, wrong.rule) for wrong in found] == [
        ("answer", "is missing"),
        ("mode", "should be 'remote' or 'hybrid'"),
        ("place", "should be a text"),
        ("body", "is no JSON (Expecting value)"),
        ("path.number", "should be a whole number"),
        ("limit", "something else"),
    ]
    assert all(wrong.remedy for wrong in found)
    assert wrongs_of([{"field": "period", "rule": "is empty"}])[0].remedy.endswith("Idempotency-Key if you use one")


def test_every_kind_has_a_page_in_both_languages() -> None:
    """What it means and what to do: a sentence each, no two languages alike."""
    for name, kind in KINDS.items():
        for texts in (kind.titles, kind.meanings, kind.remedies):
            assert texts.keys() == {"en", "fr"}, name
        for texts in (kind.meanings, kind.remedies):
            assert texts["en"] != texts["fr"], name
            assert all(text.endswith(".") and text[0].isupper() for text in texts.values()), name
            assert all(len(text) <= 160 for text in texts.values()), name


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr"),
        ("fr-CH, en;q=0.8", "fr"),
        ("en;q=0.3, fr;q=0.7", "fr"),
        ("de, ar", "en"),
        ("de, fr;q=0.1", "fr"),
        ("*, en;q=0", "fr"),
        ("en, fr", "en"),
        ("fr;q=0, en;q=0", "en"),
        (";;;=,,\x00", "en"),
    ],
)
def test_a_title_is_told_in_the_language_preferred(accepted: str | None, language: str) -> None:
    """English where no other there is is liked better."""
    assert language_of(accepted) == language
    headers = [(b"accept-language", accepted.encode())] if accepted is not None else []
    answer = problem(request(headers=headers), "NotFound", "There is no text t-1 here.")
    assert body_of(answer)["title"] == KINDS["NotFound"].titles[language]
    assert answer.headers["content-language"] == language
    assert answer.headers["vary"] == "Accept-Language"


def test_a_trace_that_a_request_came_with_is_told_again() -> None:
    """So that callers find their own traces; what is none gets a new one."""
    given = "4bf92f3577b34da6a3ce929d0e0e4736"
    spelt = f"00-{given}-00f067aa0ba902b7-01".encode()
    told = body_of(problem(request(headers=[(b"traceparent", spelt)]), "NotFound", "Nothing."))
    assert told["trace_id"] == given
    for wrong in (b"00-zz-00-01", f"00-{'0' * 32}-00f067aa0ba902b7-01".encode(), b"x" * 5000):
        asked = request(headers=[(b"traceparent", wrong)])
        first, again = (body_of(problem(asked, "NotFound", "Nothing.")) for _ in range(2))
        assert first["trace_id"] == again["trace_id"] != given
        assert len(first["trace_id"]) == 32
