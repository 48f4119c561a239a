"""Founding, the first key, statuses and policies."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.domain.body.commands import FoundBody
from services.domain.charter import BodyCharter
from services.domain.membership import ParticipationStatus, StatusSince
from services.domain.message import (
    ENGINE,
    Command,
    CommandRefused,
    Context,
    Notify,
    OnBehalf,
    StartProcess,
    Tell,
    TimePassed,
)
from services.domain.notice import AccountForNotice, Delivery, NoticeDelivered
from services.domain.procedure import Procedure
from services.domain.register.commands import AdoptPolicy, ChangeStatus
from services.domain.register.decider import DECIDER
from services.domain.register.events import (
    KeyIssued,
    PersonAppointed,
    PersonEnrolled,
    PolicyAdopted,
    RegisterFounded,
    StatusChanged,
)
from services.domain.register.state import Register, Scope
from services.domain.register.tenure import key_valid_at, procedure_in_force
from services.domain.register_change import ChangeMembership
from services.wire.message import decode_event, event_kind, from_json, to_json
from tests.unit.register_setting import (
    CHARTERS,
    FOUNDED,
    MAIL,
    TABLE,
    YEAR,
    Stream,
    bootstrapping,
    field_of,
    founded,
    founding,
    in_force,
    only,
    procedure,
    refusal,
    secret,
    staffed,
    told,
)

DAY = timedelta(days=1)


def adopting(
    *,
    kind: str = "procedure",
    name: str = "exercise",
    version: int = 2,
    days: int = 10,
    content: Procedure | None = None,
) -> AdoptPolicy:
    """Return the command that adopts a policy some days after the founding."""
    return AdoptPolicy(
        kind=kind,
        name=name,
        version=version,
        digest=f"{name}-{version}",
        in_force=FOUNDED + days * DAY,
        content=content,
    )


def test_founding_founds_every_body() -> None:
    """The first edition starts one stream a body, with its procedure in force and the table as it is."""
    stream = Stream()

    assert isinstance(stream.give(founding())[0], RegisterFounded)

    started = [effect for effect in stream.effects if isinstance(effect, StartProcess)]
    assert [effect.stream for effect in started] == ["body/dialogue", "body/wg-fa"]
    commands = [effect.command for effect in started]
    assert [(c.procedure, c.membership, c.report_to) for c in commands if isinstance(c, FoundBody)] == [
        (procedure(), TABLE, None),
        (procedure(), TABLE, "dialogue"),
    ]


def test_nothing_is_decided_before_founding_nor_is_founding_repeated() -> None:
    """An unfounded register refuses by name; a founded one is not founded again."""
    assert refusal(Stream().give(bootstrapping())) == "NotFounded"
    assert refusal(founded().give(founding())) == "AlreadyFounded"


@pytest.mark.parametrize(
    ("charter", "complaint"),
    [
        (replace(CHARTERS[0], chair_entity="NOBODY"), "charters.dialogue.chair_entity"),
        (replace(CHARTERS[0], procedure="unknown@1"), "charters.dialogue.procedure"),
        (replace(CHARTERS[0], report_to="wg-xx"), "charters.dialogue.report_to"),
    ],
)
def test_an_edition_that_names_what_it_lacks_is_refused(charter: BodyCharter, complaint: str) -> None:
    """Chair entity, procedure and superior body of a charter exist."""
    assert field_of(Stream().give(founding(charters=(charter,)))) == complaint


def test_an_edition_with_double_bodies_or_a_strange_convenor_is_refused() -> None:
    """Codes are unique, the convenor is at hand, and a procedure not yet in force is no procedure."""
    assert field_of(Stream().give(founding(charters=(CHARTERS[0], CHARTERS[0])))) == "charters"
    assert field_of(Stream().give(founding(membership=replace(TABLE, convenor="X")))) == "membership.convenor"
    later = founding(policies=(in_force(since=FOUNDED + DAY),))
    assert field_of(Stream().give(later)) == "charters.dialogue.procedure"


def test_bootstrap_enrols_appoints_and_equips_once() -> None:
    """The first key is an entry like any other, good for everything, and there is no second one that way."""
    stream = founded()

    events = stream.give(bootstrapping())

    assert [type(event) for event in events] == [PersonEnrolled, PersonAppointed, KeyIssued]
    key = only(events, KeyIssued)
    assert key.scopes == (Scope.READ, Scope.ACT, Scope.ADMINISTER)
    assert key_valid_at(stream.register, key.key, FOUNDED)
    assert refusal(stream.give(bootstrapping())) == "BootstrapClosed"


def test_bootstrap_stays_closed_when_its_key_is_gone() -> None:
    """Ever issued means ever: expiry does not open it again."""
    stream, _ = staffed()
    stream.pass_to(FOUNDED + 2 * YEAR)

    assert refusal(stream.give(bootstrapping())) == "BootstrapClosed"


def test_bootstrap_seats_only_who_can_appoint_the_rest() -> None:
    """A first key elsewhere, or in another role, would leave nobody to appoint a coordinator."""
    assert field_of(founded().give(bootstrapping(entity_code="FRONTEX"))) == "entity"
    assert field_of(founded().give(bootstrapping("focal_point"))) == "role"
    assert field_of(founded().give(replace(bootstrapping(), secret_digest="plain"))) == "secret_digest"
    assert field_of(founded().give(replace(bootstrapping(), expires=FOUNDED))) == "expires"


def test_a_status_is_told_to_every_body_and_everybody() -> None:
    """Frontex's precedent: an entity changes its status at a date, and all streams learn of it."""
    stream, coordinator = staffed()
    stream.effects.clear()
    change = ChangeStatus(entity="ECO", status=ParticipationStatus.MEMBER, on=FOUNDED + DAY)

    event = only(stream.give(change, coordinator), StatusChanged)

    status = StatusSince(status=ParticipationStatus.MEMBER, since=FOUNDED + DAY)
    assert event.status == status
    tells = [effect for effect in stream.effects if isinstance(effect, Tell)]
    assert tells == [
        Tell(stream=f"body/{code}", command=ChangeMembership(entity="ECO", status=status))
        for code in ("dialogue", "wg-fa")
    ]
    assert [code for code, _ in told(stream, "status_changed")] == ["INTERPOL", "FRONTEX", "AIMC", "SCO", "ECO"]
    assert stream.register.membership.status_at("ECO", FOUNDED) is ParticipationStatus.GUEST
    assert stream.register.membership.status_at("ECO", FOUNDED + DAY) is ParticipationStatus.MEMBER


