"""What a meeting leaves behind: action items, the close, corrections and contests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from services.domain.action.commands import CarryOver, CloseRecord, OpenAction
from services.domain.action_note import NoteAction
from services.domain.cycle import commands as asked
from services.domain.cycle.attendance import presence_of
from services.domain.cycle.decider import DECIDER
from services.domain.cycle.events import CycleClosed
from services.domain.cycle.records import Presence
from services.domain.cycle.state import Cycle, CycleState
from services.domain.cycle_note import NoteCycle
from services.domain.membership import ParticipationStatus, StatusSince
from services.domain.message import Notify
from services.domain.notice import AccountForNotice, Delivery
from services.domain.procedure_note import NoteProcedure
from services.domain.register_change import ChangeMembership
from services.domain.silence.commands import CloseProcedure
from tests.unit.calendar_setting import MEMBERS, utc
from tests.unit.cycle_setting import (
    CLOSED,
    CONVENED,
    STARTS,
    WORDS,
    Stream,
    answer,
    contribution,
    convened,
    in_session,
    item,
    kinds,
    proposed,
    reason_of,
    tabled,
    text_of,
)

DUE = "2028-09-29 15:00"


def assignment(owner: str = "AMERIPOL", **how: Any) -> asked.Assign:
    """Return the assignment of an action item."""
    return asked.Assign(**{"owner": owner, "title": WORDS, "due": utc(DUE), **how})


def noted(action: str, state: str) -> NoteAction:
    """Return what an action tells."""
    return NoteAction(action=action, state=state, owner="AMERIPOL", is_overdue=False, needs_new_owner=False)


def following_up(actions: int = 2) -> Stream[Cycle]:
    """Return the stream of a cycle in follow-up."""
    stream = in_session()
    for _ in range(actions):
        stream.give(assignment(), STARTS, "INTERPOL")
    stream.give(asked.CloseSession(), CLOSED, "INTERPOL")
    return stream


def wrong(data: dict[str, str], event: int) -> asked.Correct:
    """Return a correction."""
    return asked.Correct(event=event, data=data, reason=WORDS)


def test_an_action_starts_with_all_it_needs() -> None:
    """Owner, supporting entities, source, due instant, and the cycle's pinned policy and calendar."""
    stream = in_session()
    text = tabled(stream)

    stream.give(assignment(text=text, paragraph="5b", supporting=("AIMC",)), STARTS, "INTERPOL")

    ((name, opening),) = stream.started().items()
    assert isinstance(opening, OpenAction)
    assert name == f"action/{opening.id}"
    assert (opening.body, opening.cycle, opening.text, opening.paragraph) == ("dialogue", 9, text, "5b")
    assert opening.due_at == utc(DUE)
    assert [a.action for a in stream.state.actions] == [opening.id]


def test_what_the_action_would_refuse_the_cycle_refuses() -> None:
    """An observer owns nothing, a due instant lies ahead, sources are there."""
    stream = in_session()
    text = tabled(stream)
    refused = {
        "OwnerNotMember": assignment("UNODC"),
        "BadArgument": assignment(due=utc("2028-01-01 00:00")),
        "NotFound": assignment(text="t-none"),
    }

    for reason, command in refused.items():
        assert reason_of(stream.give(command, STARTS, "INTERPOL")) == reason
    assert reason_of(stream.give(assignment(text=text, paragraph="9z"), STARTS, "INTERPOL")) == "NotFound"
    assert reason_of(stream.give(assignment(paragraph="5b"), STARTS, "INTERPOL")) == "NotFound"
    assert reason_of(convened().give(assignment(), CONVENED, "INTERPOL")) == "WrongState"


def test_actions_given_in_session_begin_the_follow_up_when_the_cycle_is_adopted() -> None:
    """Those given later begin it at once."""
    early = following_up()
    late = following_up(0)
    state = late.state.state

    events = late.give(assignment(), CLOSED, "INTERPOL")

    assert early.state.state is CycleState.FOLLOW_UP
    assert state is CycleState.ADOPTED
    assert kinds(events) == ["ActionAssigned", "FollowUpBegun"]


