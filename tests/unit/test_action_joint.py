"""One action of two bodies: adopted jointly, in conflict, reconciled (domain.md scenario 13, on the action's date)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.commands.beside import standing_action
from services.commands.resource import resource_of
from services.domain.action import commands as of_action
from services.domain.action.decider import DECIDER as ACTION
from services.domain.action.events import RungReached
from services.domain.action.state import ActionItem
from services.domain.cycle import commands as asked
from services.domain.cycle.records import Presence, StandingAction
from services.domain.cycle.state import Cycle
from services.domain.message import Event, Notify, StartProcess, Tell
from services.domain.register_change import RenewCalendar
from tests.unit.calendar_setting import kept, utc
from tests.unit.cycle_setting import WORDS, Stream, facts_of, in_session, kinds, proposal, reason_of, words

#: scenario 13: Friday 18 December 2026 and Friday 26 February 2027, each at 17:00 in Lyon
DECEMBER, FEBRUARY = "2026-12-18 16:00", "2027-02-26 16:00"
FIRST, SECOND = "2026-09-10 09:00", "2026-09-22 09:00"


def session_of(body: str, starts: str) -> Stream[Cycle]:
    """Return the stream of a working group's cycle in session."""
    first = utc(starts)
    command = replace(
        proposal(starts=starts, ends=f"{first:%Y-%m-%d} 16:00", steps=()),
        body=body,
        number=4,
    )
    stream: Stream[Cycle] = in_session({"INTERPOL": Presence.IN_PERSON}, command, starts)
    return stream


def assign(due: str, **how: Any) -> asked.Assign:
    """Return the assignment of the joint action, of EUROPOL."""
    return asked.Assign(owner="EUROPOL", title=words("SC-6"), due=utc(due), **how)


def adoption(due: str, **how: Any) -> asked.Assign:
    """Return the adoption of the action by the other group, completed as at the door."""
    standing = StandingAction(owner="EUROPOL", is_finished=False, bodies=("wg-sc",), reconciler="dialogue")
    return assign(due, **{"joint": "a-1", "standing": standing, **how})


def one_action() -> tuple[Stream[Cycle], Stream[ActionItem]]:
    """Return the cycle of wg-sc that has adopted the action on 10 September, and the action."""
    cycle = session_of("wg-sc", "2026-09-10 07:00")
    cycle.give(assign(DECEMBER), FIRST, "INTERPOL")
    (opening,) = (e.command for e in cycle.effects if isinstance(e, StartProcess))
    action: Stream[ActionItem] = Stream(decider=ACTION)
    action.give(opening, FIRST)
    return cycle, action


def adopted(due: str) -> tuple[Stream[Cycle], Stream[ActionItem], list[Event]]:
    """Return the cycle of wg-fa that has adopted the action too, the action, and what that one made of it."""
    _, action = one_action()
    cycle = session_of("wg-fa", "2026-09-22 07:00")
    cycle.give(adoption(due, joint=action.state.id), SECOND, "INTERPOL")
    (told,) = cycle.told(f"action/{action.state.id}")
    return cycle, action, action.give(told, SECOND)


def change(due: str, body: str | None = None) -> of_action.ChangeDue:
    """Return a change of the due date, decided by a body."""
    return of_action.ChangeDue(due=utc(due), reason=words("decided"), body=body)


def chairs_told(action: Stream[ActionItem], notice: str) -> list[tuple[str, str | None]]:
    """Return the roles and bodies that a letter went to."""
    return [(to.role, to.body) for e in action.effects if isinstance(e, Notify) and e.notice == notice for to in e.to]


def test_the_same_date_is_a_joint_adoption() -> None:
    """Both bodies follow the action; nobody has anything to reconcile."""
    cycle, action, events = adopted(DECEMBER)

    assert kinds(events) == ["JointlyAdopted"]
    assert action.state.joint_bodies == ("wg-fa",)
    assert not action.state.is_conflicting
    assert [(v.action, v.is_joint) for v in cycle.state.actions] == [(action.state.id, True)]
    assert {e.stream for e in action.effects if isinstance(e, Tell)} == {"cycle/wg-sc/4", "cycle/wg-fa/4"}
    assert [w.what for w in ACTION.waits(action.state)] == ["completion"]


def test_another_date_is_on_record_without_effect() -> None:
    """18 December stands; both chairs get the task to reconcile, by letter and as an open wait."""
    _, action, events = adopted(FEBRUARY)

    assert kinds(events) == ["ConflictingAdoption"]
    assert action.state.due_at == utc(DECEMBER)
    (second,) = action.state.adoptions
    assert (second.body, second.due_at, second.is_conflicting) == ("wg-fa", utc(FEBRUARY), True)
    assert chairs_told(action, "action_conflicting") == [("chair", "wg-sc"), ("chair", "wg-fa")]
    waits = [(w.entity, w.role, w.since) for w in ACTION.waits(action.state) if w.what == "reconciliation"]
    assert waits == [("INTERPOL", "chair", utc(SECOND))] * 2


