"""Texts: versions, corrections, adoption ad referendum, dissociation, and procedures over them."""

from __future__ import annotations

from dataclasses import replace

from services.domain.audience import Audience
from services.domain.cycle import commands as asked
from services.domain.cycle.decider import DECIDER
from services.domain.cycle.events import EditorialCorrectionMade, TextAdopted, TextAmended
from services.domain.cycle.footnotes import footnotes_of
from services.domain.cycle.state import CycleState
from services.domain.cycle.text import FootnoteKind, TextKind, TextState
from tests.unit.calendar_setting import MEMBERS
from tests.unit.cycle_setting import (
    CLOSED,
    CONVENED,
    HYBRID,
    MONDAY,
    STARTS,
    WORDS,
    amendment,
    communique,
    contribution,
    convened,
    dissociation,
    facts_of,
    in_session,
    kinds,
    pending,
    reason_of,
    tabled,
    text_of,
    words,
)


def test_a_text_is_tabled_and_amended_version_by_version() -> None:
    """Each version keeps its paragraphs; an amendment names the version it read."""
    stream = convened()
    text = tabled(stream, CONVENED)

    (amended,) = stream.give(amendment(stream, text), CONVENED, "AIMC")
    stale = stream.give(amendment(stream, text, base=1), CONVENED, "EUROPOL")

    assert isinstance(amended, TextAmended)
    assert (amended.base_version, amended.version) == (1, 2)
    assert reason_of(stale) == "VersionMoved"
    assert facts_of(stale)["current"] == 2
    found = text_of(stream)
    assert found.current.paragraphs["5b"] == words("5b of 2")
    assert found.versions[0].paragraphs["5b"] == words("5b")
    assert stream.letters("text_tabled") == [tuple(stream.letters("cycle_convened")[0])]


def test_texts_have_named_paragraphs_and_are_there() -> None:
    """Nothing is guessed."""
    stream = convened()
    nameless = replace(communique(), paragraphs={"": WORDS})
    text = tabled(stream, CONVENED)

    assert reason_of(stream.give(nameless, CONVENED, "AIMC")) == "BadArgument"
    assert reason_of(stream.give(amendment(stream, text, "9z"), CONVENED, "AIMC")) == "NotFound"
    assert reason_of(stream.give(replace(amendment(stream, text), text="t-none"), CONVENED, "AIMC")) == "NotFound"


def test_every_act_on_a_text_that_is_not_there_says_so() -> None:
    """Whatever is asked of it."""
    stream = in_session()
    commands = (
        asked.CorrectEditorially(text="t-none", paragraph="6", content=WORDS, whole=WORDS),
        asked.RefuseCorrection(text="t-none", version=1),
        asked.WithdrawText(text="t-none", reason=WORDS),
        asked.AdoptText(text="t-none", version=1),
        asked.OpenSilence(text="t-none"),
        dissociation("t-none"),
    )

    for command in commands:
        refused = stream.give(command, STARTS, "INTERPOL")
        assert reason_of(refused) == "NotFound"
        assert facts_of(refused) == {"what": "text", "which": "t-none"}


def test_a_members_only_text_is_not_there_for_observers() -> None:
    """PS-33: they are not told of it and cannot touch it."""
    stream = convened()

    stream.give(replace(communique(), audience=Audience.MEMBERS), CONVENED, "AIMC")

    text = text_of(stream).id
    assert stream.letters("text_tabled") == [MEMBERS]
    assert reason_of(stream.give(amendment(stream, text), CONVENED, "UNODC")) == "NotFound"
    assert kinds(stream.give(amendment(stream, text), CONVENED, "EUROPOL")) == ["TextAmended"]


def test_everybody_present_adopts_for_good() -> None:
    """No member of the electorate is absent, so nothing is referred back."""
    stream = in_session()
    text = tabled(stream)

    (adopted,) = stream.give(asked.AdoptText(text=text, version=1), STARTS, "INTERPOL")
    closing = stream.give(asked.CloseSession(), CLOSED, "INTERPOL")

    assert isinstance(adopted, TextAdopted)
    assert not adopted.ad_referendum
    assert text_of(stream).state is TextState.ADOPTED
    assert kinds(closing) == ["SessionClosed", "CycleAdopted"]
    assert stream.state.state is CycleState.ADOPTED
    assert reason_of(stream.give(dissociation(text), CLOSED, "AMERIPOL")) == "WrongState"
    assert reason_of(stream.give(amendment(stream, text), CLOSED, "AIMC")) == "WrongState"


def test_an_absent_member_makes_it_ad_referendum_and_the_cycle_waits() -> None:
    """5.1: ``text_pending`` until silence over the whole electorate ends; the chair has to open it."""
    stream = pending()

    adopted = next(e for e in stream.events if isinstance(e, TextAdopted))
    assert adopted.ad_referendum
    assert adopted.absent == ("AFRIPOL", "ASEANAPOL")
    assert text_of(stream).state is TextState.AD_REFERENDUM
    assert stream.state.state is CycleState.TEXT_PENDING
    waits = [(w.what, w.entity, w.role) for w in DECIDER.waits(stream.state) if w.what == "open_silence"]
    assert waits == [("open_silence", "INTERPOL", "chair")]
    assert len(stream.letters("text_adopted")) == 1


def test_texts_are_adopted_in_session_only() -> None:
    """Before and after it there are procedures."""
    stream = convened()
    text = tabled(stream, CONVENED)

    assert reason_of(stream.give(asked.AdoptText(text=text, version=1), CONVENED, "INTERPOL")) == "WrongState"