def test_closing_hands_open_actions_to_the_body_and_closes_the_rest() -> None:
    """The action that waits for its confirmation is open still."""
    stream = following_up(3)
    confirmed, done, open_one = (a.action for a in stream.state.actions)
    stream.give(noted(confirmed, "confirmed"), DUE)
    stream.give(noted(done, "done"), DUE)

    (event,) = stream.give(asked.CloseCycle(), DUE, "INTERPOL")

    assert isinstance(event, CycleClosed)
    assert (event.carried_over, event.finished) == ((done, open_one), (confirmed,))
    assert stream.told(f"action/{open_one}") == [CarryOver(to="body/dialogue")]
    assert stream.told(f"action/{confirmed}") == [CloseRecord()]
    assert stream.told("body/dialogue")[-1] == NoteCycle(number=9, state="closed", open_actions=(done, open_one))
    assert DECIDER.is_closed(stream.state)
    assert DECIDER.waits(stream.state) == ()


def test_a_cycle_does_not_close_while_a_procedure_runs() -> None:
    """Its outcome would find nobody; afterwards the procedure is told that its home has closed."""
    stream = in_session()
    text = tabled(stream)
    stream.give(asked.AdoptText(text=text, version=1), STARTS, "INTERPOL")
    stream.give(asked.CloseSession(), CLOSED, "INTERPOL")
    tabled(stream, CLOSED)
    stream.give(asked.OpenSilence(text=text_of(stream).id), "2028-06-19 07:00", "INTERPOL")
    procedure = stream.state.procedures[0].procedure

    refused = stream.give(asked.CloseCycle(), "2028-06-20 07:00", "INTERPOL")

    assert reason_of(refused) == "ProcedureRunning"
    note = NoteProcedure(
        procedure=procedure,
        text=text_of(stream).id,
        version=1,
        content=text_of(stream).current.content,
        state="adopted",
    )
    stream.give(note, "2028-06-22 07:00")
    stream.give(asked.CloseCycle(), "2028-06-22 08:00", "INTERPOL")
    assert stream.told(f"silence/{procedure}") == [CloseProcedure()]


def test_a_cycle_closes_only_after_adoption_and_stays_closed() -> None:
    """Letters are accounted for to the end; nothing else is taken."""
    assert reason_of(in_session().give(asked.CloseCycle(), STARTS, "INTERPOL")) == "WrongState"
    stream = following_up()
    stream.give(asked.CloseCycle(), DUE, "INTERPOL")
    delivery = Delivery(
        entity="AIMC", role="head_of_delegation", person="p-2", channel="mail", at=utc(DUE), delivered=True
    )

    assert reason_of(stream.give(item(), DUE, "AIMC")) == "WrongState"
    told = stream.give(AccountForNotice(notice="cycle_closed", cause=1, deliveries=(delivery,)), DUE)
    assert kinds(told) == ["NoticeDelivered"]
    assert reason_of(stream.give(AccountForNotice(notice="cycle_closed", cause=1, deliveries=()), DUE)) == "NotFound"
    assert stream.state.state is CycleState.CLOSED


def test_the_coordinator_is_waited_for_when_nothing_is_open_any_more() -> None:
    """Then the cycle can be closed."""
    stream = following_up(1)
    before = [w.what for w in DECIDER.waits(stream.state)]

    stream.give(noted(stream.state.actions[0].action, "dropped"), DUE)

    assert before == []
    assert [w.what for w in DECIDER.waits(stream.state)] == ["close_cycle"]


def test_a_note_of_a_foreign_action_is_refused() -> None:
    """It belongs to another home."""
    assert reason_of(following_up().give(noted("a-none", "done"), DUE)) == "NotFound"


def test_changes_of_membership_are_handed_down() -> None:
    """To the actions and procedures of the cycle."""
    stream = following_up(1)
    change = ChangeMembership(
        entity="AMERIPOL", status=StatusSince(status=ParticipationStatus.FORMER, since=utc("2028-07-01 00:00"))
    )

    stream.give(change, CLOSED)

    assert stream.told(f"action/{stream.state.actions[0].action}") == [change]
    assert stream.state.membership.status_at("AMERIPOL", utc("2028-07-02 00:00")) is ParticipationStatus.FORMER


def test_a_response_is_corrected_by_a_later_entry_that_names_it() -> None:
    """OB-3: nothing is edited; the entity is told; the correction itself can be corrected, the original not again."""
    stream = convened()
    stream.give(answer("declined"), CONVENED, "INTERPOL", behalf="AIMC")
    first = stream.state.responses["AIMC"].entry

    events = stream.give(wrong({"answer": "accepted"}, first), CONVENED, "INTERPOL")
    again = stream.give(wrong({"answer": "tentative"}, first), CONVENED, "INTERPOL")
    second = stream.state.responses["AIMC"].entry
    stream.give(wrong({"answer": "tentative"}, second), CONVENED, "INTERPOL")

    assert kinds(events) == ["EntryCorrected"]
    assert reason_of(again) == "AlreadyCorrected"
    assert first < second
    assert stream.state.responses["AIMC"].answer == "tentative"
    assert stream.letters("entry_corrected") == [("AIMC",), ("AIMC",)]


