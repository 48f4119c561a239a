"""The action item in people's hands: who may do what, in which state, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from services.domain.action.commands import (
    CarryOver,
    ChangeDue,
    CloseRecord,
    Complete,
    Confirm,
    Drop,
    Reassign,
    Reopen,
    ReportProgress,
    Supersede,
)
from services.domain.action.decider import DECIDER
from services.domain.action.opening import check_opening
from services.domain.action.state import ActionState
from services.domain.action_note import NoteAction
from services.domain.message import CommandRefused, Notify
from services.domain.notice import AccountForNotice, Delivery
from services.domain.procedure import ActionParameters, Period, PeriodKind, Rung
from tests.unit.action_setting import (
    DAY_THREE,
    DAY_TWO,
    DUE,
    OPENED,
    WORDS,
    Stream,
    kinds,
    opened,
    opening,
    reason_of,
    stand,
    working_days,
)
from tests.unit.calendar_setting import utc


def notes(stream: Stream) -> list[NoteAction]:
    """Return what the home was told."""
    return [tell.command for tell in stream.told() if isinstance(tell.command, NoteAction)]


def test_opening_tells_owner_supporters_and_home() -> None:
    """Supporting entities, observers among them, see the opening."""
    stream = Stream()
    stream.give(opening(supporting=("EUROPOL", "UNODC")), OPENED)

    assert stream.notices() == [
        ("action_assigned", ("AMERIPOL/focal_point", "EUROPOL/focal_point", "UNODC/focal_point"))
    ]
    assert notes(stream) == [
        NoteAction(action="a-1", state="not_started", owner="AMERIPOL", is_overdue=False, needs_new_owner=False)
    ]
    letter = next(effect for effect in stream.effects if isinstance(effect, Notify))
    assert letter.facts["due_at"] == "2026-09-30T22:00:00Z"
    assert letter.facts["title"] == WORDS


def test_supporters_hear_nothing_more() -> None:
    """Only the opening concerns them."""
    stream = stand(ActionState.NOT_STARTED)
    stream.pass_to("2026-10-14 00:00")
    stream.give(ChangeDue(due=utc("2027-01-29 22:00"), reason=WORDS), "2026-10-15 00:00", "INTERPOL")
    stream.give(Drop(reason=WORDS), "2026-10-15 00:00", "INTERPOL")

    assert {who.split("/")[0] for _, to in stream.notices() for who in to} == {"AMERIPOL"}


@dataclass(frozen=True)
class NotAnOffset:
    """A parameter set with one thing wrong, and the parameter's name."""

    parameters: ActionParameters
    field: str


@pytest.mark.parametrize(
    "wrong",
    [
        NotAnOffset(
            ActionParameters(remind=(), ladder=(Rung(offset=working_days(1), to="x"),)), "actions.ladder[0].to"
        ),
        NotAnOffset(ActionParameters(remind=(working_days(-1), working_days(0)), ladder=()), "actions.remind[1]"),
        NotAnOffset(
            ActionParameters(
                remind=(),
                ladder=(Rung(offset=Period(kind=PeriodKind.COMMON_WORKING_DAYS, days=2), to="chair"),),
            ),
            "actions.ladder[0]",
        ),
        NotAnOffset(ActionParameters(remind=(), ladder=(Rung(offset=working_days(2000), to="chair"),)), "due"),
    ],
)
def test_an_offset_that_cannot_be_reckoned_is_named(wrong: NotAnOffset) -> None:
    """Opening is refused with the parameter's own name."""
    (answer,) = Stream().give(opening(parameters=wrong.parameters), OPENED)

    assert isinstance(answer, CommandRefused)
    assert (answer.reason, answer.facts["field"]) == ("BadArgument", wrong.field)


def test_openings_that_are_refused() -> None:
    """Unknown or observing owners, unknown or doubled supporters, a due instant that is past."""
    refusals = {
        "NotFound": opening(owner="NOBODY"),
        "OwnerNotMember": opening(owner="UNODC"),
        "BadArgument": opening(due="2026-09-01 07:59:59"),
    }
    for reason, command in refusals.items():
        stream = Stream()
        assert reason_of(stream.give(command, OPENED)) == reason
        assert stream.state is None
        refusal = check_opening(command, utc(OPENED))
        assert type(refusal).__name__ == reason
    assert reason_of(Stream().give(opening(supporting=("NOBODY",)), OPENED)) == "NotFound"
    assert reason_of(Stream().give(opening(supporting=("AMERIPOL",)), OPENED)) == "BadArgument"
    assert reason_of(Stream().give(opening(supporting=("UNODC", "UNODC")), OPENED)) == "BadArgument"
    assert check_opening(opening(), utc(OPENED)) is None


