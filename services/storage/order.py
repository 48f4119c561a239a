"""The order of a list, as its queries keep it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """By a field of the list's rows, rising unless it falls; what ties is ordered by its key, the same way."""

    field: str
    is_falling: bool = False
