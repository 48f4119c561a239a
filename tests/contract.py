"""
The API's contract as it was last released, and what of it a change would break.

``python -m tests.contract write`` writes down the contract of this tree, which a test holds against the code;
``python -m tests.contract release VERSION`` keeps it as what callers rely on from then on.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

from services.api.app import published_contract

FOLDER = Path(__file__).parent / "contracts"
CURRENT = FOLDER / "openapi.json"
WRITE = "python -m tests.contract write"


def spelt(contract: dict[str, Any]) -> str:
    """Return a contract as it is kept: a line for each part, so that a difference can be read."""
    return json.dumps(contract, indent=1, ensure_ascii=False) + "\n"


def released() -> dict[str, dict[str, Any]]:
    """Return the contracts of the releases there were, by version."""
    return {
        path.name.removesuffix(".json.gz"): json.loads(gzip.decompress(path.read_bytes()))
        for path in sorted(FOLDER.glob("*.json.gz"))
    }


def write() -> None:
    """Write down the contract of this tree."""
    CURRENT.write_text(spelt(published_contract()))


def release(version: str) -> None:
    """Keep the contract of this tree as that of a release, once."""
    path = FOLDER / f"{version}.json.gz"
    if path.exists():
        raise SystemExit(f"{version} was released already; what was released is never rewritten")
    path.write_bytes(gzip.compress(json.dumps(published_contract(), ensure_ascii=False).encode(), mtime=0))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write"]:
            write()
        case ["release", version]:
            release(version)
        case _:
            raise SystemExit(__doc__)
