"""A cycle and its silence together, each by its own decider: scenario 20 of domain.md 8 to its end."""

from __future__ import annotations

from typing import Any

from services.domain.cycle import commands as asked
from services.domain.cycle.footnotes import footnotes_of
from services.domain.cycle.records import Presence
from services.domain.cycle.state import Cycle, CycleState
from services.domain.cycle.text import FootnoteKind, TextState
from services.domain.cycle_note import NoteCycle
from services.domain.message import Tell, TimePassed
from services.domain.notice import AccountForNotice, Delivery
from services.domain.procedure_note import NoteProcedure
from services.domain.silence import commands as in_silence
from services.domain.silence.decider import DECIDER as SILENCE
from services.domain.silence.state import ProcedureState, SilenceProcedure
from tests.unit.calendar_setting import utc
from tests.unit.cycle_setting import (
    HYBRID,
    MONDAY,
    STARTS,
    Stream,
    amendment,
    contribution,
    elapsed,
    in_session,
    reason_of,
    tabled,
    text_of,
    words,
)


def opened(cycle: Stream[Cycle], at: str) -> Stream[SilenceProcedure]:
    """Open silence over the text tabled last, everybody told at once."""
    cycle.give(asked.OpenSilence(text=text_of(cycle).id), at, "INTERPOL")
    silence: Stream[SilenceProcedure] = Stream(decider=SILENCE)
    silence.give(list(cycle.started().values())[-1], at)
    deliveries = tuple(
        Delivery(entity=entity, role="head_of_delegation", person="p", channel="mail", at=utc(at), delivered=True)
        for entity in silence.state.addressees
    )
    silence.give(AccountForNotice(notice="silence_opened", cause=1, deliveries=deliveries), at)
    return silence


def report(silence: Stream[SilenceProcedure], cycle: Stream[Cycle], at: str) -> None:
    """Tell the cycle what the silence has to say."""
    notes: list[Any] = [e.command for e in silence.effects if isinstance(e, Tell)]
    silence.effects.clear()
    for note in notes:
        assert isinstance(note, NoteProcedure)
        cycle.give(note, at)


def meeting() -> Stream[Cycle]:
    """Return the cycle of scenario 20 with its session closed: adopted ad referendum, AMERIPOL dissociated from 5b."""
    cycle = in_session(HYBRID)
    cycle.give(contribution(), STARTS, "AFRIPOL")
    text = tabled(cycle)
    dissociation = asked.Dissociate(text=text, version=1, paragraph="5b", statement=words("statement"))
    cycle.give(dissociation, STARTS, "AMERIPOL")
    cycle.give(asked.AdoptText(text=text, version=1), STARTS, "INTERPOL")
    cycle.give(asked.CloseSession(), "2028-06-14 15:00", "INTERPOL")
    return cycle


def test_scenario_20_unbroken_the_communique_is_adopted_at_the_expiry() -> None:
    """Opened Monday 09:00 in Lyon over all eight; GCCPOL dissociates under silence; adopted Thursday 07:00Z."""
    cycle = meeting()
    pending = cycle.state.state

    silence = opened(cycle, MONDAY)
    silence.give(
        in_silence.Dissociate(version=1, paragraph="6", statement=words("statement")), "2028-06-20 08:00", "GCCPOL"
    )
    silence.give(
        TimePassed(label="expiry", due_at=utc("2028-06-22 07:00"), processed_at=utc("2028-06-22 07:00")),
        "2028-06-22 07:00",
    )
    report(silence, cycle, "2028-06-22 07:00")

    assert pending is CycleState.TEXT_PENDING
    assert len(silence.state.electorate) == 8
    assert silence.state.adopted_at == utc("2028-06-22 07:00")
    assert cycle.state.state is CycleState.ADOPTED
    assert cycle.told("body/dialogue")[-1] == NoteCycle(number=9, state="adopted")
    text = text_of(cycle)
    assert text.state is TextState.ADOPTED
    assert [(n.kind, n.entity, n.paragraph) for n in footnotes_of(cycle.state, text)] == [
        (FootnoteKind.WRITTEN_CONTRIBUTION, "AFRIPOL", None),
        (FootnoteKind.DISSOCIATED, "AMERIPOL", "5b"),
        (FootnoteKind.DISSOCIATED, "GCCPOL", "6"),
    ]


def test_quorum_lost_while_a_silence_runs_leaves_it_untouched() -> None:
    """Quorum plays no part in silence (r): put to it in session, it passes after two members and Europol left."""
    cycle = in_session(HYBRID)
    tabled(cycle)
    silence = opened(cycle, "2028-06-13 08:00")

    for entity in ("AIMC", "FRONTEX", "EUROPOL"):
        away = asked.RecordPresence(entity=entity, presence=Presence.ABSENT)
        cycle.give(away, "2028-06-13 09:00", "INTERPOL")
    silence.give(
        TimePassed(label="expiry", due_at=utc("2028-06-16 08:00"), processed_at=utc("2028-06-16 08:00")),
        "2028-06-16 08:00",
    )
    report(silence, cycle, "2028-06-16 08:00")

    assert not cycle.state.has_quorum
    assert text_of(cycle).state is TextState.ADOPTED


