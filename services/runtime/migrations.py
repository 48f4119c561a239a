"""Where the migrations lie, and which revision they lead to."""

from __future__ import annotations

import re
from pathlib import Path

KINDS = ("revision", "down_revision")
LINE = re.compile(r"^(?P<kind>revision|down_revision) *= *['\"](?P<revision>\w+)['\"]", re.MULTILINE)


def migrations_dir() -> Path:
    """Return where the migrations lie: beside the code in a checkout, inside the package in a wheel."""
    inside = Path(__file__).parents[1] / "storage" / "migrations"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "migrations"


def newest_revision(folder: Path | None = None) -> str:
    """
    Return the revision that this release works with: the one that no other follows.

    Read from the migrations' own lines; loading Alembic for it would slow down every start.
    """
    texts = [path.read_text("utf-8") for path in sorted(((folder or migrations_dir()) / "versions").glob("*.py"))]
    found = {
        kind: {m["revision"] for text in texts for m in LINE.finditer(text) if m["kind"] == kind} for kind in KINDS
    }
    (newest,) = found["revision"] - found["down_revision"]
    return newest
