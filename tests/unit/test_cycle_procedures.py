"""Texts and the procedures over them: opened, broken, redrafted, adopted, sent to the meeting (domain.md 5.2)."""

from __future__ import annotations

from dataclasses import replace

from services.domain.cycle import commands as asked
from services.domain.cycle.events import TextAdopted
from services.domain.cycle.footnotes import footnotes_of
from services.domain.cycle.records import Presence
from services.domain.cycle.state import Cycle, CycleState
from services.domain.cycle.text import FootnoteKind, TextState
from services.domain.message import Content
from services.domain.procedure import Period, PeriodKind
from services.domain.procedure_note import NoteProcedure
from services.domain.silence.commands import OpenProcedure, ProcedureKind
from tests.unit.calendar_setting import MEMBERS
from tests.unit.cycle_setting import (
    CLOSED,
    CONVENED,
    MONDAY,
    STARTS,
    WORDS,
    Stream,
    amendment,
    convened,
    dissociation,
    kinds,
    pending,
    reason_of,
    tabled,
    text_of,
    words,
)

THURSDAY = "2028-06-22 07:00"


def note(stream: Stream[Cycle], state: str, **how: object) -> NoteProcedure:
    """Return what the last procedure tells."""
    view = stream.state.procedures[-1]
    text = text_of(stream)
    told = NoteProcedure(
        procedure=view.procedure,
        text=text.id,
        version=view.version,
        content=next(v.content for v in text.versions if v.number == view.version),
        state=state,
    )
    return replace(told, **how)  # type: ignore[arg-type]


def under_silence() -> Stream[Cycle]:
    """Return the stream of a cycle whose communique is under silence."""
    stream = pending()
    stream.give(asked.OpenSilence(text=text_of(stream).id), MONDAY, "INTERPOL")
    return stream


def test_under_silence_everything_about_the_text_belongs_to_the_procedure() -> None:
    """Amending, correcting, refusing, adopting, withdrawing, opening again."""
    stream = under_silence()
    text = text_of(stream).id
    commands = (
        amendment(stream, text),
        asked.CorrectEditorially(text=text, paragraph="6", content=WORDS, whole=WORDS),
        asked.RefuseCorrection(text=text, version=1),
        asked.WithdrawText(text=text, reason=WORDS),
        asked.OpenSilence(text=text),
        asked.OpenWrittenProcedure(text=text),
    )

    assert {reason_of(stream.give(command, MONDAY, "INTERPOL")) for command in commands} == {"TextUnderSilence"}


def test_silence_is_opened_over_the_tabled_version_with_its_dissociations() -> None:
    """The procedure starts with all it needs; rule (x): what was dissociated stands."""
    stream = pending()
    text = text_of(stream).id
    stream.give(dissociation(text), CLOSED, "AMERIPOL")

    events = stream.give(asked.OpenSilence(text=text), MONDAY, "INTERPOL")

    assert kinds(events) == ["ProcedureBegun"]
    ((stream_name, opening),) = stream.started().items()
    assert isinstance(opening, OpenProcedure)
    assert stream_name == f"silence/{opening.id}"
    assert opening.home == "cycle/dialogue/9"
    assert (opening.text, opening.version, opening.round, opening.supersedes) == (text, 1, 1, None)
    assert opening.dissociated == (("AMERIPOL", "5b"),)
    assert opening.content == words("whole")
    assert text_of(stream).state is TextState.IN_PROCEDURE


def test_a_refusal_of_the_silence_reaches_who_opens_it() -> None:
    """Opened on a Thursday, 72 hours hold no whole common working day: waived, or refused; also without an end."""
    stream = pending()
    command = asked.OpenSilence(text=text_of(stream).id)
    empty = replace(command, period=Period(kind=PeriodKind.ELAPSED))
    beyond = replace(command, period=Period(kind=PeriodKind.COMMON_WORKING_DAYS, days=5000))

    assert reason_of(stream.give(command, "2028-06-15 07:00", "INTERPOL")) == "TooFewWorkingDays"
    assert reason_of(stream.give(empty, MONDAY, "INTERPOL")) == "BadArgument"
    assert reason_of(stream.give(beyond, MONDAY, "INTERPOL")) == "BadArgument"
    waived = stream.give(command, "2028-06-15 07:00", "INTERPOL", waiver=WORDS)
    assert kinds(waived) == ["ProcedureBegun"]


def test_a_written_procedure_opens_the_same_way() -> None:
    """With a period of its own (z)."""
    stream = pending()

    stream.give(asked.OpenWrittenProcedure(text=text_of(stream).id), MONDAY, "INTERPOL")

    (opening,) = stream.started().values()
    assert isinstance(opening, OpenProcedure)
    assert opening.procedure_kind is ProcedureKind.WRITTEN