@pytest.mark.parametrize("body", [None, "wg-sc", "wg-fa"])
def test_no_group_changes_the_date_alone_while_they_conflict(body: str | None) -> None:
    """The sentence names who decides."""
    _, action, _ = adopted(FEBRUARY)

    refused = action.give(change(FEBRUARY, body), "2026-09-23 09:00", "INTERPOL")

    assert reason_of(refused) == "ReconciliationNeeded"
    assert facts_of(refused)["reconciler"] == "dialogue"
    assert action.state.due_at == utc(DECEMBER)


@pytest.mark.parametrize(
    ("due", "kind"),
    [
        (FEBRUARY, ["AdoptionsReconciled", "DueChanged"]),
        ("2027-01-15 16:00", ["AdoptionsReconciled", "DueChanged"]),
        (DECEMBER, ["AdoptionsReconciled"]),
    ],
)
def test_the_dialogue_decides_by_either_date_or_a_third(due: str, kind: list[str]) -> None:
    """The task ends, both chairs are told, and from then on a group may change the date again."""
    _, action, _ = adopted(FEBRUARY)

    events = action.give(change(due, "dialogue"), "2026-10-14 09:00", "INTERPOL")

    assert kinds(events) == kind
    assert action.state.due_at == utc(due)
    assert not action.state.is_conflicting
    assert "reconciliation" not in {w.what for w in ACTION.waits(action.state)}
    assert chairs_told(action, "action_reconciled") == [("chair", "wg-sc"), ("chair", "wg-fa")]
    later = action.give(change("2027-03-01 16:00"), "2026-10-15 09:00", "INTERPOL")
    assert kinds(later) == ["DueChanged"]


def test_a_body_that_has_nothing_to_say_does_not_decide() -> None:
    """Neither on an action of one body nor on a joint one."""
    _, alone = one_action()
    _, joint, _ = adopted(DECEMBER)

    assert facts_of(alone.give(change(FEBRUARY, "dialogue"), SECOND, "INTERPOL"))["field"] == "body"
    assert facts_of(joint.give(change(FEBRUARY, "wg-fa"), SECOND, "INTERPOL"))["field"] == "body"


def test_who_decides_for_a_body_has_to_act_for_that_body() -> None:
    """The access policy is asked about the body that is said; otherwise about the action's own."""
    _, action, _ = adopted(FEBRUARY)
    stream = f"action/{action.state.id}"

    assert resource_of(stream, "change_due", {"body": "dialogue"}, action.state).body == "dialogue"
    assert resource_of(stream, "change_due", {}, action.state).body == "wg-sc"
    assert resource_of(stream, "confirm", {"body": "dialogue"}, action.state).body == "wg-sc"


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"standing": None}, "NotFound"),
        ({"standing": {"is_finished": True}}, "WrongState"),
        ({"standing": {"bodies": ("wg-sc", "wg-fa")}}, "AdoptedAlready"),
        ({"standing": {"reconciler": None}}, "NoReconciler"),
        ({"standing": {"owner": "AIMC"}}, "BadArgument"),
        ({"due": "2026-09-22 08:00"}, "BadArgument"),
        ({"text": "t-none"}, "NotFound"),
    ],
)
def test_an_action_that_cannot_be_adopted_is_refused(how: dict[str, Any], reason: str) -> None:
    """Unknown, finished, adopted already, with nobody to reconcile, of another owner, in the past."""
    cycle = session_of("wg-fa", "2026-09-22 07:00")
    command = adoption(how.get("due", FEBRUARY), text=how.get("text"))
    if "standing" in how:
        given = how["standing"]
        assert command.standing
        command = replace(command, standing=None if given is None else replace(command.standing, **given))

    assert reason_of(cycle.give(command, SECOND, "INTERPOL")) == reason
    assert cycle.state.actions == ()


def test_the_action_refuses_a_body_that_follows_it_already() -> None:
    """Whatever crossed on the way."""
    cycle, action, _ = adopted(DECEMBER)
    (told,) = cycle.told(f"action/{action.state.id}")

    assert reason_of(action.give(told, SECOND)) == "AdoptedAlready"


