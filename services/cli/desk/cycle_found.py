"""Cycles that were asked for, with what belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.client.body import Body
    from services.client.cycle import Cycle, CycleItem
    from services.client.preview import Mailings
    from services.client.wait import Wait


@dataclass(frozen=True, kw_only=True)
class Found:
    """Cycles in a list, or one whole with what it will send; the body where one is named; the open waits of all."""

    waits: Sequence[Wait]
    items: Sequence[CycleItem] = ()
    body: Body | None = None
    cycle: Cycle | None = None
    mailings: Mailings | None = None
    is_more: bool = False


def stream_of(cycle: CycleItem) -> str:
    """Return the stream of a cycle."""
    return f"cycle/{cycle.body}/{cycle.number}"
