"""The name of this release."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def release() -> str:
    """Return the name of this release; left to itself a worker reads all code there is, for a second, to make one."""
    try:
        return f"dialogue {version('dialogue-engine')}"
    except PackageNotFoundError:
        return "dialogue from a checkout"
