"""The version of the rules of procedure in force at convening governs a meeting (domain.md 5.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from services.commands.prepare import COMPLETE, Prepared
from services.domain.body import commands as asked
from services.domain.body.events import NextCycleProposed
from services.domain.body.state import Body
from services.domain.cycle import commands as of_cycle
from services.domain.cycle.records import CycleKind, MeetingMode
from services.domain.message import Tell
from services.domain.procedure import Procedure
from services.domain.procedure_change import AdoptedProcedure, TakeProcedure
from services.domain.register.commands import AdoptPolicy
from services.domain.silence.commands import OpenProcedure
from services.workflows.reading import governing_digest
from tests.unit.body_setting import FOUNDED, call, founded, note, scheduled
from tests.unit.calendar_setting import pinned_table, utc
from tests.unit.cycle_setting import (
    CONVENED,
    MONDAY,
    STEPS,
    WORDS,
    Stream,
    convened,
    days_before,
    kinds,
    procedure,
    proposal,
    proposed,
)
from tests.unit.cycle_setting import reason_of as refusal_of
from tests.unit.register_setting import FOUNDED as REGISTERED
from tests.unit.register_setting import staffed

JULY = "2027-07-01 22:00"
POLICIES = Path(__file__).parents[2] / "policies"


def second(name: str = "high-level-dialogue") -> Procedure:
    """Return the second version of the Dialogue's procedure: contributions three weeks before instead of two."""
    steps = tuple(replace(s, offset=days_before(21)) if s.label == "contributions" else s for s in STEPS)
    return replace(procedure(steps), name=name, version=2, digest="second")


def adopted(in_force: str = JULY, name: str = "high-level-dialogue") -> TakeProcedure:
    """Return the word that the second version takes effect."""
    return TakeProcedure(adopted=AdoptedProcedure(procedure=second(name), in_force=utc(in_force)))


def versions(stream: Stream[Body]) -> list[int]:
    """Return the versions of the procedure under which cycles were proposed."""
    return [event.procedure.version for event in stream.events if isinstance(event, NextCycleProposed)]


def contributions_due(stream: Stream[Any]) -> str:
    """Return the date on which EUROPOL owes its contributions."""
    step = next(s for s in stream.state.steps if (s.label, s.entity) == ("contributions", "EUROPOL"))
    return f"{step.due_at:%Y-%m-%d}"


def convene(stream: Stream[Any], at: str) -> list[str]:
    """Convene a cycle."""
    return kinds(stream.give(of_cycle.Convene(mode=MeetingMode.HYBRID, place=WORDS), at, "INTERPOL"))


def test_an_adopted_version_is_told_to_the_bodies_whose_procedure_it_is() -> None:
    """The register tells them with its content; an adoption of before that names no body tells none."""
    command = AdoptPolicy(
        kind="procedure",
        name="high-level-dialogue",
        version=2,
        digest="second",
        in_force=REGISTERED + timedelta(days=10),
        content=second(),
        bodies=("dialogue",),
    )

    told = {}
    for each in (command, replace(command, bodies=())):
        stream, coordinator = staffed()
        stream.give(each, coordinator)
        told[each.bodies] = [e for e in stream.effects if isinstance(e, Tell) and isinstance(e.command, TakeProcedure)]

    (word,) = told["dialogue",]
    assert word.stream == "body/dialogue"
    assert word.command == TakeProcedure(
        adopted=AdoptedProcedure(procedure=second(), in_force=REGISTERED + timedelta(days=10))
    )
    assert told[()] == []


def test_the_door_finds_the_bodies_by_their_charters() -> None:
    """Nobody has to name them: a version of the groups' procedure concerns no other body."""
    charters = (
        SimpleNamespace(code="dialogue", procedure="high-level-dialogue@1"),
        SimpleNamespace(code="wg-sc", procedure="wg-sc@1"),
    )
    register = SimpleNamespace(procedures=(procedure(),), charters=charters)
    preparation: Any = SimpleNamespace(register=register, policies=POLICIES)

    given: Any = COMPLETE["adopt_policy"]({"name": "wg-sc@1"}, preparation, Prepared(kind="", command={}))

    assert given["bodies"] == ["wg-sc"]


