"""Every route decides something: a command that gives events, or a reading the access policy answers for."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from services.access.decision import AccessPolicy
from services.api.app import create_app
from services.api.command_route import COMMANDS
from services.api.read_route import READS
from services.domain.catalogue import DECIDERS
from services.domain.message import command_kind
from services.policies.folder import policies_dir

#: Whether the process lives, what it lacks by name, and what a problem means, is nobody's secret.
OPEN = {"/healthz", "/readyz", "/problems", "/problems/{name}"}
#: Its key stands in its address, for calendars send no headers.
FEED = "/v1/feeds/{key}.ics"
#: What OpenAPI itself is served under.
CONTRACT = {"/openapi.json"}


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """Give the application; nothing of its engine is used."""
    engine: Any = SimpleNamespace(settings=SimpleNamespace(keys=SimpleNamespace(cursor=bytes(32))))
    return create_app(engine)


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give every operation of the published contract: method, path, description."""
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def walk(routes: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Give every route there is, in the contract or not, with its whole path."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from walk(included.routes, prefix + route.include_context.prefix)
        else:
            yield prefix + route.path, route


def test_every_route_is_in_the_contract(app: FastAPI) -> None:
    """Nothing is served that is not published, the contract itself apart."""
    served = {path for path, _ in walk(app.routes)}
    published = {path for _, path, _ in operations(app)}
    assert served == published | CONTRACT
    assert {type(route) for path, route in walk(app.routes) if path in published} == {APIRoute}


def test_every_route_has_a_command_or_a_reading(app: FastAPI) -> None:
    """A route that decides nothing would let anybody in."""
    undecided = {
        path for _, path, operation in operations(app) if not operation.get(COMMANDS) and not operation.get(READS)
    }
    assert undecided == OPEN


def test_every_command_has_a_route(app: FastAPI) -> None:
    """Whatever an aggregate takes from outside has an address, and no address names what it does not take."""
    routed = [command for _, _, operation in operations(app) for command in operation.get(COMMANDS, ())]
    taken = {
        f"{noun}/{command_kind(command)}"
        for noun, decider in DECIDERS.items()
        for command in decider.commands
        if command not in decider.internal
    }
    assert set(routed) == taken
    assert len(routed) == len(taken)


def test_every_command_and_reading_is_an_action_of_the_policy(app: FastAPI) -> None:
    """What the policy does not know it cannot allow."""
    actions = AccessPolicy.load(policies_dir() / "access").edition.actions
    asked = {action for _, _, operation in operations(app) for action in operation.get(READS, ())}
    asked |= {command.split("/")[1] for _, _, op in operations(app) for command in op.get(COMMANDS, ())}
    assert asked <= actions.keys()


def test_commands_are_posted_and_readings_change_nothing(app: FastAPI) -> None:
    """But for one: reading the letter of a procedure proves that it arrived (domain.md 5.2 h)."""
    wrong = {
        (method, path)
        for method, path, operation in operations(app)
        if (method == "POST") is not bool(operation.get(COMMANDS))
    }
    assert wrong == {("GET", "/v1/procedures/{id}")}


def test_every_operation_asks_for_a_key_and_names_its_problems(app: FastAPI) -> None:
    """Documented: who may not, what is not there, what is malformed, what is away."""
    for _, path, operation in operations(app):
        if path in {*OPEN, FEED}:
            continue
        assert operation["security"] == [{"key": []}], path
        assert {"401", "403", "404", "422", "503"} <= operation["responses"].keys(), path
        shared = operation["responses"]["404"]["$ref"].rsplit("/", 1)[1]
        problem = app.openapi()["components"]["responses"][shared]["content"]["application/problem+json"]
        assert problem["schema"] == {"$ref": "#/components/schemas/Problem"}


def test_the_contract_is_whole(app: FastAPI) -> None:
    """Every reference leads somewhere, every operation has a name of its own and says what it does."""
    published = app.openapi()
    defined = published["components"]["schemas"].keys()
    named = {part.split('"')[0] for part in str(published).replace("'", '"').split("#/components/schemas/")[1:]}
    assert named <= defined
    names = [operation["operationId"] for _, _, operation in operations(app)]
    assert len(names) == len(set(names))
    assert all(operation["description"] for _, _, operation in operations(app))
