"""Keys: issued, revoked, expiring."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.domain.message import Actor, CommandRefused, Notify
from services.domain.register.commands import EndAppointment, IssueFeedKey, RevokeFeedKey, RevokeKey
from services.domain.register.decider import DECIDER
from services.domain.register.events import KeyExpiryNeared, KeyIssued, KeyRevoked, PersonAppointed
from services.domain.register.keys import LONGEST_LIFE, REMINDER
from services.domain.register.state import Scope
from services.domain.register.tenure import key_valid_at
from tests.unit.register_setting import (
    FOUNDED,
    NAME,
    YEAR,
    actor_of,
    appointing,
    bootstrapping,
    field_of,
    issuing,
    only,
    refusal,
    secret,
    staffed,
    told,
)

DAY = timedelta(days=1)


def test_a_key_is_issued_without_its_secret_being_told() -> None:
    """The notice has key, holder, scopes and expiry; neither secret nor digest."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    command = issuing(head, scopes=("administer", "read", "read"))

    event = only(stream.give(command, coordinator), KeyIssued)

    assert event.scopes == (Scope.READ, Scope.ADMINISTER)
    assert told(stream, "key_issued") == [("FRONTEX", "head_of_entity")]
    facts = [effect.facts for effect in stream.effects if isinstance(effect, Notify) and effect.notice == "key_issued"]
    assert command.secret_digest not in str(facts)
    assert facts[-1]["expires"] == "2027-09-01T08:00:00Z"


def test_a_key_is_valid_from_its_issue_to_its_expiry() -> None:
    """[issued, expires), to the microsecond."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    key = stream.equip(head, coordinator, expires=FOUNDED + DAY)
    tick = timedelta(microseconds=1)

    register = stream.register
    assert [
        key_valid_at(register, key, at) for at in (FOUNDED - tick, FOUNDED, FOUNDED + DAY - tick, FOUNDED + DAY)
    ] == [
        False,
        True,
        True,
        False,
    ]
    assert not key_valid_at(register, "k-none", FOUNDED)


def test_what_is_wrong_with_a_key_is_named() -> None:
    """Scopes, digest, expiry and appointment."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    good = issuing(head)
    complaints = {
        "scopes": (replace(good, scopes=()), replace(good, scopes=("read", "fly"))),
        "secret_digest": (replace(good, secret_digest="secret"), replace(good, secret_digest="A" * 64)),
        "expires": (
            replace(good, expires=FOUNDED),
            replace(good, expires=FOUNDED + LONGEST_LIFE + timedelta(seconds=1)),
        ),
    }

    for name, commands in complaints.items():
        for command in commands:
            assert field_of(stream.give(command, coordinator)) == name
    assert refusal(stream.give(replace(good, appointment="ap-none"), coordinator)) == "NotFound"
    assert isinstance(stream.give(replace(good, expires=FOUNDED + LONGEST_LIFE), coordinator)[0], KeyIssued)
    assert refusal(stream.give(good, head)) == "SecretAlreadyUsed"


def test_no_key_for_an_appointment_that_is_over() -> None:
    """One that has yet to begin may be equipped beforehand, and the key is good once it does."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    person = stream.enrol("FRONTEX", head)
    command = appointing(person, "FRONTEX", "alternate", since=FOUNDED + DAY, until=FOUNDED + 2 * DAY)
    later = actor_of(only(stream.give(command, head), PersonAppointed))
    key = stream.equip(later, head)

    assert not key_valid_at(stream.register, key, FOUNDED)
    assert key_valid_at(stream.register, key, FOUNDED + DAY)
    stream.pass_to(FOUNDED + 2 * DAY)
    assert field_of(stream.give(issuing(later, seed="late"), head)) == "appointment"


def test_the_coordinator_equips_a_first_seat_and_then_no_more() -> None:
    """The first head gets a key from the coordinator; from then on its own entity issues them."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    stream.equip(head, coordinator)
    focal = stream.seat("FRONTEX", "focal_point", head)

    assert refusal(stream.give(issuing(focal, seed="b"), coordinator)) == "NotPermitted"
    assert isinstance(stream.give(issuing(focal, seed="b"), head)[0], KeyIssued)


def test_an_entity_that_lost_all_keys_is_let_in_again() -> None:
    """Without a valid key no head can issue one, so the coordinator may."""
    stream, coordinator = staffed()
    stream.give(bootstrapping())
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    key = stream.equip(head, coordinator)
    stream.give(RevokeKey(key=key, reason=None), head)

    assert isinstance(stream.give(issuing(head, seed="again"), coordinator)[0], KeyIssued)


def test_nobody_issues_or_revokes_keys_of_another_entity() -> None:
    """Not even the convenor's coordinator, once the entity has a key of its own."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    key = stream.equip(head, coordinator)
    other = stream.seat("AIMC", "head_of_entity", coordinator)

    for stranger in (other, coordinator):
        assert refusal(stream.give(issuing(head, seed="x"), stranger)) == "NotPermitted"
        assert refusal(stream.give(RevokeKey(key=key, reason=None), stranger)) == "NotPermitted"


def test_a_focal_point_issues_no_key_of_a_coordinator() -> None:
    """Who issues a key knows its secret, and would be coordinator."""
    stream, coordinator = staffed()
    focal = stream.seat("INTERPOL", "focal_point", coordinator)

    assert refusal(stream.give(issuing(coordinator, seed="x"), focal)) == "NotPermitted"
    assert isinstance(stream.give(issuing(coordinator, seed="x"), coordinator)[0], KeyIssued)


def test_a_key_is_revoked_once_and_for_good() -> None:
    """The second time is refused with the instant of the first; the entity is told."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    key = stream.equip(head, coordinator)
    stream.now += DAY

    assert only(stream.give(RevokeKey(key=key, reason=NAME), head), KeyRevoked).reason == NAME
    assert told(stream, "key_revoked") == [("FRONTEX", "head_of_entity")]
    assert key_valid_at(stream.register, key, FOUNDED)
    assert not key_valid_at(stream.register, key, FOUNDED + DAY)
    assert refusal(stream.give(RevokeKey(key=key, reason=None), head)) == "KeyAlreadyRevoked"
    assert refusal(stream.give(RevokeKey(key="k-none", reason=None), head)) == "NotFound"