def test_a_status_is_refused_when_unknown_past_or_as_it_was() -> None:
    """What is past is not changed, and what does not change is not recorded."""
    stream, coordinator = staffed()

    def change(entity: str, status: ParticipationStatus, days: int) -> tuple[str, object]:
        given = stream.give(ChangeStatus(entity=entity, status=status, on=FOUNDED + days * DAY), coordinator)
        refused = only(given, CommandRefused)
        return refused.reason, refused.facts.get("field")

    assert change("NOBODY", ParticipationStatus.MEMBER, 1) == ("BadArgument", "entity")
    assert change("ECO", ParticipationStatus.MEMBER, -1) == ("BadArgument", "on")
    assert change("ECO", ParticipationStatus.GUEST, 1) == ("StatusUnchanged", None)


def test_a_status_given_for_later_can_be_taken_back() -> None:
    """The status held already is a change when a later one gives way to it."""
    stream, coordinator = staffed()
    stream.give(ChangeStatus(entity="ECO", status=ParticipationStatus.MEMBER, on=FOUNDED + 9 * DAY), coordinator)

    stream.give(ChangeStatus(entity="ECO", status=ParticipationStatus.GUEST, on=FOUNDED + DAY), coordinator)

    assert stream.register.membership.status_at("ECO", FOUNDED + 10 * DAY) is ParticipationStatus.GUEST


def test_only_the_convenors_coordinator_for_all_bodies_changes_a_status() -> None:
    """Heads, and coordinators of one body, do not."""
    stream, head = staffed("head_of_entity")
    change = ChangeStatus(entity="ECO", status=ParticipationStatus.MEMBER, on=FOUNDED + DAY)
    one_body = stream.seat("INTERPOL", "coordinator", head, body="dialogue")

    assert refusal(stream.give(change, head)) == "NotPermitted"
    assert refusal(stream.give(change, one_body)) == "NotPermitted"
    assert refusal(stream.give(change, ENGINE)) == "NotPermitted"