def test_broken_and_redrafted_the_second_version_passes() -> None:
    """Frontex objects; the redraft is round 2 of a procedure of its own, under the full period."""
    cycle = meeting()
    first = opened(cycle, MONDAY)
    first.give(in_silence.Object(reason=words("paragraph 5b")), "2028-06-20 10:00", "FRONTEX")
    report(first, cycle, "2028-06-20 10:00")
    back = text_of(cycle).state
    cycle.give(amendment(cycle, text_of(cycle).id), "2028-06-20 12:00", "INTERPOL")

    second = opened(cycle, "2028-06-26 07:00")
    second.give(
        TimePassed(label="expiry", due_at=utc("2028-06-29 07:00"), processed_at=utc("2028-06-29 07:00")),
        "2028-06-29 07:00",
    )
    report(second, cycle, "2028-06-29 07:00")

    assert back is TextState.TABLED
    assert (second.state.round, second.state.supersedes) == (2, first.state.id)
    assert second.state.state is ProcedureState.ADOPTED
    assert text_of(cycle).version == 2
    assert cycle.state.state is CycleState.ADOPTED


def test_an_adoption_set_aside_brings_the_text_back_and_not_the_cycle() -> None:
    """AIMC's letter of Thursday 06:15Z is recorded at 11:30Z (v)."""
    cycle = meeting()
    silence = opened(cycle, MONDAY)
    silence.give(
        TimePassed(label="expiry", due_at=utc("2028-06-22 07:00"), processed_at=utc("2028-06-22 07:00")),
        "2028-06-22 07:00",
    )
    report(silence, cycle, "2028-06-22 07:00")

    silence.give(in_silence.Object(), "2028-06-22 06:15", "INTERPOL", behalf="AIMC")
    report(silence, cycle, "2028-06-22 11:30")

    assert silence.state.state is ProcedureState.SET_ASIDE
    assert text_of(cycle).state is TextState.TABLED
    assert cycle.state.state is CycleState.ADOPTED


def test_a_corrigendum_made_under_silence_is_the_version_adopted() -> None:
    """The cycle takes it over as a version of its own (p)."""
    cycle = meeting()
    silence = opened(cycle, MONDAY)
    correction = in_silence.CorrectEditorially(paragraph="6", content=words("comma"), whole=words("whole with comma"))
    silence.give(correction, "2028-06-19 12:00", "INTERPOL")
    report(silence, cycle, "2028-06-19 12:00")

    assert text_of(cycle).version == 2
    assert text_of(cycle).current.content == words("whole with comma")
    assert text_of(cycle).current.paragraphs["6"] == words("comma")
    assert text_of(cycle).current.paragraphs["5b"] == words("5b")


def test_corrigenda_add_up_in_the_paragraphs() -> None:
    """An amendment after the silence was broken begins from what the members last had before them."""
    cycle = meeting()
    silence = opened(cycle, MONDAY)
    for hour, paragraph in (("12", "6"), ("13", "5b")):
        correction = in_silence.CorrectEditorially(
            paragraph=paragraph, content=words(f"better {paragraph}"), whole=words(f"whole, better {paragraph}")
        )
        silence.give(correction, f"2028-06-19 {hour}:00", "INTERPOL")
        report(silence, cycle, f"2028-06-19 {hour}:00")
    silence.give(in_silence.Object(), "2028-06-19 14:00", "FRONTEX")
    report(silence, cycle, "2028-06-19 14:00")
    cycle.give(amendment(cycle, text_of(cycle).id, "5a"), "2028-06-19 15:00", "INTERPOL")

    paragraphs = text_of(cycle).current.paragraphs
    assert (paragraphs["6"], paragraphs["5b"]) == (words("better 6"), words("better 5b"))
    assert paragraphs["5a"] == words("5a of 4")


def test_a_broken_procedure_is_not_reopened_once_its_redraft_runs() -> None:
    """The old one is told that it is superseded; nobody is waited for there any more."""
    cycle = meeting()
    first = opened(cycle, MONDAY)
    first.give(in_silence.Object(), "2028-06-20 10:00", "FRONTEX")
    report(first, cycle, "2028-06-20 10:00")
    cycle.give(amendment(cycle, text_of(cycle).id), "2028-06-20 12:00", "INTERPOL")
    second = opened(cycle, "2028-06-26 07:00")
    (told,) = cycle.told(f"silence/{first.state.id}")

    first.give(told, "2028-06-26 07:00")
    first.give(in_silence.LiftObjection(), "2028-06-26 08:00", "FRONTEX")
    refused = first.give(in_silence.ReopenSilence(period=elapsed(72)), "2028-06-26 09:00", "INTERPOL")

    assert told == in_silence.SupersedeProcedure(by=second.state.id)
    assert reason_of(refused) == "RedraftBegun"
    assert first.decider.waits(first.state) == ()
