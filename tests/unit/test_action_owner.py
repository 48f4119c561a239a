"""The action item whose owner leaves: the flag, the audience, another owner (domain.md 8, scenario 9)."""

from __future__ import annotations

from services.domain.action.commands import Complete, Reassign, Reopen
from services.domain.action.decider import DECIDER
from services.domain.action.events import RungReached
from services.domain.action_note import NoteAction
from services.domain.membership import ParticipationStatus, StatusSince
from services.domain.register_change import ChangeMembership
from tests.unit.action_setting import OPENED, WORDS, Stream, kinds, opened, opening, reason_of, went
from tests.unit.calendar_setting import MEMBERS, utc

LATER = "2027-06-01 00:00"


def leave(status: ParticipationStatus = ParticipationStatus.FORMER) -> ChangeMembership:
    """Return the end of ASEANAPOL's membership on 1 July 2027, 00:00 in Paris."""
    return ChangeMembership(entity="ASEANAPOL", status=StatusSince(status=status, since=utc("2027-06-30 22:00")))


def aseanapol() -> Stream:
    """Return an action of ASEANAPOL due in September 2027, with its membership's end known in May."""
    stream = opened(opening(owner="ASEANAPOL", due="2027-09-15 09:00"), at="2027-05-03 08:00")
    assert kinds(stream.give(leave(), "2027-05-10 08:00")) == ["MembershipChanged"]
    return stream


def test_the_owner_leaves() -> None:
    """Scenario 9: from that instant the action shows that it needs a new owner, and the chair is told."""
    stream = aseanapol()
    assert stream.pass_to("2027-06-30 21:59:59") == []

    assert went(stream.pass_to("2027-06-30 22:00")) == [("needs new owner", "2027-06-30 22:00")]

    assert stream.action.needs_new_owner
    assert stream.notices() == [("action_needs_new_owner", ("INTERPOL/chair",))]
    assert [(w.what, w.entity) for w in DECIDER.waits(stream.action)] == [("new_owner", "INTERPOL")]
    assert [told.command for told in stream.told()] == [
        NoteAction(action="a-1", state="not_started", owner="ASEANAPOL", is_overdue=False, needs_new_owner=True)
    ]


def test_nobody_is_reminded_for_an_owner_that_left() -> None:
    """What goes to the owner's entity goes to nobody; chair and members are told as ever, the former member is not."""
    stream = aseanapol()
    stream.pass_to("2027-06-30 22:00")
    stream.effects.clear()

    stream.pass_to("2027-12-31 00:00")

    assert stream.notices() == [
        ("action_escalated", ("INTERPOL/chair",)),
        ("action_escalated", tuple(f"{m}/head_of_entity" for m in MEMBERS if m != "ASEANAPOL")),
    ]


def test_another_owner_takes_over_the_schedule_as_it_stands() -> None:
    """Reassigning clears the flag and moves no instant; only the audience is another."""
    stream = aseanapol()
    stream.pass_to("2027-07-05 00:00")
    stream.effects.clear()
    ahead = stream.action.pending

    stream.give(Reassign(owner="AFRIPOL"), "2027-07-05 08:00", "INTERPOL")

    assert not stream.action.needs_new_owner
    assert stream.action.pending == ahead
    assert stream.notices() == [("action_reassigned", ("AFRIPOL/focal_point",))]
    stream.pass_to("2027-09-17 00:00")
    assert stream.notices()[1:] == [
        ("action_reminder", ("AFRIPOL/focal_point",)),
        ("action_reminder", ("AFRIPOL/focal_point",)),
        ("action_escalated", ("AFRIPOL/focal_point",)),
    ]


def test_an_end_known_late_counts_from_when_it_is_known() -> None:
    """A status of the past told today needs a new owner today."""
    stream = opened(opening(owner="ASEANAPOL", due="2027-09-15 09:00"), at="2027-05-03 08:00")

    answer = stream.give(leave(ParticipationStatus.OBSERVER), "2027-07-02 08:00")

    assert kinds(answer) == ["MembershipChanged", "NewOwnerNeeded"]
    assert answer[1].at == utc("2027-07-02 08:00")
    assert kinds(stream.give(leave(), "2027-07-03 08:00")) == ["MembershipChanged"]


def test_an_owner_that_came_back_can_be_given_it_again() -> None:
    """The flag stays until the chair decides."""
    stream = aseanapol()
    stream.pass_to("2027-07-05 00:00")
    back = StatusSince(status=ParticipationStatus.MEMBER, since=utc("2027-07-06 22:00"))
    stream.give(ChangeMembership(entity="ASEANAPOL", status=back), "2027-07-05 00:00")

    assert reason_of(stream.give(Reassign(owner="ASEANAPOL"), "2027-07-06 00:00", "INTERPOL")) == "OwnerNotMember"
    assert kinds(stream.give(Reassign(owner="ASEANAPOL"), "2027-07-07 00:00", "INTERPOL")) == ["ActionReassigned"]
    assert not stream.action.needs_new_owner
    assert DECIDER.due(stream.action) is not None
    assert "needs new owner" not in [name for name, _ in went(stream.pass_to("2028-06-01 00:00"))]


def test_reopened_for_an_owner_that_left_it_needs_another() -> None:
    """The membership ended while the action was done."""
    stream = aseanapol()
    stream.give(Complete(evidence=WORDS), "2027-06-01 08:00", "ASEANAPOL")
    assert stream.pass_to("2027-07-05 00:00") == []

    answer = stream.give(Reopen(reason=WORDS), "2027-07-05 00:00", "INTERPOL")

    assert kinds(answer) == ["ActionReopened", "NewOwnerNeeded"]
    assert stream.action.needs_new_owner


def test_statuses_of_others_do_not_touch_the_owner() -> None:
    """Frontex leaves; heads of entity are told without it, by the statuses of that instant."""
    stream = opened()
    left = StatusSince(status=ParticipationStatus.FORMER, since=utc("2026-10-20 22:00"))
    joined = StatusSince(status=ParticipationStatus.MEMBER, since=utc("2026-10-20 22:00"))
    assert kinds(stream.give(ChangeMembership(entity="FRONTEX", status=left), OPENED)) == ["MembershipChanged"]
    assert kinds(stream.give(ChangeMembership(entity="UNODC", status=joined), OPENED)) == ["MembershipChanged"]

    last = stream.pass_to(LATER)[-1]

    assert isinstance(last, RungReached)
    assert last.entities == (*(m for m in MEMBERS if m != "FRONTEX"), "UNODC")
    assert not stream.action.needs_new_owner