def test_a_keys_expiry_is_told_once_a_month_before() -> None:
    """Nothing is due for keys revoked or too short-lived; a key whose appointment is over is passed in silence."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    stream.equip(head, coordinator, expires=FOUNDED + REMINDER)
    stream.equip(head, head, expires=FOUNDED + REMINDER + DAY)
    revoked = stream.equip(head, head, expires=FOUNDED + REMINDER + 2 * DAY)
    stream.give(RevokeKey(key=revoked, reason=None), head)
    guest = stream.seat("FRONTEX", "alternate", head)
    stream.equip(guest, head, expires=FOUNDED + REMINDER + 3 * DAY)
    stream.give(EndAppointment(appointment=guest.appointment, until=FOUNDED + DAY), head)

    came = stream.pass_to(FOUNDED + 5 * DAY)

    assert [type(event) for event in came] == [KeyExpiryNeared, KeyExpiryNeared]
    notices = [e for e in stream.effects if isinstance(e, Notify) and e.notice == "key_expiring"]
    assert len(notices) == 1
    due = DECIDER.due(stream.register)
    assert due is not None
    assert due.at == FOUNDED + YEAR - REMINDER
    stream.pass_to(FOUNDED + 2 * YEAR)
    assert DECIDER.due(stream.register) is None


def test_a_feed_key_opens_the_feed_and_nothing_else() -> None:
    """It has the one scope, expires and is told of as any key, and its secret is as little known."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)

    event = only(stream.give(feeding(head), coordinator), KeyIssued)

    assert event.scopes == (Scope.FEED,)
    assert stream.register.keys[event.key].opens_feed
    assert told(stream, "key_issued") == [("FRONTEX", "head_of_entity")]


def test_a_feed_key_equips_nobody() -> None:
    """Whoever holds nothing but a feed's key cannot act, so the coordinator may still issue the first key."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    stream.give(feeding(head), coordinator)

    only(stream.give(issuing(head, seed="first"), coordinator), KeyIssued)

    assert refusal(stream.give(issuing(head, seed="second"), coordinator)) == "NotPermitted"


def test_the_scope_of_feeds_is_given_by_its_own_command_alone() -> None:
    """So that no key sent with requests ever stands in an address; refusals read as they always did."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)

    answer = only(stream.give(issuing(head, scopes=("read", "feed")), coordinator), CommandRefused)

    assert answer.facts == {
        "field": "scopes",
        "rule": "there is no scope feed",
        "remedy": "choose among read, act, administer",
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [({"secret_digest": "abc"}, "secret_digest"), ({"expires": FOUNDED}, "expires")],
    ids=["no digest", "expired at once"],
)
def test_a_feed_key_is_refused_as_any_key_is(change: dict[str, Any], field: str) -> None:
    """Secret and span are checked alike."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)

    assert field_of(stream.give(replace(feeding(head), **change), coordinator)) == field


def test_everybody_opens_the_feed_of_the_appointment_they_act_under_and_closes_it() -> None:
    """It shows no more than they read already, and whoever answers for them is told."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    delegate = stream.seat("FRONTEX", "head_of_delegation", head)

    issued = only(stream.give(feeding(delegate), delegate), KeyIssued)
    revoked = only(stream.give(RevokeFeedKey(key=issued.key, reason=None), delegate), KeyRevoked)

    assert (issued.appointment, issued.scopes, revoked.key) == (delegate.appointment, (Scope.FEED,), issued.key)
    assert told(stream, "key_revoked") == told(stream, "key_issued") == [("FRONTEX", "head_of_entity")]


def test_the_feed_of_another_appointment_is_for_who_issues_its_keys() -> None:
    """A delegate opens none for its head, nor closes it; the head does both for the delegate."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    delegate = stream.seat("FRONTEX", "head_of_delegation", head)
    mine = only(stream.give(feeding(head), head), KeyIssued)

    assert refusal(stream.give(replace(feeding(head), secret_digest=secret("other")), delegate)) == "NotPermitted"
    assert refusal(stream.give(RevokeFeedKey(key=mine.key, reason=None), delegate)) == "NotPermitted"
    theirs = only(stream.give(replace(feeding(delegate), secret_digest=secret("third")), head), KeyIssued)
    only(stream.give(RevokeFeedKey(key=theirs.key, reason=None), head), KeyRevoked)


def test_a_key_that_is_no_feeds_is_not_closed_as_one() -> None:
    """Nobody revokes their working key so; to that command there is none."""
    stream, coordinator = staffed()
    head = stream.seat("FRONTEX", "head_of_entity", coordinator)
    key = stream.equip(head, coordinator)

    assert refusal(stream.give(RevokeFeedKey(key=key, reason=None), head)) == "NotFound"


def feeding(holder: Actor) -> IssueFeedKey:
    """Return the command that issues a feed key to an actor's appointment."""
    return IssueFeedKey(
        appointment=holder.appointment, secret_digest=secret("feed"), label=None, expires=FOUNDED + YEAR
    )