def test_unbroken_silence_adopts_the_text_and_the_cycle() -> None:
    """What was dissociated under silence stands in the footnotes; the body learns; the procedure told everybody."""
    stream = under_silence()

    dissociated = (("AMERIPOL", "5b"),)
    events = stream.give(note(stream, "adopted", dissociated=dissociated), THURSDAY)

    assert kinds(events) == ["ProcedureNoted", "TextAdopted", "CycleAdopted"]
    text = text_of(stream)
    assert text.state is TextState.ADOPTED
    assert text.dissociated == dissociated
    assert [n.paragraph for n in footnotes_of(stream.state, text) if n.kind is FootnoteKind.DISSOCIATED] == ["5b"]
    assert stream.state.state is CycleState.ADOPTED
    assert len(stream.letters("text_adopted")) == 1
    assert kinds(stream.give(note(stream, "adopted"), THURSDAY)) == ["ProcedureNoted"]


def test_broken_silence_puts_the_text_back_and_a_redraft_is_the_next_round() -> None:
    """The same version is not opened again here; amended it is, naming the broken procedure."""
    stream = under_silence()
    broken = stream.state.procedures[-1].procedure
    text = text_of(stream).id

    stream.give(note(stream, "broken"), "2028-06-20 10:00")
    state = text_of(stream).state
    same = stream.give(asked.OpenSilence(text=text), "2028-06-26 07:00", "INTERPOL")
    stream.give(amendment(stream, text), "2028-06-21 10:00", "INTERPOL")
    stream.give(asked.OpenSilence(text=text), "2028-06-26 07:00", "INTERPOL")

    assert state is TextState.TABLED
    assert reason_of(same) == "RedraftNeeded"
    opening = list(stream.started().values())[-1]
    assert isinstance(opening, OpenProcedure)
    assert (opening.version, opening.round, opening.supersedes) == (2, 2, broken)
    assert stream.state.state is CycleState.TEXT_PENDING


def test_rounds_count_reopenings_too_and_end() -> None:
    """Opened, reopened, redrafted: round 3; there is no fourth (u)."""
    stream = under_silence()
    text = text_of(stream).id
    stream.give(note(stream, "broken"), "2028-06-20 10:00")
    stream.give(note(stream, "opened"), "2028-06-21 10:00")
    assert text_of(stream).state is TextState.IN_PROCEDURE
    stream.give(note(stream, "broken"), "2028-06-22 10:00")
    stream.give(amendment(stream, text), "2028-06-23 10:00", "INTERPOL")
    stream.give(asked.OpenSilence(text=text), "2028-06-26 07:00", "INTERPOL")
    third = stream.state.procedures[-1].round
    stream.give(note(stream, "broken"), "2028-06-27 10:00")
    stream.give(amendment(stream, text), "2028-06-27 10:00", "INTERPOL")

    fourth = stream.give(asked.OpenSilence(text=text), "2028-07-03 07:00", "INTERPOL")

    assert third == 3
    assert reason_of(fourth) == "RoundsExhausted"


def test_reopening_puts_the_old_version_before_the_members_again() -> None:
    """A draft made since stays on record, without standing."""
    stream = under_silence()
    stream.give(note(stream, "broken"), "2028-06-20 10:00")
    stream.give(amendment(stream, text_of(stream).id), "2028-06-20 11:00", "INTERPOL")

    stream.give(note(stream, "opened"), "2028-06-21 10:00")

    text = text_of(stream)
    assert (text.version, text.next_version) == (1, 3)


def test_a_redraft_leaves_the_broken_procedure_behind() -> None:
    """What that one still says is noted and touches nothing."""
    stream = under_silence()
    first = stream.state.procedures[0].procedure
    stream.give(note(stream, "broken"), "2028-06-20 10:00")
    stream.give(amendment(stream, text_of(stream).id), "2028-06-21 10:00", "INTERPOL")
    stream.give(asked.OpenSilence(text=text_of(stream).id), "2028-06-26 07:00", "INTERPOL")
    before = text_of(stream)

    events = stream.give(
        note(stream, "adopted", procedure=first, version=1, content=words("whole")), "2028-06-27 07:00"
    )

    assert kinds(events) == ["ProcedureNoted"]
    assert text_of(stream) == before


