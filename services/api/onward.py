"""Links of the contract: from an answer to the operations that go on from it, with where their places stand in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

RECORD = "read_command"
COMMANDS = "x-commands"
#: By the operations that make something, or list it: the address it has, and where each place of that stands.
MADE: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "cycle_table_text": ("/v1/texts/{id}", {"id": "$response.body#/events/0/facts/text"}),
    "cycle_assign": ("/v1/actions/{id}", {"id": "$response.body#/events/0/facts/action"}),
    **dict.fromkeys(
        ("body_open_silence", "body_open_written_procedure", "text_open_silence", "text_open_written_procedure"),
        ("/v1/procedures/{id}", {"id": "$response.body#/events/0/facts/procedure"}),
    ),
    "list_procedures": ("/v1/procedures/{id}", {"id": "$response.body#/items/0/id"}),
    "list_actions": ("/v1/actions/{id}", {"id": "$response.body#/items/0/id"}),
    "list_bodies": ("/v1/bodies/{body}", {"body": "$response.body#/items/0/code"}),
    "list_cycles": (
        "/v1/cycles/{body}/{number}",
        {"body": "$response.body#/items/0/body", "number": "$response.body#/items/0/number"},
    ),
    "list_texts": ("/v1/texts/{id}", {"id": "$response.body#/items/0/id"}),
}


def link_operations(published: dict[str, Any]) -> None:
    """Give the answers of a contract their links."""
    by_address = list(_operations(published))
    for _, operation in by_address:
        made = MADE.get(operation["operationId"])
        links = dict(_links(made, by_address)) if made else {}
        if operation.get(COMMANDS) and "202" in operation["responses"]:
            record = {"operationId": RECORD, "parameters": {"command_id": "$response.body#/command_id"}}
            operation["responses"]["202"]["links"] = {RECORD: record}
            links[RECORD] = record
        if links:
            operation["responses"]["200"]["links"] = links


def _links(
    made: tuple[str, Mapping[str, str]], by_address: list[tuple[str, dict[str, Any]]]
) -> Iterator[tuple[str, dict[str, Any]]]:
    address, places = made
    for path, operation in by_address:
        rest = path.removeprefix(address)
        if path.startswith(address) and "{" not in rest:
            yield operation["operationId"], {"operationId": operation["operationId"], "parameters": dict(places)}


def _operations(published: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in published["paths"].items():
        for operation in methods.values():
            yield path, operation