def test_what_begins_once_a_version_is_in_force_is_under_it() -> None:
    """Cycles and procedures alike; before, the old version governs."""
    stream = founded()
    stream.give(adopted(), "2027-05-01 08:00", None)

    stream.give(call("2028-02-01 09:00"), "2027-06-01 08:00", "INTERPOL")
    stream.give(call("2028-03-01 09:00"), "2027-07-02 08:00", "INTERPOL")

    assert versions(stream) == [1, 2]
    assert stream.state.governed_by(stream.state.procedure, utc("2027-07-01 21:59")).version == 1
    assert stream.state.governed_by(stream.state.procedure, utc(JULY)).version == 2


def test_the_record_names_the_version_under_which_a_body_decides() -> None:
    """From the instant on, whenever the body next has something to decide (PS-18); a cycle names its own."""
    stream = founded()
    stream.give(adopted(), "2027-05-01 08:00")

    assert governing_digest(stream.state, utc("2027-07-01 21:59")) == "procedure"
    assert governing_digest(stream.state, utc(JULY)) == "second"
    assert governing_digest(proposed().state, utc(JULY)) == "procedure"
    assert governing_digest(None, utc(JULY)) == ""


def test_a_cycle_proposed_before_may_yet_be_governed_by_the_new_version() -> None:
    """Those proposed are told, those proposed later bring it along; what is convened is left alone."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2027-02-01 08:00")
    stream.give(adopted(), "2027-05-01 08:00")

    assert stream.told("cycle/dialogue/1") == []
    assert stream.told("cycle/dialogue/2")[-1] == adopted()
    stream.give(note(1, "adopted"), "2027-06-20 08:00")
    stream.give(note(2, "convened"), "2027-06-25 08:00")
    third = stream.started()["cycle/dialogue/3"]
    assert isinstance(third, of_cycle.ProposeCycle)
    assert (third.procedure.version, third.adopted) == (1, (adopted().adopted,))


def test_the_version_in_force_at_convening_governs_the_cycle() -> None:
    """Its steps still open are reckoned anew under it; convened a day earlier, the old one would have."""
    before, after = proposed(), proposed()
    days_before = utc(CONVENED) - timedelta(days=1)
    for stream, in_force in ((before, utc(CONVENED) + timedelta(days=1)), (after, days_before)):
        stream.give(adopted(f"{in_force:%Y-%m-%d %H:%M}"), f"{days_before - timedelta(days=9):%Y-%m-%d %H:%M}")

    assert convene(before, CONVENED) == ["CycleConvened"]
    assert convene(after, CONVENED) == ["ProcedureGoverned", "CycleConvened"]
    assert (before.state.procedure.version, after.state.procedure.version) == (1, 2)
    assert contributions_due(after) < contributions_due(before)
    convening = next(s for s in after.state.steps if s.label == "convening")
    assert convening.met_at == utc(CONVENED)


def test_a_cycle_that_was_convened_keeps_its_version() -> None:
    """Whatever word was on its way."""
    stream = convened()

    answer = stream.give(adopted(), CONVENED)

    assert refusal_of(answer) == "WrongState"
    assert stream.state.procedure.version == 1


def test_a_version_of_another_procedure_governs_nothing_here() -> None:
    """A cycle held under a procedure of its own, an exercise for instance, keeps it."""
    stream = proposed(replace(proposal(), cycle_kind=CycleKind.EXTRAORDINARY))
    stream.give(adopted(name="exercise"), "2026-12-01 08:00")

    assert convene(stream, CONVENED) == ["CycleConvened"]


def test_a_text_of_no_cycle_is_put_to_silence_under_the_version_in_force() -> None:
    """Its parameters are those of the day on which it is opened."""
    stream = founded()
    stream.give(adopted("2027-02-01 08:00"), FOUNDED)

    stream.give(asked.OpenSilence(subject=WORDS, content=WORDS, calendar=pinned_table()), MONDAY, "INTERPOL")

    (opening,) = stream.started().values()
    assert isinstance(opening, OpenProcedure)
    assert opening.policy_digest == "second"