def test_to_meeting_after_the_session_leaves_the_text_to_the_next_one() -> None:
    """It is no longer pending here, and no procedure can take it up."""
    stream = under_silence()

    events = stream.give(note(stream, "to_meeting"), "2028-06-19 20:00")

    assert kinds(events) == ["ProcedureNoted", "CycleAdopted"]
    assert text_of(stream).state is TextState.TO_MEETING
    reopened = stream.give(asked.OpenSilence(text=text_of(stream).id), MONDAY, "INTERPOL")
    assert reason_of(reopened) == "WrongState"


def test_to_meeting_before_the_session_is_settled_in_session() -> None:
    """Opened before the meeting, asked to it, amended there and adopted."""
    stream = convened()
    text = tabled(stream, CONVENED)
    stream.give(asked.OpenSilence(text=text), "2028-01-10 08:00", "INTERPOL")
    stream.give(note(stream, "to_meeting"), "2028-01-10 12:00")
    for member in MEMBERS:
        command = asked.RecordPresence(entity=member, presence=Presence.IN_PERSON)
        stream.give(command, STARTS, "INTERPOL")
    stream.give(asked.OpenSession(), STARTS, "INTERPOL")
    stream.give(amendment(stream, text), STARTS, "AIMC")

    events = stream.give(asked.AdoptText(text=text, version=2), STARTS, "INTERPOL")

    assert kinds(events) == ["TextAdopted"]
    assert text_of(stream).state is TextState.ADOPTED


def test_what_a_meeting_adopts_an_earlier_procedure_cannot_undo() -> None:
    """Broken before the meeting, adopted in it by all; the chair reopens the old procedure by mistake."""
    stream = convened()
    text = tabled(stream, CONVENED)
    stream.give(asked.OpenSilence(text=text), "2028-01-10 08:00", "INTERPOL")
    stream.give(note(stream, "broken"), "2028-01-11 12:00")
    for member in MEMBERS:
        stream.give(asked.RecordPresence(entity=member, presence=Presence.IN_PERSON), STARTS, "INTERPOL")
    stream.give(asked.OpenSession(), STARTS, "INTERPOL")
    stream.give(asked.AdoptText(text=text, version=1), STARTS, "INTERPOL")

    for state in ("opened", "broken"):
        stream.give(note(stream, state), STARTS)

    assert text_of(stream).state is TextState.ADOPTED


def test_a_withdrawn_procedure_leaves_the_meetings_adoption_as_it_was() -> None:
    """The text is still ad referendum: the chair may open again."""
    stream = under_silence()

    stream.give(note(stream, "withdrawn"), "2028-06-20 10:00")

    assert text_of(stream).state is TextState.AD_REFERENDUM
    again = stream.give(asked.OpenSilence(text=text_of(stream).id), "2028-06-26 07:00", "INTERPOL")
    assert kinds(again) == ["ProcedureBegun"]
    assert stream.state.procedures[-1].round == 1


def test_a_set_aside_adoption_reopens_the_text_but_not_the_cycle() -> None:
    """(v): the cycle's own state does not go back."""
    stream = under_silence()
    stream.give(note(stream, "adopted"), THURSDAY)

    stream.give(note(stream, "set_aside"), "2028-06-22 10:00")

    assert text_of(stream).state is TextState.TABLED
    assert stream.state.state is CycleState.ADOPTED
    assert footnotes_of(stream.state, text_of(stream)) == ()


def test_a_corrigendum_under_silence_changes_the_content_that_is_adopted() -> None:
    """The hash adopted is the corrected one (p)."""
    stream = under_silence()
    corrected: Content = words("whole, corrected")

    stream.give(note(stream, "opened", version=2, content=corrected), "2028-06-20 10:00")
    stream.give(note(stream, "adopted", version=2, content=corrected), THURSDAY)

    adopted = [e for e in stream.events if isinstance(e, TextAdopted)][-1]
    assert (adopted.version, adopted.content) == (2, corrected)
    assert text_of(stream).current.content == corrected


def test_a_note_of_an_unknown_procedure_is_refused() -> None:
    """It belongs to another home."""
    stream = under_silence()

    assert reason_of(stream.give(note(stream, "adopted", procedure="s-none"), THURSDAY)) == "NotFound"


def test_a_withdrawn_text_stays_withdrawn_whatever_its_procedure_says_late() -> None:
    """Broken, withdrawn, and then the chair ends the broken procedure too."""
    stream = under_silence()
    stream.give(note(stream, "broken"), "2028-06-20 10:00")
    stream.give(asked.WithdrawText(text=text_of(stream).id, reason=WORDS), "2028-06-20 11:00", "INTERPOL")

    stream.give(note(stream, "withdrawn"), "2028-06-20 12:00")

    assert text_of(stream).state is TextState.WITHDRAWN
