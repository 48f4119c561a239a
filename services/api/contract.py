"""The contract as published: OpenAPI, with the form of problems in it."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from services.api.problems import Problem

REFERENCE = "#/components/schemas/{model}"


def describe_problems(app: FastAPI) -> None:
    """Have an application publish the form of its problems, which no route returns by itself."""
    publish = app.openapi

    def openapi() -> dict[str, Any]:
        published = publish()
        _, described = models_json_schema([(Problem, "serialization")], ref_template=REFERENCE)
        published["components"]["schemas"].update(described["$defs"])
        return published

    app.openapi = openapi  # type: ignore[method-assign]
