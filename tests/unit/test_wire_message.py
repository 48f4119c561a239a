"""The JSON form of domain values."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.action.decider import DECIDER as ACTION
from services.domain.action_note import ActionNoted, NoteAction
from services.domain.body.decider import DECIDER as BODY
from services.domain.calendar import CalendarTable, OffsetSince
from services.domain.cycle.decider import DECIDER as CYCLE
from services.domain.membership import (
    Basis,
    Delegation,
    Entity,
    Membership,
    ParticipationStatus,
    StatusSince,
)
from services.domain.message import (
    ENGINE,
    Actor,
    CommandRefused,
    Content,
    Context,
    Decider,
    Interval,
    OnBehalf,
    TimePassed,
)
from services.domain.notice import AccountForNotice, Delivery, NoticeDelivered, NoticeFailed
from services.domain.procedure import Cadence, Period, PeriodKind
from services.domain.register.decider import DECIDER as REGISTER
from services.domain.register_change import MembershipChanged
from services.domain.silence.decider import DECIDER as SILENCE
from services.domain.working_calendar import WorkingWeek
from services.wire.message import (
    Malformed,
    UnknownKind,
    decode_command,
    decode_event,
    event_kind,
    from_json,
    prepare_codecs,
    to_json,
)

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
COMMANDS = (AccountForNotice, NoteAction)
EVENTS = (ActionNoted, CommandRefused, MembershipChanged, NoticeDelivered, NoticeFailed)

texts = st.text(max_size=8)
instants = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001  # hypothesis adds the zone itself
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=4, minutes=30))]),
)
lengths = st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400))
names = st.dictionaries(texts, texts, max_size=3)
statuses = st.builds(StatusSince, status=st.sampled_from(ParticipationStatus), since=instants, source=texts)
weeks = st.builds(
    WorkingWeek,
    since=instants,
    closes=st.dictionaries(st.integers(1, 7), texts),
    half_days=st.lists(st.integers(1, 7), max_size=2).map(tuple),
)
bases = st.dictionaries(texts, st.builds(Basis, source=texts, confidence=texts), max_size=2)
delegations = st.builds(
    Delegation,
    code=texts,
    names=names,
    seat=texts,
    zone=texts,
    weeks=st.lists(weeks, max_size=2).map(tuple),
    bases=bases,
)
entities = st.builds(
    Entity,
    code=texts,
    names=names,
    head_title=texts,
    statuses=st.lists(statuses, max_size=2).map(tuple),
    delegations=st.lists(delegations, max_size=2).map(tuple),
    bases=bases,
)
contents = st.builds(Content, address=texts, commitment=texts, size=st.integers(0, 2**53), digest=st.none() | texts)
actors = st.builds(Actor, person=texts, entity=texts, role=texts, appointment=texts, body=st.none() | texts)
behalves = st.builds(OnBehalf, entity=texts, received_at=instants, evidence=contents)
values = st.one_of(
    st.builds(
        Membership,
        digest=texts,
        convenor=texts,
        convenor_zone=texts,
        entities=st.lists(entities, max_size=2).map(tuple),
    ),
    st.builds(
        CalendarTable,
        digest=texts,
        tzdata=texts,
        since=instants,
        until=instants,
        zones=st.dictionaries(
            texts,
            st.lists(st.builds(OffsetSince, since=instants, seconds=st.integers()), max_size=2).map(tuple),
            max_size=2,
        ),
    ),
    st.builds(
        TimePassed,
        label=texts,
        due_at=instants,
        processed_at=instants,
        deaf=st.lists(st.builds(Interval, start=instants, end=instants), max_size=3).map(tuple),
    ),
    st.builds(
        Context,
        at=instants,
        actor=actors,
        command_id=texts,
        recorded_at=instants,
        on_behalf=st.none() | behalves,
        waiver=st.none() | contents,
    ),
    st.builds(Period, kind=st.sampled_from(PeriodKind), elapsed=lengths, days=st.integers(-400, 400)),
    st.builds(
        Cadence,
        rrule=texts,
        zone=texts,
        local_start=texts,
        session=lengths,
        skip=st.lists(st.dates(), max_size=2).map(tuple),
    ),
    st.builds(
        CommandRefused,
        at=instants,
        actor=actors,
        command=texts,
        reason=texts,
        sentence=texts,
        facts=st.dictionaries(
            texts, st.none() | st.booleans() | st.integers(0, 99) | texts | st.lists(texts), max_size=3
        ),
    ),
)


@settings(deadline=None, max_examples=150)
@given(values)
def test_every_value_survives_the_way_through_json(value: Any) -> None:
    """Reading what was written, from real JSON text, gives an equal value of the same type."""
    written = json.loads(json.dumps(to_json(value)))

    assert from_json(type(value), written) == value


def test_the_form_is_plain_and_dated_in_utc() -> None:
    """Instants end in Z, enumerations are their values, durations are ISO 8601."""
    since = datetime(2026, 3, 2, 10, tzinfo=timezone(timedelta(hours=2)))

    assert to_json(StatusSince(status=ParticipationStatus.GUEST, since=since, source="us")) == {
        "status": "guest",
        "since": "2026-03-02T08:00:00Z",
        "source": "us",
        "confidence": "assumption",
    }
    assert to_json(Period(kind=PeriodKind.ELAPSED, elapsed=timedelta(hours=-3)))["elapsed"] == "-PT3H"


def test_a_naive_instant_is_refused_both_ways() -> None:
    """A naive instant neither leaves nor enters."""
    naive = datetime(2026, 3, 2)  # noqa: DTZ001  # the point of the test

    with pytest.raises(ValueError, match="has no zone"):
        to_json(StatusSince(status=ParticipationStatus.GUEST, since=naive))
    with pytest.raises(Malformed, match="since: should be an instant with its offset"):
        from_json(StatusSince, {"status": "guest", "since": "2026-03-02T08:00:00"})


def test_a_value_of_another_type_than_declared_is_not_written() -> None:
    """What is written can be read again, so a wrong value is found where it is made."""
    wrong: Any = 3

    with pytest.raises(ValueError, match="label"):
        to_json(TimePassed(label=wrong, due_at=AT, processed_at=AT))


def test_nothing_is_coerced_and_every_fault_is_named() -> None:
    """A number is no text, a word is no number; all faults come at once, each with its field."""
    data = {"digest": 1, "convenor": "A", "entities": [{"code": "A", "statuses": [{"status": "king"}]}]}

    with pytest.raises(Malformed) as caught:
        from_json(Membership, data)

    rules = {fault.field: fault.rule for fault in caught.value.faults}
    assert rules["digest"] == "input should be a valid string"
    assert rules["convenor_zone"] == "is missing"
    assert rules["entities.0.statuses.0.status"] == "input should be 'member', 'observer', 'guest' or 'former'"
    assert str(caught.value).startswith("Membership: digest: ")


def test_a_command_is_read_by_its_kind() -> None:
    """The kind is the name in snake case, the data are the fields."""
    data = {"action": "a-1", "state": "done", "owner": "AIMC", "is_overdue": False, "needs_new_owner": False}

    command = decode_command(COMMANDS, "note_action", data)

    assert command == NoteAction(action="a-1", state="done", owner="AIMC", is_overdue=False, needs_new_owner=False)


def test_an_unknown_field_of_a_command_is_an_error_even_deep_inside() -> None:
    """A misspelt argument never passes silently."""
    delivery = to_json(Delivery(entity="A", role="r", person=None, channel="console", at=AT, delivered=True))

    with pytest.raises(Malformed, match=r"deliveries\.0\.resaon: is not a field known here"):
        decode_command(
            COMMANDS, "account_for_notice", {"notice": "n", "cause": 1, "deliveries": [{**delivery, "resaon": ""}]}
        )


def test_an_unknown_field_of_an_event_is_ignored_and_a_new_one_takes_its_default() -> None:
    """Old and newer records are read alike."""
    event = MembershipChanged(
        at=AT, actor=ENGINE, entity="ECO", status=StatusSince(status=ParticipationStatus.GUEST, since=AT, source="us")
    )
    data = to_json(event)
    del data["status"]["source"]

    read = decode_event(EVENTS, event_kind(event), {**data, "since_dropped": 1})

    assert read == replace(event, status=replace(event.status, source=""))


def test_an_unknown_kind_names_the_known_ones() -> None:
    """Whoever mistypes a kind is told the kinds there are."""
    with pytest.raises(UnknownKind, match="there is no note_acton; there are account_for_notice, note_action"):
        decode_command(COMMANDS, "note_acton", {})


def test_text_that_is_no_unicode_is_malformed() -> None:
    """Half a surrogate pair, which JSON can escape, has no bytes."""
    with pytest.raises(Malformed, match="holds text that is not Unicode"):
        from_json(Period, {"kind": "\ud800"})


def test_a_decider_knows_its_commands_and_events() -> None:
    """A noun is asked by its decider as well as by a list of types."""
    decider: Decider[str] = Decider(
        noun="text",
        state=str,
        commands=COMMANDS,
        events=EVENTS,
        decide=lambda _state, _command, _context: (),
        evolve=lambda state, _event: state,
        effects=lambda _state, _event: (),
        due=lambda _state: None,
        waits=lambda _state: (),
        deadlines=lambda _state: (),
        is_closed=lambda _state: True,
    )
    account = AccountForNotice(notice="n", cause=1, deliveries=())
    failed = NoticeFailed(at=AT, actor=ENGINE, notice="n", cause=1, entity="A", role="r", channel="c", reason="")

    assert decode_command(decider, "account_for_notice", to_json(account)) == account
    assert decode_event(decider, "notice_failed", to_json(failed)) == failed


@pytest.mark.parametrize("decider", [ACTION, BODY, CYCLE, REGISTER, SILENCE], ids=lambda decider: decider.noun)
def test_every_noun_has_a_json_form(decider: Decider[Any]) -> None:
    """All its commands, its events and its state can be compiled ahead of need, under names that differ."""
    prepare_codecs([*decider.commands, *decider.events, decider.state])

    kinds = [event_kind(event) for event in decider.events]
    assert len(set(kinds)) == len(kinds)


def test_an_event_is_named_alike_by_type_and_by_value() -> None:
    """The record knows an event by one name."""
    assert event_kind(NoticeDelivered) == "notice_delivered"
