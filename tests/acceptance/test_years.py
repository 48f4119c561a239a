"""Years of a body are lived through before anybody is convened."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from services.policies.edition import load_edition
from services.policies.folder import policies_dir
from services.rehearsal.behaviour import Behaviour, SharesForm
from services.rehearsal.yearbook import Asked, live
from services.runtime.rehearsal import Playhouse

STARTS = datetime(2040, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
async def house() -> AsyncIterator[Playhouse]:
    """Give one PostgreSQL for all of them."""
    async with Playhouse(policies_dir(), reuses=True) as house:
        yield house


async def test_a_year_in_which_everybody_does_what_is_due(house: Playhouse) -> None:
    """The session is held, its text adopted, its actions confirmed, and every deadline met in time."""
    asked = Asked(body="dialogue", procedure="high-level-dialogue@1", starts=STARTS, years=1, behaviour=Behaviour())

    value = await live(asked, load_edition(policies_dir()), policies_dir(), house.stage, lambda _at: None)

    first = value["cycles"][0]
    assert (first["number"], first["state"], first["local"]) == (1, "closed", "Wed 2040-10-10 09:00 Europe/Paris")
    assert value["troubles"] == []
    steps = [each for each in value["deadlines"] if each["of"] == "cycle/dialogue/1"]
    assert {each["label"] for each in steps} == {
        "convening",
        "provisional_agenda",
        "annotated_agenda",
        "credentials",
        "contributions",
    }
    assert all(each["met_at"] and not each["is_late"] for each in steps)
    bogota = next(e["local"] for e in steps if (e["entity"], e["label"]) == ("AMERIPOL", "credentials"))
    assert bogota.endswith("17:00 America/Bogota")
    assert value["load"]["AMERIPOL"]["09"] == 2
    assert value["notices"]["AMERIPOL/head_of_delegation"]
    assert {clash["entity"] for clash in value["clashes"] if clash["cycle"] == 1} == {"ECO"}


async def test_worse_behaviour_shows_in_what_the_year_comes_to(house: Playhouse) -> None:
    """Who is late is shown late, who is silent leaves things open, and who objects breaks silence."""
    worse = Behaviour(
        name="Worse",
        entities={
            "AIMC": SharesForm(late=1.0),
            "GCCPOL": SharesForm(silent=1.0),
            "FRONTEX": SharesForm(objecting=1.0),
            "AFRIPOL": SharesForm(absent=1.0),
        },
    )
    asked = Asked(body="dialogue", procedure="high-level-dialogue@1", starts=STARTS, years=1, behaviour=worse)

    value = await live(asked, load_edition(policies_dir()), policies_dir(), house.stage, lambda _at: None)

    steps = {(each["entity"], each["label"]): each for each in value["deadlines"] if each["of"] == "cycle/dialogue/1"}
    assert steps["AIMC", "credentials"]["is_late"]
    assert steps["GCCPOL", "contributions"]["met_at"] is None
    assert value["troubles"] == []
    assert value["cycles"][0]["adopted_at"] > "2040-10-18"
