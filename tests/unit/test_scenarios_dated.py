"""Acceptance scenarios of domain.md 8 at their own dates, as far as no noun's own tests have them: 1, 2, 8, 9."""

from __future__ import annotations

import pytest

from services.domain.cycle import commands as asked
from services.domain.cycle.attendance import Quorum, quorum_at
from services.domain.cycle.records import Presence
from services.domain.cycle.state import Cycle, CycleState
from services.domain.cycle.text import TextState
from services.domain.membership import Membership, ParticipationStatus
from services.domain.silence.decider import DECIDER as SILENCE
from services.domain.silence.state import SilenceProcedure
from services.gateways.letter import Letter, body_of, subject_of
from tests.unit.calendar_setting import MEMBERS, utc
from tests.unit.cycle_setting import (
    Stream,
    answer,
    contribution,
    convened,
    proposal,
    tabled,
    text_of,
    without_convenor,
)
from tests.unit.silence_setting import SECOND, changed, members

SEVEN = tuple(code for code in MEMBERS if code != "INTERPOL")
DAY = "2019-06-12 07:00"


def third_edition(table: Membership | None = None) -> Stream[Cycle]:
    """Return the edition of 12 and 13 June 2019 in session: AFRIPOL had accepted, is absent, and wrote."""
    stream = convened(
        proposal(starts=DAY, ends="2019-06-13 15:00", table=table), at="2019-01-10 08:00", announced="2018-06-13 08:00"
    )
    stream.give(answer(), "2019-03-01 08:00", "AFRIPOL")
    stream.give(contribution(), "2019-05-20 08:00", "AFRIPOL")
    for entity in stream.state.membership.members_at(utc(DAY)):
        presence = Presence.ABSENT if entity == "AFRIPOL" else Presence.IN_PERSON
        stream.give(asked.RecordPresence(entity=entity, presence=presence), DAY, "INTERPOL")
    stream.give(asked.OpenSession(), DAY, "INTERPOL")
    return stream


@pytest.mark.parametrize(
    ("table", "quorum", "electorate"),
    [
        (None, Quorum(present=7, required=5, members=8), MEMBERS),
        (without_convenor(), Quorum(present=6, required=4, members=7), SEVEN),
    ],
    ids=["the convenor is a member", "the convenor is none"],
)
def test_scenario_1_what_the_third_edition_adopted_goes_to_silence_over_all(
    table: Membership | None, quorum: Quorum, electorate: tuple[str, ...]
) -> None:
    """Adopted without AFRIPOL it is ad referendum: silence asks AFRIPOL too, for 72 hours."""
    stream = third_edition(table)
    text = tabled(stream, "2019-06-13 13:00")
    stream.give(asked.AdoptText(text=text, version=1), "2019-06-13 14:00", "INTERPOL")
    adopted = text_of(stream).state
    stream.give(asked.CloseSession(), "2019-06-13 15:00", "INTERPOL")
    assert quorum_at(stream.state, utc("2019-06-13 14:00")) == quorum
    assert (adopted, stream.state.state) == (TextState.AD_REFERENDUM, CycleState.TEXT_PENDING)

    stream.give(asked.OpenSilence(text=text), "2019-06-17 07:00", "INTERPOL")
    (opening,) = (c for name, c in stream.started().items() if name.startswith("silence/"))
    silence: Stream[SilenceProcedure] = Stream(decider=SILENCE)
    silence.give(opening, "2019-06-17 07:00", "INTERPOL")

    assert silence.state.electorate == electorate
    assert silence.state.expires_at == utc("2019-06-20 07:00")
    assert silence.state.waiver is None


def test_scenario_2_letters_show_the_clocks_of_both_bodies() -> None:
    """SCO is one addressee with two delegations: 08:00Z is 16:00 in Beijing and 13:00 in Tashkent."""
    sco = members().entity("SCO")
    assert sco is not None
    first, *elsewhere = sco.zones
    letter = Letter(
        reference="silence/s-1@1:silence_opened:p-1",
        notice="silence_opened",
        entity="SCO",
        role="head_of_delegation",
        name="",
        address=None,
        zone=first,
        elsewhere=tuple(elsewhere),
        facts={"expires_at": "2026-03-05T08:00:00Z"},
        texts={},
    )

    for said in (subject_of(letter), body_of(letter)):
        assert "Thu 05 Mar 2026 16:00:00 Asia/Shanghai" in said
        assert "Thu 05 Mar 2026 13:00:00 Asia/Tashkent" in said
        assert "(2026-03-05 08:00:00 UTC)" in said


def test_scenario_8_rights_of_both_dates_differ() -> None:
    """Frontex is an observer on 3 May 2017 and a member on 12 June 2019; each date is told as it was."""
    frontex = members().entity("FRONTEX")

    assert frontex is not None
    assert frontex.status_at(utc("2017-05-03 12:00")) is ParticipationStatus.OBSERVER
    assert frontex.status_at(utc("2019-06-12 12:00")) is ParticipationStatus.MEMBER


@pytest.mark.parametrize(
    ("entity", "status", "since", "before", "after"),
    [
        ("UNODC", "member", "2026-12-31 23:00:00", (8, 5), (9, 5)),
        ("ASEANAPOL", "former", "2027-06-30 22:00:00", (8, 5), (7, 4)),
    ],
    ids=["scenario 8", "scenario 9"],
)
def test_scenarios_8_and_9_members_and_quorum_change_at_midnight_in_paris(
    entity: str, status: str, since: str, before: tuple[int, int], after: tuple[int, int]
) -> None:
    """Not a second earlier: what counts is the instant, in every cycle that stands."""
    stream = convened(proposal(starts="2027-10-13 07:00", ends="2027-10-14 15:00"), at="2026-06-01 08:00")
    stream.give(changed(entity, status, since), "2026-11-01 08:00")

    at = utc(since)
    quorums = [quorum_at(stream.state, instant) for instant in (at - SECOND, at)]

    assert [(q.members, q.required) for q in quorums] == [before, after]