def test_a_procedure_takes_effect_with_its_content() -> None:
    """Until its date the version before it is in force; everybody is told."""
    stream, coordinator = staffed()
    second = procedure(version=2)

    event = only(stream.give(adopting(content=second), coordinator), PolicyAdopted)

    assert event.content == second
    assert procedure_in_force(stream.register, "exercise", FOUNDED + 9 * DAY) == procedure()
    assert procedure_in_force(stream.register, "exercise", FOUNDED + 10 * DAY) == second
    assert procedure_in_force(stream.register, "exercise@1", FOUNDED + 10 * DAY) == procedure()
    assert ("SCO", "head_of_delegation") in told(stream, "policy_adopted")


@pytest.mark.parametrize(
    ("command", "complaint"),
    [
        (adopting(kind="weather", content=procedure(version=2)), "kind"),
        (adopting(days=-1, content=procedure(version=2)), "in_force"),
        (adopting(), "content"),
        (adopting(content=procedure(version=3)), "content"),
        (adopting(kind="access", name="access", version=1, content=procedure()), "content"),
    ],
)
def test_a_policy_that_does_not_fit_is_refused(command: AdoptPolicy, complaint: str) -> None:
    """Kind, date and content fit one another."""
    stream, coordinator = staffed()

    assert field_of(stream.give(command, coordinator)) == complaint


def test_versions_never_change() -> None:
    """The same version again, or a lower one, is refused; another kind counts for itself (PS-18)."""
    stream, coordinator = staffed()
    assert refusal(stream.give(adopting(version=1, content=procedure()), coordinator)) == "VersionTaken"
    other = adopting(kind="access", name="access", version=1)

    assert only(stream.give(other, coordinator), PolicyAdopted).content is None
    assert refusal(stream.give(other, coordinator)) == "VersionTaken"


def test_the_register_takes_no_act_on_behalf() -> None:
    """OB-1 lists what may be recorded from paper; appointments and statuses are not among it."""
    stream, coordinator = staffed()
    behalf = OnBehalf(entity="ECO", received_at=FOUNDED, evidence=MAIL)
    context = Context(at=FOUNDED, actor=coordinator, command_id=secret("x"), recorded_at=FOUNDED, on_behalf=behalf)
    change = ChangeStatus(entity="ECO", status=ParticipationStatus.MEMBER, on=FOUNDED + DAY)

    assert refusal(DECIDER.decide(stream.state, change, context)) == "NotPermitted"


def test_what_the_register_does_not_know_is_refused_by_name() -> None:
    """A command of another noun, time with nothing due, a report on no letter."""
    stream, _ = staffed()
    early = TimePassed(label="key_expiry", due_at=FOUNDED, processed_at=FOUNDED)

    assert refusal(stream.give(Command())) == "UnknownCommand"
    assert refusal(stream.give(early)) == "NothingDue"
    assert refusal(stream.give(AccountForNotice(notice="appointed", cause=3, deliveries=()))) == "NotFound"


def test_deliveries_are_recorded() -> None:
    """What became of a notice is an event of the register's own stream, and changes nothing in it."""
    stream, _ = staffed()
    before = stream.state
    delivery = Delivery(
        entity="INTERPOL", role="coordinator", person=None, channel="console", at=FOUNDED, delivered=True
    )

    events = stream.give(AccountForNotice(notice="appointed", cause=3, deliveries=(delivery,)))

    assert only(events, NoticeDelivered).entity == "INTERPOL"
    assert stream.state == before


def test_the_register_waits_for_nobody_and_never_closes() -> None:
    """It owes nothing, and nobody owes it."""
    stream, _ = staffed()
    register = stream.register

    assert (DECIDER.waits(register), DECIDER.deadlines(register), DECIDER.is_closed(register)) == ((), (), False)
    assert not [e for e in stream.effects if isinstance(e, Notify) and "digest" in str(e.facts)]


def test_state_and_events_survive_the_wire() -> None:
    """What is written as JSON is read back as the same values."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator, body="wg-fa")
    stream.equip(head, coordinator)
    stream.give(adopting(content=procedure(version=2)), coordinator)
    stream.give(adopting(content=procedure(version=2)), coordinator)

    assert from_json(Register, to_json(stream.register)) == stream.register
    for event in stream.events:
        assert decode_event(DECIDER, event_kind(event), to_json(event)) == event
