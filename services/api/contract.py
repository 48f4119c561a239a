"""The contract as published: OpenAPI, with the form of problems and an example of everything in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from services.api.onward import link_operations
from services.api.plausible import REFERENCE, example_of
from services.api.problem.describing import MEDIA_TYPE, problem_examples
from services.api.problem.schemas import Problem

JSON = "application/json"
MODEL = "#/components/schemas/{model}"
EXAMPLE = "#/components/examples/"
RESPONSE = "#/components/responses/"


def describe_wholly(app: FastAPI) -> None:
    """Have an application publish its problems, which no route returns by itself, and examples."""
    publish = app.openapi

    def openapi() -> dict[str, Any]:
        published = publish()
        components = published["components"]
        if "examples" not in components:
            _, described = models_json_schema([(Problem, "serialization")], ref_template=MODEL)
            components["schemas"].update(described["$defs"])
            components["examples"] = {**problem_examples(), **_exemplify(published)}
            components["responses"] = _share_problems(published)
            link_operations(published)
        return published

    app.openapi = openapi  # type: ignore[method-assign]


def _exemplify(published: dict[str, Any]) -> dict[str, Any]:
    """Give every request and answer a reference to an example, and return the examples by the name of their model."""
    defined = published["components"]["schemas"]
    examples: dict[str, Any] = {}
    for content in _contents(published):
        model = _model_of(content["schema"])
        content["examples"] = {model: {"$ref": EXAMPLE + model}}
        examples[model] = {"value": example_of({"$ref": REFERENCE + model}, defined)}
    return dict(sorted(examples.items()))


def _share_problems(published: dict[str, Any]) -> dict[str, Any]:
    """Have operations refer to the problems they have in common, and return these by their names."""
    shared: dict[str, Any] = {}
    for methods in published["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                names = response.get("content", {}).get(MEDIA_TYPE, {}).get("examples")
                if names:
                    called = "-".join(names)
                    shared[called] = response
                    operation["responses"][status] = {"$ref": RESPONSE + called}
    return dict(sorted(shared.items()))


def _contents(published: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the JSON that operations take and answer with."""
    for methods in published["paths"].values():
        for operation in methods.values():
            for carrier in (operation.get("requestBody", {}), *operation["responses"].values()):
                if JSON in carrier.get("content", {}):
                    yield carrier["content"][JSON]


def _model_of(schema: dict[str, Any]) -> str:
    """Return the model of a schema; of a choice the first, which is what is usually meant."""
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return _model_of(schema[choice][0])
    return str(schema["$ref"]).removeprefix(REFERENCE)
