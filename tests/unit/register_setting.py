"""Builders for tests of the register: one stream under its decider, with time as an argument."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TypeVar

from services.domain.charter import BodyCharter
from services.domain.membership import Delegation, Entity, Membership, ParticipationStatus, StatusSince
from services.domain.message import (
    ENGINE,
    Actor,
    Command,
    CommandRefused,
    Content,
    Context,
    Effect,
    Event,
    Notify,
    TimePassed,
)
from services.domain.procedure import (
    ActionParameters,
    Cadence,
    Period,
    PeriodKind,
    Procedure,
    SilenceParameters,
    WrittenParameters,
)
from services.domain.register.commands import Appoint, Bootstrap, EnrolPerson, FoundRegister, IssueKey
from services.domain.register.decider import DECIDER
from services.domain.register.events import KeyIssued, PersonAppointed, PersonEnrolled
from services.domain.register.state import PolicyInForce, PolicyKind, Register

FOUNDED = datetime(2026, 9, 1, 8, tzinfo=UTC)
YEAR = timedelta(days=365)
NAME = Content(address="name", commitment="salted", size=12)
MAIL = Content(address="mail", commitment="salted", size=20)
E = TypeVar("E", bound=Event)


def entity(code: str, status: ParticipationStatus, *delegations: str) -> Entity:
    """Return an entity that has its status since long ago."""
    return Entity(
        code=code,
        names={"en": code},
        head_title="Head",
        statuses=(StatusSince(status=status, since=FOUNDED - 10 * YEAR),),
        delegations=tuple(
            Delegation(code=name, names={"en": name}, seat="Lyon", zone="Europe/Paris")
            for name in delegations or (code,)
        ),
    )


TABLE = Membership(
    digest="d" * 64,
    convenor="INTERPOL",
    convenor_zone="Europe/Paris",
    entities=(
        entity("INTERPOL", ParticipationStatus.MEMBER),
        entity("FRONTEX", ParticipationStatus.MEMBER),
        entity("AIMC", ParticipationStatus.MEMBER),
        entity("SCO", ParticipationStatus.OBSERVER, "SCO_SECRETARIAT", "SCO_RATS_EC"),
        entity("ECO", ParticipationStatus.GUEST),
        entity("OLD", ParticipationStatus.FORMER),
    ),
)
CHARTERS = (
    BodyCharter(code="dialogue", names={"en": "Dialogue"}, procedure="exercise@1", chair_entity="INTERPOL"),
    BodyCharter(
        code="wg-fa", names={"en": "Access"}, procedure="exercise", chair_entity="FRONTEX", report_to="dialogue"
    ),
)


def procedure(*, version: int = 1, name: str = "exercise") -> Procedure:
    """Return a procedure reckoned in seconds."""
    span = timedelta(seconds=60)
    period = Period(kind=PeriodKind.ELAPSED, elapsed=span)
    return Procedure(
        name=name,
        version=version,
        digest=f"{name}-{version}",
        cadence=Cadence(rrule="FREQ=YEARLY", zone="Europe/Paris", local_start="09:00", session=span),
        steps=(),
        quorum_of="members",
        quorum_present=("in_person", "remote"),
        decision="consensus",
        silence=SilenceParameters(
            period=period,
            min_common_working_days=0,
            extensions=1,
            delivery_tolerance=span,
            service_after=span,
            deaf_tolerance=span,
            deaf_floor=span,
            to_meeting_within=span,
            more_time=span,
            correction_stop=span,
            reopen_minimum=span,
            redraft_period=None,
            max_rounds=3,
        ),
        written=WrittenParameters(period=period),
        actions=ActionParameters(remind=(), ladder=()),
        day_ends="17:00",
    )


def in_force(version: int = 1, since: datetime = FOUNDED - YEAR) -> PolicyInForce:
    """Return the entry of a version of the exercise procedure."""
    return PolicyInForce(
        kind=PolicyKind.PROCEDURE, name="exercise", version=version, digest=f"exercise-{version}", since=since
    )


def founding(
    *,
    charters: tuple[BodyCharter, ...] = CHARTERS,
    membership: Membership = TABLE,
    policies: tuple[PolicyInForce, ...] = (in_force(),),
) -> FoundRegister:
    """Return the command that founds the register."""
    return FoundRegister(membership=membership, charters=charters, procedures=(procedure(),), policies=policies)


def secret(seed: str) -> str:
    """Return the digest of a secret."""
    return sha256(seed.encode()).hexdigest()


def bootstrapping(role: str = "coordinator", entity_code: str = "INTERPOL") -> Bootstrap:
    """Return the command that makes the first key."""
    return Bootstrap(
        name=NAME,
        address=MAIL,
        entity=entity_code,
        role=role,
        secret_digest=secret("bootstrap"),
        expires=FOUNDED + YEAR,
    )


@dataclass
class Stream:
    """The register's stream: what was decided, and what followed."""

    state: Register | None = None
    now: datetime = FOUNDED
    events: list[Event] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    given: int = 0

    @property
    def register(self) -> Register:
        """Return the state of the founded register."""
        assert self.state is not None
        return self.state

    def give(self, command: Command, by: Actor = ENGINE) -> tuple[Event, ...]:
        """Decide a command now and take over its events."""
        self.given += 1
        context = Context(at=self.now, actor=by, command_id=secret(str(self.given)), recorded_at=self.now)
        return self.take(DECIDER.decide(self.state, command, context))

    def take(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        """Take over events and what follows from them."""
        for event in events:
            self.state = DECIDER.evolve(self.state, event)
            self.events.append(event)
            if self.state is not None:
                self.effects += DECIDER.effects(self.state, event)
        return events

    def pass_to(self, at: datetime) -> list[Event]:
        """Let time pass to an instant, deciding everything that comes due on the way."""
        came: list[Event] = []
        while (due := DECIDER.due(self.register)) and due.at <= at:
            self.now = due.at
            came += self.give(TimePassed(label=due.label, due_at=due.at, processed_at=due.at))
        self.now = at
        return came

    def enrol(self, entity_code: str, by: Actor) -> str:
        """Enrol a person; return the id."""
        given = self.give(EnrolPerson(name=NAME, address=MAIL, entity=entity_code), by)
        return only(given, PersonEnrolled).person

    def seat(self, entity_code: str, role: str, by: Actor, *, body: str | None = None) -> Actor:
        """Enrol and appoint a person; return the actor that person is."""
        person = self.enrol(entity_code, by)
        made = only(self.give(appointing(person, entity_code, role, body=body, since=self.now), by), PersonAppointed)
        return actor_of(made)

    def equip(self, holder: Actor, by: Actor, *, expires: datetime | None = None) -> str:
        """Issue a key; return its id."""
        given = self.give(issuing(holder, expires=expires or self.now + YEAR, seed=str(self.given)), by)
        return only(given, KeyIssued).key


def appointing(
    person: str,
    seat: str,
    role: str,
    *,
    body: str | None = None,
    since: datetime = FOUNDED,
    until: datetime | None = None,
) -> Appoint:
    """Return the command that appoints a person."""
    return Appoint(person=person, seat=seat, delegation=None, body=body, role=role, since=since, until=until)


def issuing(
    holder: Actor, *, expires: datetime = FOUNDED + YEAR, scopes: tuple[str, ...] = ("read", "act"), seed: str = "key"
) -> IssueKey:
    """Return the command that issues a key to an actor's appointment."""
    return IssueKey(
        appointment=holder.appointment, secret_digest=secret(seed), label=None, scopes=scopes, expires=expires
    )


def actor_of(made: PersonAppointed) -> Actor:
    """Return the actor that an appointed person is."""
    return Actor(
        person=made.person,
        entity=made.seat,
        role=made.role,
        appointment=made.appointment,
        delegation=made.delegation,
        body=made.body,
    )


def founded() -> Stream:
    """Return a founded register."""
    stream = Stream()
    stream.give(founding())
    return stream


def staffed(role: str = "coordinator") -> tuple[Stream, Actor]:
    """Return a bootstrapped register and its first coordinator, or head."""
    stream = founded()
    return stream, actor_of(only(stream.give(bootstrapping(role)), PersonAppointed))


def only(events: Iterable[Event], kind: type[E]) -> E:
    """Return the one event of a kind among others."""
    found = [event for event in events if isinstance(event, kind)]
    assert len(found) == 1, list(events)
    return found[0]


def refusal(events: Iterable[Event]) -> str:
    """Return the name of the refusal that is the whole answer."""
    return only(events, CommandRefused).reason


def field_of(events: Iterable[Event]) -> str:
    """Return the argument that a refusal complains of."""
    refused = only(events, CommandRefused)
    assert refused.reason == "BadArgument"
    return str(refused.facts["field"])


def told(stream: Stream, notice: str) -> list[tuple[str, str]]:
    """Return whom the last notice of a kind went to, as entity and role."""
    sent = [effect for effect in stream.effects if isinstance(effect, Notify) and effect.notice == notice]
    return [(addressee.entity, addressee.role) for addressee in sent[-1].to] if sent else []
