"""Lays what a scenario has otherwise over what a policy file says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from services.policies.strict_yaml import read_yaml


def content_of(path: Path) -> Any:
    """Return what a policy file says; many scenarios rest on the same ones, and none changes them."""
    about = path.stat()
    return _content(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=64)
def _content(path: Path, _changed: int, _size: int) -> Any:
    return read_yaml(path).value


def merged(base: Any, over: Any) -> Any:
    """Return a value with another laid over it: mappings key by key, everything else whole."""
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    return {**base, **{key: merged(base[key], value) if key in base else value for key, value in over.items()}}
