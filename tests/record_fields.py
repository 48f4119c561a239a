"""
The fields of everything that is recorded, type by type: what a release wrote is what later ones still read and write.

Run as ``python -m tests.record_fields VERSION`` once for each release, beside its golden histories.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

from services.domain.catalogue import DECIDERS

HISTORIES = Path(__file__).parent / "histories"
FILE = "fields.json"


def recorded_types() -> dict[str, type[Any]]:
    """Return every type that states, commands and events are made of, by module and name."""
    found: dict[str, type[Any]] = {}
    ahead: list[Any] = [kind for d in DECIDERS.values() for kind in (d.state, *d.commands, *d.events)]
    while ahead:
        kind = ahead.pop()
        name = f"{kind.__module__.removeprefix('services.domain.')}.{kind.__name__}"
        if name not in found:
            found[name] = kind
            ahead.extend(_inner(kind))
    return found


def field_names() -> dict[str, list[str]]:
    """Return the names of the fields of every recorded type."""
    return {name: [f.name for f in fields(kind)] for name, kind in sorted(recorded_types().items())}


def _inner(kind: Any) -> Iterator[type[Any]]:
    for hint in get_type_hints(kind).values():
        yield from _dataclasses_in(hint)


def _dataclasses_in(hint: Any) -> Iterator[type[Any]]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for part in get_args(hint):
        yield from _dataclasses_in(part)


if __name__ == "__main__":
    path = HISTORIES / sys.argv[1] / FILE
    if path.exists():
        raise SystemExit(f"{path.name} of {sys.argv[1]} has been written; what has landed is never rewritten")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(field_names(), indent=1) + "\n")
