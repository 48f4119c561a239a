"""`dialogue demo --once` on real servers: the story is told, every fact of it, and ends well."""

from __future__ import annotations

import stat
import time
from pathlib import Path

import pytest

from tests.integration.cli_process import Ended, dialogue

pytestmark = pytest.mark.timeout(300)

#: What has to be told, in this order.
FACTS = (
    "seats the heads of 10 entities",
    "The register has 33 persons",
    "tries to enrol somebody in EUROPOL, and is refused",
    "convenes cycle 1",
    "AFRIPOL, head of delegation: accepts",
    "10 of 10 have accepted",
    "AFRIPOL, head of delegation: cannot come, and files a written contribution",
    "The member EUROPOL reads 4 items and 2 contributions, the observer UNODC 3 and 1",
    "SCO_RATS_EC, head of delegation: comes for SCO",
    "has been told who is missing: AFRIPOL",
    "the quorum is met with 5 members",
    "7 of 8 members are present, 5 are needed",
    "one seat, one position",
    "adopted ad referendum",
    "The cycle is text_pending",
    "SCO was represented by SCO_SECRETARIAT and SCO_RATS_EC",
    "Silence is broken by FRONTEX",
    "puts version 2 to silence",
    "AMERIPOL, head of delegation: dissociates from paragraph 4",
    "Nobody objected: adopted at",
    "AMERIPOL is dissociated from paragraph 4",
    "confirms it",
    "is reminded",
    "the item is overdue",
    "rung 5 goes to the heads of all member entities",
    "UNODC, an observer, sees 0 of the 6 items",
    "closes cycle 1",
    "5 open items are in the backlog",
    "The body shows its next: cycle 2",
    "text_adopted_by_silence",
    "doctor --home",
)


@pytest.fixture(scope="module")
async def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the demonstration."""
    return tmp_path_factory.mktemp("demo") / "home"


@pytest.fixture(scope="module")
async def told(home: Path) -> Ended:
    """Tell the story once."""
    began = time.monotonic()
    ended = await dialogue("demo", "--once", "--home", str(home), within=240)
    assert time.monotonic() - began < 120
    return ended


async def test_the_story_is_told_to_its_end(told: Ended) -> None:
    """Every fact in its order, nothing on standard error, exit 0."""
    assert (told.code, told.err) == (0, ""), told.out[-2000:] + told.err
    text, place = " ".join(told.out.split()), 0
    for fact in FACTS:
        place = text.find(fact, place)
        assert place >= 0, f"{fact} is not told, or not in its place"


async def test_everybody_is_told_in_their_own_local_time(told: Ended) -> None:
    """The places of all ten seats, and of both of SCO's delegations, stand beside the instants."""
    for place in ("Paris", "Algiers", "Tunis", "Bogota", "Kuala Lumpur", "Amsterdam", "Warsaw", "Dubai", "Shanghai"):
        assert f" {place} " in told.out
    assert " Tashkent " in told.out


async def test_keys_are_for_their_owner_alone(told: Ended, home: Path) -> None:
    """One file a person, readable by nobody else."""
    files = list((home / "keys").iterdir())
    assert len(files) == 33
    assert {stat.S_IMODE(file.stat().st_mode) for file in (*files,)} == {0o600}
    assert stat.S_IMODE((home / "keys").stat().st_mode) == 0o700
    assert all(file.read_text().startswith("Authorization: Bearer dlg_k-") for file in files)


async def test_a_folder_that_has_a_story_already_is_refused_with_a_sentence(told: Ended, home: Path) -> None:
    """The first key is issued once."""
    again = await dialogue("demo", "--once", "--home", str(home))
    assert again.code == 1
    assert again.err.count("\n") == 1
    assert "key" in again.err
