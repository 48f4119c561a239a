"""Behaviour of members: by shares, by entity, and the same again for the same seed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policies.edition import load_edition
from services.policies.fault import PolicyError
from services.policies.folder import policies_dir
from services.rehearsal.behaviour import Behaviour, SharesForm, read_behaviour

MEMBERSHIP = load_edition(policies_dir()).membership
FILE = """\
behaviour: A slow year
seed: 7
everybody: {late: 0.5}
entities: {AIMC: {absent: 1.0, objecting: 0.0}}
"""


def write(folder: Path, text: str) -> Path:
    """Write a behaviour."""
    path = folder / "behaviour.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shares_of_an_entity_stand_in_the_place_of_everybody_s(tmp_path: Path) -> None:
    """What always happens always happens, and what never does never."""
    behaviour = read_behaviour(write(tmp_path, FILE), MEMBERSHIP)

    assert all(behaviour.is_absent("AIMC", str(n)) for n in range(50))
    assert not any(behaviour.is_late("AIMC", str(n)) for n in range(50))
    assert not any(behaviour.is_absent("EUROPOL", str(n)) for n in range(50))
    assert 20 < sum(behaviour.is_late("EUROPOL", str(n)) for n in range(100)) < 80


@given(seed=st.integers(0, 2**31 - 1), share=st.floats(0, 1), what=st.text(max_size=20))
def test_the_same_seed_draws_the_same(seed: int, share: float, what: str) -> None:
    """A draw depends on seed, entity and matter, and grows with its share."""
    one = Behaviour(seed=seed, everybody=SharesForm(silent=share))
    more = Behaviour(seed=seed, everybody=SharesForm(silent=min(1.0, share + 0.1)))

    assert one.is_silent("AIMC", what) == one.is_silent("AIMC", what)
    assert more.is_silent("AIMC", what) or not one.is_silent("AIMC", what)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("late: 0.5", "late: 1.5", r"behaviour.yaml:3: everybody.late: .*less than or equal to 1"),
        ("late: 0.5", "lazy: 0.5", "did you mean"),
        ("AIMC", "AIMK", "there is no entity AIMK; did you mean AIMC"),
        ("seed: 7", "seed: x", "behaviour.yaml:2: seed"),
    ],
)
def test_a_wrong_behaviour_is_told_by_line(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """Like every policy file."""
    with pytest.raises(PolicyError, match=sentence.replace("did you mean", "(did you mean|known here)")):
        read_behaviour(write(tmp_path, FILE.replace(old, new)), MEMBERSHIP)
