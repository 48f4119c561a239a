"""Figures of several runs: medians, spread, ratios to the bare thing, and how they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """
    One thing measured several times, each time beside the bare thing where there is one.

    ``goal`` bounds the ratio, or the figure itself where nothing bare is like it: from above if ``is_ceiling``.
    """

    name: str
    unit: str
    runs: Sequence[float]
    bare: Sequence[float] = ()
    goal: float | None = None
    is_ceiling: bool = True

    @property
    def ratios(self) -> tuple[float, ...]:
        """Return the ratio of each run to the bare thing in the same run."""
        return tuple(own / other for own, other in zip(self.runs, self.bare, strict=True)) if self.bare else ()

    @property
    def is_reached(self) -> bool | None:
        """Tell whether the goal is reached; ``None`` if there is none."""
        if self.goal is None:
            return None
        found = median(self.ratios or self.runs)
        return found <= self.goal if self.is_ceiling else found >= self.goal

    def told(self) -> Mapping[str, Any]:
        """Return the figure as a JSON value."""
        return {
            "name": self.name,
            "unit": self.unit,
            "runs": [round(each, 3) for each in self.runs],
            "median": round(median(self.runs), 3),
            "bare": [round(each, 3) for each in self.bare],
            "bare_median": round(median(self.bare), 3) if self.bare else None,
            "ratios": [round(each, 3) for each in self.ratios],
            "ratio": round(median(self.ratios), 3) if self.ratios else None,
            "goal": self.goal,
            "goal_is": None if self.goal is None else "at most" if self.is_ceiling else "at least",
            "is_reached": self.is_reached,
        }

    def row(self) -> tuple[str, ...]:
        """Return the figure as a row of the table."""
        ratio = f"{median(self.ratios):.2f} ({min(self.ratios):.2f} to {max(self.ratios):.2f})" if self.ratios else ""
        goal = "" if self.goal is None else f"{'at most' if self.is_ceiling else 'at least'} {self.goal:g}"
        return (
            self.name,
            f"{median(self.runs):.1f} {self.unit} ({min(self.runs):.1f} to {max(self.runs):.1f})",
            f"{median(self.bare):.1f}" if self.bare else "",
            ratio,
            goal,
            {True: "yes", False: "no", None: ""}[self.is_reached],
        )


HEADINGS = ("what", "median (spread)", "bare", "ratio (spread)", "goal", "reached")


def table_of(figures: Sequence[Figure]) -> str:
    """Return the table of some figures."""
    rows = [HEADINGS, *(figure.row() for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
