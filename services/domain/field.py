"""Fields added to a dataclass after its first release: what was recorded before reads and writes as it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any, TypeVar

T = TypeVar("T")
ADDED = "added"


def added(default: T) -> T:
    """
    Declare a field added later, with the value it has where nobody said anything.

    The JSON form leaves such a field out while it holds that value: a stream of before decides, records and replays
    byte for byte as it did, and a process of the release before reads what does not use it. Fields that mostly say
    nothing are declared so from the beginning, where they would stand in every table.
    """
    declared: Any = field(default=default, metadata={ADDED: True})
    return declared  # type: ignore[no-any-return]


def added_empty(factory: Callable[[], T]) -> T:
    """Declare a mapping added later, empty where nobody said anything; as ``added``."""
    declared: Any = field(default_factory=factory, metadata={ADDED: True})
    return declared  # type: ignore[no-any-return]
