"""The published contract: written down, exemplified, and never broken for whoever relies on a release."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import jsonschema_rs
import pytest

from services.api.app import published_contract
from services.api.problem.catalogue import KINDS
from services.cli.main import outcome_of
from tests.contract import CURRENT, WRITE, released, spelt
from tests.contract_change import breaking

OBJECT = "/v1/procedures/{id}/objections"
CYCLES = "/v1/cycles"


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    """Give the contract of this tree."""
    return published_contract()


def test_the_contract_is_the_one_written_down(contract: dict[str, Any]) -> None:
    """Whoever changes the API sees in a diff what callers will see."""
    assert CURRENT.read_text() == spelt(contract), f"the contract has changed; read the diff of `{WRITE}`, and keep it"


@pytest.mark.parametrize("version", released())
def test_nothing_that_a_release_promised_is_broken(contract: dict[str, Any], version: str) -> None:
    """Additions pass; what is gone, narrower or newly needed does not."""
    found = breaking(released()[version], contract)
    assert found == [], "callers of that release would break; add beside it instead of changing it"


def test_dialogue_openapi_prints_it(contract: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    """As a served API gives it, OpenAPI 3.1."""
    assert outcome_of(["openapi"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == contract
    assert printed["openapi"].startswith("3.1")


def test_every_example_is_what_its_own_schema_describes(contract: dict[str, Any]) -> None:
    """Of requests, of answers and of problems; and each operation has a summary."""
    checked: set[tuple[str, str]] = set()
    for where, content in contents(contract):
        if "schema" not in content:
            continue
        assert content["examples"], where
        for name in content["examples"]:
            if (json.dumps(content["schema"]), name) not in checked:
                example = contract["components"]["examples"][name]["value"]
                schema = {**content["schema"], "components": contract["components"]}
                validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
                assert [error.message for error in validator.iter_errors(example)] == [], (where, name)
                checked.add((json.dumps(content["schema"]), name))
    assert len(checked) > 250
    assert all(operation["summary"] for methods in contract["paths"].values() for operation in methods.values())


def test_every_operation_documents_the_problems_it_may_meet(contract: dict[str, Any]) -> None:
    """By status, each kind with an example; and every kind there is can be met somewhere."""
    met = {name for where, content in contents(contract) if "problem" in where for name in content["examples"]}
    unmet = KINDS.keys() - met
    assert unmet == ONLY_WITHIN
    objecting = resolved(contract, contract["paths"][OBJECT]["post"]["responses"]["409"])
    examples = objecting["content"]["application/problem+json"]["examples"]
    assert set(examples) == {"AlreadyObjected", "AnsweredSince", "SilenceNotOpen", "WrongState"}


#: What no caller can meet: refusals to the engine itself, and to who asks for what is no operation at all.
ONLY_WITHIN = {
    "AlreadyFounded",
    "AlreadyProposed",
    "CalendarKeptAlready",
    "BootstrapClosed",
    "MethodNotAllowed",
    "NothingDue",
    "NotFinal",
}


def resolved(contract: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """Return a response, if need be by its reference."""
    if "$ref" not in response:
        return response
    found: dict[str, Any] = contract["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
    return found


def contents(contract: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give whatever is sent or told, with where that is."""
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            carriers = {"sent": operation.get("requestBody", {}), **operation["responses"]}
            for status, carrier in carriers.items():
                for media, content in resolved(contract, carrier).get("content", {}).items():
                    yield f"{method} {path} {status} {media}", content


def schema(contract: dict[str, Any], model: str) -> dict[str, Any]:
    """Return a schema of the contract."""
    found: dict[str, Any] = contract["components"]["schemas"][model]
    return found


def drop_path(contract: dict[str, Any]) -> None:
    """Take a path away."""
    del contract["paths"][CYCLES]


def drop_field(contract: dict[str, Any]) -> None:
    """Take a field of an answer away."""
    del schema(contract, "CycleItemRead")["properties"]["starts"]


def drop_filter(contract: dict[str, Any]) -> None:
    """Take a filter away."""
    parameters = contract["paths"][CYCLES]["get"]["parameters"]
    contract["paths"][CYCLES]["get"]["parameters"] = [each for each in parameters if each["name"] != "body"]


def drop_value(contract: dict[str, Any]) -> None:
    """Take a value of a closed list away."""
    schema(contract, "CycleState")["enum"].remove("closed")


def need_field(contract: dict[str, Any]) -> None:
    """Need a field that could be left out."""
    schema(contract, "ProcedureObject")["required"] = ["reason"]


def need_new_field(contract: dict[str, Any]) -> None:
    """Need a field that there was not."""
    schema(contract, "TextAmend")["properties"]["colour"] = {"type": "string"}
    schema(contract, "TextAmend")["required"].append("colour")


def shorten(contract: dict[str, Any]) -> None:
    """Take less of a text."""
    schema(contract, "TextAmend")["properties"]["text_new"]["maxLength"] = 100


def retype(contract: dict[str, Any]) -> None:
    """Tell a number as a text."""
    schema(contract, "CycleItemRead")["properties"]["number"]["type"] = "string"


def tell_nothing(contract: dict[str, Any]) -> None:
    """Tell nothing where there was always something."""
    properties = schema(contract, "CycleItemRead")["properties"]
    properties["number"] = {"anyOf": [properties["number"], {"type": "null"}]}


def need_body(contract: dict[str, Any]) -> None:
    """Need a body where none had to be sent."""
    contract["paths"][OBJECT]["post"]["requestBody"]["required"] = True


def rename_command(contract: dict[str, Any]) -> None:
    """Send another command from an address."""
    contract["paths"][OBJECT]["post"]["x-commands"] = ["silence/oppose"]


def drop_problem(contract: dict[str, Any]) -> None:
    """Take a kind of problem away."""
    del contract["components"]["examples"]["SilenceNotOpen"]


BREAKS = (
    (drop_path, "GET /v1/cycles is gone"),
    (drop_field, "the field starts is gone"),
    (drop_filter, "the parameter body is gone"),
    (drop_value, "may not be closed any more"),
    (need_field, "the field reason has to be sent"),
    (need_new_field, "the field colour has to be sent"),
    (shorten, "maxLength falls to 100"),
    (retype, "is string and was integer"),
    (tell_nothing, "may be null now"),
    (need_body, "a body has to be sent"),
    (rename_command, "x-commands was ['silence/object']"),
    (drop_problem, "the problem /problems/silence-not-open is gone"),
)


@pytest.mark.parametrize(("change", "told"), BREAKS, ids=[change.__name__ for change, _ in BREAKS])
def test_a_change_that_breaks_callers_is_named(
    contract: dict[str, Any], change: Callable[[dict[str, Any]], None], told: str
) -> None:
    """In a sentence that says where."""
    changed = deepcopy(contract)
    change(changed)
    found = breaking(contract, changed)
    assert found
    assert all(told in each for each in found), found


def test_additions_break_nothing(contract: dict[str, Any]) -> None:
    """A path, a field told, a field that may be sent, a value told, a kind of problem, a longer text."""
    changed = deepcopy(contract)
    changed["paths"]["/v1/novelties"] = changed["paths"][CYCLES]
    schema(changed, "CycleItemRead")["properties"]["novelty"] = {"type": "string"}
    schema(changed, "TextAmend")["properties"]["novelty"] = {"type": "string"}
    schema(changed, "CycleState")["enum"].append("novel")
    schema(changed, "TextAmend")["properties"]["text_new"]["maxLength"] *= 2
    changed["components"]["examples"]["Novel"] = {"value": {"type": "/problems/novel"}}
    assert breaking(contract, changed) == []