def test_correcting_what_a_later_answer_replaced_changes_nothing_now() -> None:
    """The later answer still counts."""
    stream = convened()
    stream.give(answer("declined"), CONVENED, "AIMC")
    first = stream.state.responses["AIMC"].entry
    stream.give(answer("accepted"), CONVENED, "AIMC")

    stream.give(wrong({"answer": "tentative"}, first), CONVENED, "INTERPOL")

    assert stream.state.responses["AIMC"].answer == "accepted"


def test_a_corrected_presence_can_lose_the_quorum() -> None:
    """Five of eight, one of them never came."""
    stream = in_session(dict.fromkeys(MEMBERS[:5], Presence.IN_PERSON))
    mark = next(m for m in stream.state.presences if m.entity == "AIMC")

    events = stream.give(wrong({"presence": "absent"}, mark.entry), STARTS, "INTERPOL")

    assert kinds(events) == ["EntryCorrected", "QuorumLost"]
    assert presence_of(stream.state, "AIMC") is Presence.ABSENT


def test_corrections_name_an_entry_a_field_and_a_value_there_is() -> None:
    """And no presence that the facts do not bear out."""
    stream = in_session()
    mark = stream.state.presences[0].entry
    stream.give(contribution(), STARTS, "AIMC")
    filed = stream.state.entries[-1].version

    assert reason_of(stream.give(wrong({"presence": "remote"}, 999), STARTS, "INTERPOL")) == "NotFound"
    assert reason_of(stream.give(wrong({"answer": "accepted"}, mark), STARTS, "INTERPOL")) == "BadArgument"
    assert reason_of(stream.give(wrong({"presence": "asleep"}, mark), STARTS, "INTERPOL")) == "BadArgument"
    unwritten = wrong({"presence": "absent_with_written_contribution"}, mark)
    assert reason_of(stream.give(unwritten, STARTS, "INTERPOL")) == "BadArgument"
    assert reason_of(stream.give(wrong({"audience": "members"}, filed), STARTS, "INTERPOL")) == "BadArgument"


def test_an_entity_contests_what_was_recorded_on_its_behalf_and_it_stands_until_corrected() -> None:
    """Only its own, only what was on its behalf, once; the coordinator has to answer."""
    stream = convened()
    stream.give(answer("declined"), CONVENED, "INTERPOL", behalf="AIMC")
    entry = stream.state.responses["AIMC"].entry
    contest = asked.Contest(event=entry, reason=WORDS)

    foreign = stream.give(contest, CONVENED, "EUROPOL")
    events = stream.give(contest, CONVENED, "AIMC")
    twice = stream.give(contest, CONVENED, "AIMC")

    assert reason_of(foreign) == reason_of(twice) == "NotPermitted"
    assert kinds(events) == ["EntryContested"]
    assert stream.state.responses["AIMC"].answer == "declined"
    assert stream.letters("entry_contested") == [("INTERPOL",)]
    assert [w.what for w in DECIDER.waits(stream.state) if w.what == "correct"] == ["correct"]
    stream.give(wrong({"answer": "accepted"}, entry), CONVENED, "INTERPOL")
    assert [w.what for w in DECIDER.waits(stream.state) if w.what == "correct"] == []


def test_ones_own_entry_is_not_contested_but_given_anew() -> None:
    """And what is not an entry is not found."""
    stream = convened()
    stream.give(answer("declined"), CONVENED, "AIMC")
    own = asked.Contest(event=stream.state.responses["AIMC"].entry, reason=WORDS)

    assert reason_of(stream.give(own, CONVENED, "AIMC")) == "NotPermitted"
    assert reason_of(stream.give(replace(own, event=1), CONVENED, "AIMC")) == "NotFound"


def test_the_letter_on_behalf_names_the_entry_to_contest() -> None:
    """Its version in the stream."""
    stream = convened()
    stream.give(contribution(), CONVENED, "INTERPOL", behalf="AIMC")

    letter = next(e for e in stream.effects if isinstance(e, Notify) and e.notice == "recorded_on_behalf")

    assert letter.facts["event"] == stream.state.version == len(stream.events)
    assert letter.facts["what"] == "contribution"
    assert proposed().state.version == 1