def test_scenario_20_dissociation_stands_as_a_footnote_of_the_adopted_version() -> None:
    """AMERIPOL from 5b: it does not block, the footnote is signed and bound to version 1."""
    stream = in_session(HYBRID)
    stream.give(contribution(), STARTS, "AFRIPOL")
    text = tabled(stream)

    events = stream.give(dissociation(text), STARTS, "AMERIPOL")
    (adopted,) = stream.give(asked.AdoptText(text=text, version=1), STARTS, "INTERPOL")

    assert kinds(events) == ["Dissociated"]
    assert isinstance(adopted, TextAdopted)
    assert adopted.ad_referendum
    assert [(n.kind, n.entity, n.paragraph) for n in adopted.footnotes] == [
        (FootnoteKind.WRITTEN_CONTRIBUTION, "AFRIPOL", None),
        (FootnoteKind.DISSOCIATED, "AMERIPOL", "5b"),
    ]
    assert stream.letters("dissociation_recorded") == [("INTERPOL",)]


def test_dissociation_is_for_members_once_from_a_paragraph_there_is() -> None:
    """An observer has nothing to dissociate from."""
    stream = in_session(HYBRID)
    text = tabled(stream)
    stream.give(dissociation(text), STARTS, "AMERIPOL")

    assert reason_of(stream.give(dissociation(text), STARTS, "UNODC")) == "NotPermitted"
    assert reason_of(stream.give(dissociation(text), STARTS, "AMERIPOL")) == "AlreadyDissociated"
    assert reason_of(stream.give(dissociation(text, "9z"), STARTS, "AIMC")) == "NotFound"
    assert reason_of(stream.give(dissociation(text, version=7), STARTS, "AIMC")) == "VersionMoved"


def test_dissociation_stays_possible_ad_referendum_until_silence_is_open() -> None:
    """Any member may dissociate until adoption; under silence that is said to the procedure."""
    stream = pending()
    text = text_of(stream).id
    assert kinds(stream.give(dissociation(text), CLOSED, "AMERIPOL")) == ["Dissociated"]
    stream.give(asked.OpenSilence(text=text), MONDAY, "INTERPOL")

    refused = stream.give(dissociation(text, "6"), MONDAY, "ASEANAPOL")

    assert reason_of(refused) == "TextUnderSilence"
    assert facts_of(refused)["procedure"] == stream.state.procedures[-1].procedure


def test_amending_a_paragraph_ends_the_dissociation_from_it_and_says_so() -> None:
    """It was bound to the wording; that of another paragraph stands."""
    stream = convened()
    text = tabled(stream, CONVENED)
    stream.give(dissociation(text, "5b"), CONVENED, "AMERIPOL")
    stream.give(dissociation(text, "6"), CONVENED, "GCCPOL")

    (amended,) = stream.give(amendment(stream, text, "5b"), CONVENED, "AIMC")

    assert isinstance(amended, TextAmended)
    assert amended.lapsed == ("AMERIPOL",)
    assert text_of(stream).dissociated == (("GCCPOL", "6"),)
    assert stream.letters("dissociation_lapsed") == [("AMERIPOL",)]


def test_an_editorial_correction_can_be_refused_by_any_member() -> None:
    """The version before it is again the one before the members; numbers go on."""
    stream = convened()
    text = tabled(stream, CONVENED)
    correction = asked.CorrectEditorially(
        text=text, paragraph="6", content=words("comma"), whole=words("whole with comma")
    )

    (made,) = stream.give(correction, CONVENED, "INTERPOL")
    observer = stream.give(asked.RefuseCorrection(text=text, version=2), CONVENED, "UNODC")
    refused = stream.give(asked.RefuseCorrection(text=text, version=2), CONVENED, "EUROPOL")

    assert isinstance(made, EditorialCorrectionMade)
    assert reason_of(observer) == "NotPermitted"
    assert kinds(refused) == ["EditorialCorrectionRefused"]
    assert text_of(stream).version == 1
    assert text_of(stream).current.content == words("whole")
    again = stream.give(asked.RefuseCorrection(text=text, version=1), CONVENED, "EUROPOL")
    assert reason_of(again) == "NoCorrectionToRefuse"
    (third,) = stream.give(correction, CONVENED, "INTERPOL")
    assert isinstance(third, EditorialCorrectionMade)
    assert third.version == 3


def test_a_text_can_be_taken_off_the_table_by_who_tabled_it_or_the_chair() -> None:
    """A pending text then no longer holds the cycle."""
    stream = in_session(HYBRID)
    stream.give(communique(TextKind.SUMMARY_OF_CONCLUSIONS), STARTS, "AIMC")
    text = text_of(stream).id
    stream.give(asked.CloseSession(), CLOSED, "INTERPOL")
    pending_for = [w.what for w in DECIDER.waits(stream.state)]

    foreign = stream.give(asked.WithdrawText(text=text, reason=WORDS), CLOSED, "EUROPOL")
    events = stream.give(asked.WithdrawText(text=text, reason=WORDS), CLOSED, "AIMC")

    assert pending_for == ["settle_text"]
    assert reason_of(foreign) == "NotPermitted"
    assert kinds(events) == ["TextWithdrawn", "CycleAdopted"]


def test_only_a_communique_carries_footnotes_of_record() -> None:
    """A summary of conclusions has no place for them."""
    stream = in_session(HYBRID)
    stream.give(contribution(), STARTS, "AFRIPOL")

    stream.give(communique(TextKind.SUMMARY_OF_CONCLUSIONS), STARTS, "AIMC")

    assert footnotes_of(stream.state, text_of(stream)) == ()