def test_an_owner_without_a_known_week_is_named() -> None:
    """Working days are counted on a week that is known."""
    command = opening()
    membership = replace(
        command.membership,
        entities=tuple(
            replace(e, delegations=tuple(replace(d, weeks=()) for d in e.delegations))
            for e in command.membership.entities
        ),
    )

    (answer,) = Stream().give(replace(command, membership=membership), OPENED)

    assert isinstance(answer, CommandRefused)
    assert answer.facts["field"] == "actions.remind[0]"
    assert "no working week is known in America/Bogota" in answer.sentence


def test_due_instants_are_whole_seconds() -> None:
    """Reckoned up, so that rounding makes nothing late (DD-5)."""
    stream = opened(replace(opening(), due_at=utc(DUE).replace(microsecond=1)))

    assert stream.action.due_at == utc("2026-09-30 22:00:01")


def test_progress_by_owner_supporter_and_coordinator() -> None:
    """Three notes; the coordinator's is the owner's own, on its behalf."""
    stream = opened(opening(supporting=("EUROPOL",)))

    stream.give(ReportProgress(note=WORDS), DAY_TWO, "AMERIPOL")
    stream.give(ReportProgress(note=WORDS), DAY_TWO, "EUROPOL")
    stream.give(ReportProgress(note=WORDS), DAY_TWO, "INTERPOL", "AMERIPOL")

    assert [note.entity for note in stream.action.progress] == ["AMERIPOL", "EUROPOL", "AMERIPOL"]
    assert stream.action.state is ActionState.IN_PROGRESS


@pytest.mark.parametrize("entity", ["INTERPOL", "FRONTEX", "UNODC"])
def test_strangers_neither_report_nor_complete(entity: str) -> None:
    """The chair's own entity is no owner either."""
    stream = opened(opening(supporting=("EUROPOL",)))

    assert reason_of(stream.give(ReportProgress(note=WORDS), DAY_TWO, entity)) == "NotPermitted"
    assert reason_of(stream.give(Complete(evidence=WORDS), DAY_TWO, entity)) == "NotPermitted"
    assert reason_of(stream.give(Complete(evidence=WORDS), DAY_TWO, "EUROPOL")) == "NotPermitted"


def test_completion_waits_for_confirmation_by_the_chair() -> None:
    """The owner has met its deadline; the chair is asked."""
    stream = opened()
    stream.give(Complete(evidence=WORDS), DAY_TWO, "INTERPOL", "AMERIPOL")

    assert stream.action.state is ActionState.DONE
    assert stream.notices() == [("action_completed", ("INTERPOL/chair",))]
    (wait,) = DECIDER.waits(stream.action)
    assert (wait.what, wait.entity, wait.role, wait.since) == ("confirmation", "INTERPOL", "chair", utc(DAY_TWO))
    (deadline,) = DECIDER.deadlines(stream.action)
    assert (deadline.entity, deadline.due_at, deadline.met_at) == ("AMERIPOL", utc(DUE), utc(DAY_TWO))


def test_nobody_confirms_its_own_work() -> None:
    """Not even through the coordinator."""
    stream = stand(ActionState.DONE)

    assert reason_of(stream.give(Confirm(), DAY_THREE, "AMERIPOL")) == "OwnConfirmation"
    assert reason_of(stream.give(Confirm(), DAY_THREE, "INTERPOL", "AMERIPOL")) == "OwnConfirmation"
    assert kinds(stream.give(Confirm(), DAY_THREE, "INTERPOL")) == ["ActionConfirmed"]
    assert stream.notices() == [("action_confirmed", ("AMERIPOL/focal_point",))]
    assert DECIDER.waits(stream.action) == ()


def test_work_of_the_chair_is_confirmed_by_others() -> None:
    """By the convenor's coordinator; if the convenor has the chair, by the other members."""
    hosted = opened(opening(owner="AIMC", chair_entity="AIMC"))
    hosted.give(Complete(evidence=WORDS), DAY_TWO, "AIMC")
    own = opened(opening(owner="INTERPOL"))
    own.give(Complete(evidence=WORDS), DAY_TWO, "INTERPOL")

    assert hosted.notices() == [("action_completed", ("INTERPOL/coordinator",))]
    assert [wait.entity for wait in DECIDER.waits(own.action)] == [
        "AFRIPOL",
        "AIMC",
        "AMERIPOL",
        "ASEANAPOL",
        "EUROPOL",
        "FRONTEX",
        "GCCPOL",
    ]
    assert kinds(own.give(Confirm(), DAY_THREE, "AFRIPOL")) == ["ActionConfirmed"]


