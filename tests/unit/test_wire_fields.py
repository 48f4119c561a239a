"""What was recorded is recorded alike for ever: no field is lost, and later ones stay out where nobody uses them."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from services.domain.field import ADDED
from services.domain.procedure import Period, PeriodKind
from services.wire.message import from_json, to_json
from tests.record_fields import FILE, HISTORIES, recorded_types

RELEASED = sorted(HISTORIES.glob(f"*/{FILE}"))


def _by_name() -> dict[str, type[Any]]:
    """Return today's types by their plain name: a type may move to another module."""
    return {name.rsplit(".", 1)[1]: kind for name, kind in recorded_types().items()} | recorded_types()


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.parent.name)
def test_fields_added_since_a_release_are_marked_so(path: Path) -> None:
    """Every field of a type that a release recorded was there then, or is declared with ``added``."""
    known = _by_name()
    wrong = []
    for name, then in json.loads(path.read_text()).items():
        kind = known.get(name) or known.get(name.rsplit(".", 1)[1])
        assert kind is not None, f"{name} was recorded by {path.parent.name} and is gone: histories could not be read"
        wrong += [f"{name}.{f.name}" for f in fields(kind) if f.name not in then and not f.metadata.get(ADDED)]

    assert not wrong, f"declare these with services.domain.field.added: {', '.join(wrong)}"


def test_an_added_field_is_left_out_until_it_is_used() -> None:
    """So an old value is written as it was, byte for byte, and read back without it."""
    plain = Period(kind=PeriodKind.CALENDAR_DAYS, days=3)
    used = Period(kind=PeriodKind.NTH_DAY_AT, days=3, wall="15:00")

    assert "wall" not in to_json(plain)
    assert to_json(used)["wall"] == "15:00"
    assert from_json(Period, to_json(plain)) == plain
    assert from_json(Period, to_json(used)) == used