def test_both_chairs_are_told_when_a_joint_action_is_late() -> None:
    """The rung of the chair goes to the chair of every body that adopted it (LD-1); its heads are told once."""
    _, action, _ = adopted(DECEMBER)

    action.pass_to("2027-03-01 08:00")

    escalated = [e for e in action.effects if isinstance(e, Notify) and e.notice == "action_escalated"]
    told = {e.facts["to_role"]: [(to.entity, to.body) for to in e.to] for e in escalated}
    assert told["chair"] == [("INTERPOL", "wg-sc"), ("INTERPOL", "wg-fa")]
    assert len(told["heads_of_entity"]) == len(set(told["heads_of_entity"])) == 8


def test_a_chair_of_another_entity_is_told_too() -> None:
    """Each body has a chair of its own."""
    _, action, _ = adopted(DECEMBER)
    (second,) = action.state.adoptions
    action.known = replace(action.state, adoptions=(replace(second, chair_entity="AIMC"),))

    events = action.pass_to("2027-03-01 08:00")

    assert [e.entities for e in events if isinstance(e, RungReached) and e.to_role == "chair"] == [("INTERPOL", "AIMC")]
    escalated = [to for e in action.effects if isinstance(e, Notify) for to in e.to if to.role == "chair"]
    assert [(to.entity, to.body) for to in escalated][-2:] == [("INTERPOL", "wg-sc"), ("AIMC", "wg-fa")]


def test_a_calendar_that_both_bodies_pass_on_is_taken_over_once() -> None:
    """Both cycles follow the action; the second word is recorded as what it is, and nobody is written to twice."""
    first, _ = one_action()
    second, action, _ = adopted(DECEMBER)
    renewed = RenewCalendar(delegation="EUROPOL", calendar=kept("EUROPOL", date(2026, 12, 16)))
    for cycle in (first, second):
        cycle.give(renewed, "2026-10-01 08:00")
    words = [c.told(f"action/{action.state.id}")[-1] for c in (first, second)]

    answers = [kinds(action.give(word, "2026-10-01 08:00")) for word in words]

    assert words == [renewed, renewed]
    assert answers == [["CalendarRenewed"], ["CommandRefused"]]
    assert reason_of(action.events[-1:]) == "CalendarKeptAlready"
    assert len(action.letters("deadlines_would_move")) == 1


def test_a_closing_cycle_hands_a_joint_action_to_its_own_body_alone() -> None:
    """The other body's home stays; a finished one's record is closed by the body that assigned it."""
    cycle, action, _ = adopted(DECEMBER)
    cycle.give(asked.CloseSession(), "2026-09-22 15:00", "INTERPOL")
    cycle.give(asked.CloseCycle(), "2026-09-23 08:00", "INTERPOL")
    carried = cycle.told(f"action/{action.state.id}")[-1]
    action.give(carried, "2026-09-23 08:00")

    assert carried == of_action.CarryOver(to="body/wg-fa", home="cycle/wg-fa/4")
    assert action.state.homes == ("cycle/wg-sc/4", "body/wg-fa")
    assert action.state.carried_to is None


def test_a_joint_action_that_is_done_is_done_for_both() -> None:
    """Its first body's cycle closes the record, not the other's."""
    cycle, action, _ = adopted(DECEMBER)
    action.give(of_action.Complete(evidence=WORDS), "2026-10-01 08:00", "EUROPOL")
    action.give(of_action.Confirm(), "2026-10-02 08:00", "INTERPOL")
    for command in [e.command for e in action.effects if isinstance(e, Tell) and e.stream == "cycle/wg-fa/4"]:
        cycle.give(command, "2026-10-02 08:00")
    cycle.give(asked.CloseSession(), "2026-10-03 08:00", "INTERPOL")
    before = len(cycle.told(f"action/{action.state.id}"))
    cycle.give(asked.CloseCycle(), "2026-10-03 09:00", "INTERPOL")

    assert not cycle.state.open_actions
    assert len(cycle.told(f"action/{action.state.id}")) == before


def test_how_an_action_stands_is_read_from_its_own_stream_and_both_bodies() -> None:
    """The body above both decides between them; without one nobody does."""
    _, action = one_action()
    cycle = session_of("wg-fa", "2026-09-22 07:00").state
    own, other = body("wg-fa", "dialogue"), body("wg-sc", "dialogue")
    states: dict[str, Any] = {f"action/{action.state.id}": action.state, "body/wg-fa": own, "body/wg-sc": other}

    found = standing_action(action.state.id, cycle, states)

    assert found == StandingAction(owner="EUROPOL", is_finished=False, bodies=("wg-sc",), reconciler="dialogue")
    assert standing_action("a-none", cycle, states) is None
    alone = standing_action(action.state.id, cycle, {**states, "body/wg-sc": body("wg-sc", None)})
    assert alone
    assert alone.reconciler is None


def body(code: str, report_to: str | None) -> Any:
    """Return a founded body."""
    from tests.unit.body_setting import founded

    return replace(founded().state, code=code, report_to=report_to)
