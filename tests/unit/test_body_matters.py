"""What a body has besides its cycles: a backlog of actions, texts of no cycle, members that change."""

from __future__ import annotations

from dataclasses import replace

from services.domain.action_note import NoteAction
from services.domain.body import commands as asked
from services.domain.cycle.commands import ClearToConvene, ReviewBacklog
from services.domain.membership import ParticipationStatus, StatusSince
from services.domain.message import TimePassed
from services.domain.notice import AccountForNotice, Delivery
from services.domain.procedure_note import NoteProcedure
from services.domain.register_change import ChangeMembership
from services.domain.silence.commands import OpenProcedure
from tests.unit.body_setting import FOUNDED, call, founded, note, scheduled
from tests.unit.calendar_setting import pinned_table, utc
from tests.unit.cycle_setting import (
    MONDAY,
    SILENCE,
    WORDS,
    kinds,
    reason_of,
    words,
)


def acted(action: str, state: str) -> NoteAction:
    """Return what an action tells."""
    return NoteAction(action=action, state=state, owner="AMERIPOL", is_overdue=True, needs_new_owner=False)


def test_a_finished_action_leaves_the_backlog_and_a_reopened_one_returns() -> None:
    """The next cycle hears of it."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")
    stream.give(note(1, "closed", "a-1", "a-2"), "2028-10-01 08:00")

    stream.give(acted("a-1", "in_progress"), "2028-10-02 08:00")
    stream.give(acted("a-1", "confirmed"), "2028-10-03 08:00")
    without = stream.state.backlog
    stream.give(acted("a-1", "in_progress"), "2028-10-04 08:00")

    assert without == ("a-2",)
    assert stream.state.backlog == ("a-2", "a-1")
    assert stream.told("cycle/dialogue/2")[-1] == ReviewBacklog(actions=("a-2",))
    assert [(a.action, a.is_overdue) for a in stream.state.actions] == [("a-1", True)]


def test_an_action_finished_while_its_cycle_closed_never_enters_the_backlog() -> None:
    """Whichever of the two speaks first."""
    stream = scheduled()
    stream.give(acted("a-1", "confirmed"), "2028-10-01 08:00")

    stream.give(note(1, "closed", "a-1", "a-2"), "2028-10-01 08:00")

    assert stream.state.backlog == ("a-2",)
    assert stream.state.actions == ()


def test_a_text_of_no_cycle_goes_to_silence_from_the_body() -> None:
    """With the table given; the note comes back to the body."""
    stream = founded()
    command = asked.OpenSilence(subject=WORDS, content=words("text"), calendar=pinned_table())

    refused = stream.give(command, "2028-06-15 07:00", "INTERPOL")
    stream.give(command, MONDAY, "INTERPOL")

    assert reason_of(refused) == "TooFewWorkingDays"
    ((name, opening),) = stream.started().items()
    assert isinstance(opening, OpenProcedure)
    assert name == f"silence/{opening.id}"
    assert (opening.home, opening.cycle, opening.text, opening.version) == ("body/dialogue", None, None, 1)
    assert opening.parameters == SILENCE
    told = NoteProcedure(procedure=opening.id, text=None, version=1, content=words("text"), state="adopted")
    stream.give(told, "2028-06-22 07:00")
    assert stream.state.procedures[0].state == "adopted"
    assert reason_of(stream.give(replace(told, procedure="s-none"), "2028-06-22 07:00")) == "NotFound"


def test_a_written_procedure_opens_from_the_body_too() -> None:
    """Its own period, its own kind."""
    stream = founded()
    command = asked.OpenWrittenProcedure(subject=WORDS, content=words("text"), calendar=pinned_table())

    stream.give(command, MONDAY, "INTERPOL")

    assert stream.state.procedures[0].procedure_kind == "written"


def test_a_change_of_membership_goes_to_all_that_stands() -> None:
    """Cycles, procedures, and the actions carried over."""
    stream = scheduled()
    stream.give(note(1, "convened"), "2028-01-10 08:00")
    stream.give(note(1, "closed", "a-1"), "2028-10-01 08:00")
    change = ChangeMembership(
        entity="UNODC", status=StatusSince(status=ParticipationStatus.MEMBER, since=utc("2029-01-01"))
    )

    stream.give(change, "2028-11-01 08:00")

    assert stream.told("cycle/dialogue/2")[-1] == change
    assert stream.told("action/a-1") == [change]
    assert len(stream.state.membership.members_at(utc("2029-02-01"))) == 9


def test_nothing_of_a_body_falls_due_or_is_recorded_on_behalf() -> None:
    """Letters are accounted for like anywhere."""
    stream = scheduled()
    delivery = Delivery(
        entity="AIMC", role="head_of_delegation", person="p-2", channel="mail", at=utc(FOUNDED), delivered=False
    )

    due = TimePassed(label="x", due_at=utc(FOUNDED), processed_at=utc(FOUNDED))
    assert reason_of(stream.give(due, FOUNDED)) == "NothingDue"
    assert reason_of(stream.give(call(), FOUNDED, "INTERPOL", behalf="AIMC")) == "NotPermitted"
    assert reason_of(stream.give(ClearToConvene(), FOUNDED)) == "UnknownCommand"
    failed = AccountForNotice(notice="x", cause=1, deliveries=(delivery,))
    assert kinds(stream.give(failed, FOUNDED)) == ["NoticeFailed"]
    assert reason_of(stream.give(replace(failed, deliveries=()), FOUNDED)) == "NotFound"
