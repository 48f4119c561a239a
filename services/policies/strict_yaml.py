"""Reads YAML strictly: nothing is guessed, nothing is repeated, nothing refers; every value knows its line."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import yaml

from services.policies.fault import PolicyError

Place = tuple[str | int, ...]

MAX_BYTES: Final = 256 * 1024
MAX_DEPTH: Final = 20
MAX_INTEGER: Final = 2**53 - 1  # beyond it JSON readers disagree

_TAG: Final = "tag:yaml.org,2002:"


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """What a file says, as a JSON value, with the line of every key and item in ``lines``."""

    file: str
    value: Any
    lines: Mapping[Place, int]

    def error(self, place: Place, problem: str, remedy: str) -> PolicyError:
        """Make the fault found at a place, or at the nearest place above it that the file has."""
        held = next(place[:n] for n in range(len(place), -1, -1) if place[:n] in self.lines)
        return PolicyError(file=self.file, line=self.lines[held], key=key_of(place), problem=problem, remedy=remedy)


def key_of(place: Place) -> str:
    """Write a place as people read it: ``cadence.skip[0]``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")


def read_yaml(path: Path) -> Document:
    """
    Read one YAML file.

    Raises:
        PolicyError: it cannot be read, is too large or too deep, or says something that YAML readers disagree on.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _whole(path, f"cannot be read ({error.strerror})", "give a file that exists and may be read") from error
    if len(raw) > MAX_BYTES:
        raise _whole(path, "is larger than 256 kB", "split it, or leave out what no procedure needs")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _whole(path, "is not UTF-8", "save the file as UTF-8", line=line) from error
    return parse_yaml(text, str(path))


def parse_yaml(text: str, file: str) -> Document:
    """
    Read the text of a YAML file; ``file`` names it in faults.

    Raises:
        PolicyError: as for ``read_yaml``.
    """
    if "\t" in text:
        line = text[: text.index("\t")].count("\n") + 1
        raise PolicyError(file=file, line=line, key="", problem="there is a tab", remedy="write spaces")
    try:
        node = _StrictLoader(text).get_single_node()
    except _Unwanted as fault:
        raise PolicyError(file=file, line=fault.line, key="", problem=fault.problem, remedy=fault.remedy) from fault
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = " ".join(part for part in (error.context, error.problem) if part)
        raise PolicyError(
            file=file, line=mark.line + 1 if mark else 1, key="", problem=problem, remedy="correct the YAML there"
        ) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        problem = f"there is a character that YAML does not allow ({error.reason})"
        raise PolicyError(file=file, line=line, key="", problem=problem, remedy="take it out") from error
    if node is None:
        raise PolicyError(file=file, line=1, key="", problem="the file is empty", remedy="write its keys")
    return _Builder(file).document(node)


class _Unwanted(Exception):
    """Something of YAML that policy files do without."""

    def __init__(self, line: int, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.line, self.problem, self.remedy = line, problem, remedy


class _StrictLoader(yaml.SafeLoader):
    """Composes nodes; knows null, true and false, integers and decimals, and takes every other plain word for text."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012  # PyYAML's own contract

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Unwanted(line, "anchors and aliases are not read", "write the value out where it is needed")
        if getattr(event, "tag", None):
            raise _Unwanted(line, f"the tag {event.tag} is not read", "leave it out; quote the value if it is text")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _Unwanted(line, f"this is nested deeper than {MAX_DEPTH} levels", "nest less")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


for _name, _pattern, _first in (
    ("null", r"(?:null|~|)\Z", ["n", "~", ""]),
    ("bool", r"(?:true|false)\Z", ["t", "f"]),
    ("int", r"-?(?:0|[1-9][0-9]*)\Z", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z", list("-0123456789")),
    ("no-number", r"[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)\Z", list("-+.")),
):
    _StrictLoader.add_implicit_resolver(_TAG + _name, re.compile(_pattern), _first)


class _Builder:
    """Turns composed nodes into a JSON value and notes the line of each place."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}

    def document(self, node: yaml.Node) -> Document:
        self.lines[()] = node.start_mark.line + 1
        return Document(file=self.file, value=self._value(node, ()), lines=self.lines)

    def _value(self, node: yaml.Node, place: Place) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._item(item, (*place, n)) for n, item in enumerate(node.value)]
        return self._scalar(node, place)

    def _item(self, node: yaml.Node, place: Place) -> Any:
        self.lines[place] = node.start_mark.line + 1
        return self._value(node, place)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag != _TAG + "str":
                shown = key_node.value if isinstance(key_node, yaml.ScalarNode) else "a list or mapping"
                self._refuse(line, place, f"the key {shown} is not text", "write a word, or quote it")
            key = str(key_node.value)
            inner = (*place, key)
            if key in found:
                problem = f"the key stands twice, first on line {self.lines[inner]}"
                self._refuse(line, inner, problem, "keep one of the two")
            self.lines[inner] = line
            found[key] = self._value(value_node, inner)
        return found

    def _scalar(self, node: yaml.Node, place: Place) -> Any:
        kind, text = node.tag.removeprefix(_TAG), str(node.value)
        if kind == "null":
            return None
        if kind == "bool":
            return text == "true"
        if kind == "str":
            return text
        number = int(text) if kind == "int" and len(text) <= len(str(-MAX_INTEGER)) else _decimal(text)
        if not math.isfinite(number) or (kind == "int" and abs(number) > MAX_INTEGER):
            self._refuse(node.start_mark.line + 1, place, f"{text} is no number that can be kept", "write a finite one")
        return number

    def _refuse(self, line: int, place: Place, problem: str, remedy: str) -> NoReturn:
        raise PolicyError(file=self.file, line=line, key=key_of(place), problem=problem, remedy=remedy)


def _decimal(text: str) -> float:
    return math.nan if text.lower().endswith(("inf", "nan")) else float(text)


def _whole(path: Path, problem: str, remedy: str, *, line: int = 1) -> PolicyError:
    return PolicyError(file=str(path), line=line, key="", problem=f"the file {problem}", remedy=remedy)