def test_an_open_action_waits_for_its_owner() -> None:
    """Until its due instant."""
    (wait,) = DECIDER.waits(opened().action)

    assert (wait.what, wait.entity, wait.role) == ("completion", "AMERIPOL", "focal_point")
    assert (wait.since, wait.until) == (utc(OPENED), utc(DUE))


@pytest.mark.parametrize("state", [ActionState.DONE, ActionState.CONFIRMED, ActionState.DROPPED])
def test_reopening(state: ActionState) -> None:
    """The owner is told and owes the work again."""
    stream = stand(state)

    stream.give(Reopen(reason=WORDS), DAY_THREE, "INTERPOL")

    assert stream.action.state is ActionState.IN_PROGRESS
    assert stream.notices() == [("action_reopened", ("AMERIPOL/focal_point",))]
    (deadline,) = DECIDER.deadlines(stream.action)
    assert deadline.met_at is None
    due = DECIDER.due(stream.action)
    assert due is not None
    assert due.label == "reminder 1"


def test_reassigning_tells_both() -> None:
    """A supporter that becomes owner supports no more; the due instant is the new owner's now."""
    stream = stand(ActionState.IN_PROGRESS)

    stream.give(Reassign(owner="EUROPOL"), DAY_THREE, "INTERPOL")

    assert stream.notices() == [("action_reassigned", ("EUROPOL/focal_point", "AMERIPOL/focal_point"))]
    assert stream.action.supporting == ("UNODC",)
    assert [d.entity for d in DECIDER.deadlines(stream.action)] == ["EUROPOL"]
    assert notes(stream)[-1].owner == "EUROPOL"


@pytest.mark.parametrize(
    ("owner", "reason"), [("AMERIPOL", "BadArgument"), ("SCO", "OwnerNotMember"), ("NOBODY", "NotFound")]
)
def test_reassignments_that_are_refused(owner: str, reason: str) -> None:
    """The present owner, an observer, an unknown entity."""
    assert reason_of(opened().give(Reassign(owner=owner), DAY_TWO, "INTERPOL")) == reason


def test_an_action_does_not_supersede_itself() -> None:
    """Another one takes its place."""
    stream = opened()

    assert reason_of(stream.give(Supersede(by="a-1", reason=WORDS), DAY_TWO)) == "BadArgument"
    stream.give(Supersede(by="a-2", reason=WORDS), DAY_TWO)
    assert stream.action.superseded_by == "a-2"
    assert stream.notices() == [("action_superseded", ("AMERIPOL/focal_point",))]
    assert DECIDER.deadlines(stream.action) == ()


def test_carried_over_it_speaks_to_the_body() -> None:
    """From then on its home is the body, and its ladder goes on."""
    stream = opened()

    stream.give(CarryOver(to="body/wg-sc"), DAY_TWO)
    stream.pass_to("2026-10-01 22:00")

    assert stream.action.carried_to == "body/wg-sc"
    assert {tell.stream for tell in stream.told()} == {"body/wg-sc"}
    assert [note.is_overdue for note in notes(stream)] == [False, True]
    assert stream.action.rungs == (1,)
    assert reason_of(stream.give(CarryOver(to="body/wg-sc"), DAY_THREE)) == "BadArgument"


@pytest.mark.parametrize("state", list(ActionState))
def test_the_record_closes_only_when_finished(state: ActionState) -> None:
    """Confirmed, superseded or dropped; afterwards only what became of notices is still taken."""
    stream = stand(state)
    delivery = Delivery(
        entity="AMERIPOL", role="focal_point", person="p-1", channel="mail", at=utc(DAY_THREE), delivered=True
    )
    answer = stream.give(CloseRecord(), DAY_THREE)

    if not stream.action.is_finished:
        assert reason_of(answer) == "WrongState"
        assert not DECIDER.is_closed(stream.action)
        return
    assert kinds(answer) == ["RecordClosed"]
    assert DECIDER.is_closed(stream.action)
    assert reason_of(stream.give(Reopen(reason=WORDS), DAY_THREE, "INTERPOL")) == "ActionRecordClosed"
    account = AccountForNotice(notice="action_dropped", cause=2, deliveries=(delivery,))
    assert kinds(stream.give(account, DAY_THREE)) == ["NoticeDelivered"]
