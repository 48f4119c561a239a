"""The register under attack: any commands by anybody in any order while time runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import reduce

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.domain.membership import ParticipationStatus
from services.domain.message import ENGINE, Actor, Command, CommandRefused, Event, StartProcess
from services.domain.register.commands import (
    AdoptPolicy,
    Appoint,
    ChangeStatus,
    EndAppointment,
    EnrolPerson,
    ErasePerson,
    IssueKey,
    RevokeKey,
)
from services.domain.register.decider import DECIDER
from services.domain.register.events import (
    AppointmentEnded,
    KeyExpiryNeared,
    KeyIssued,
    KeyRevoked,
    PersonAppointed,
    PersonEnrolled,
    PersonErased,
)
from services.domain.register.state import GOVERNING, LEADING, Appointment, Register, Role
from services.domain.register.tenure import is_equipped, is_seated, key_valid_at
from tests.unit.register_setting import (
    FOUNDED,
    MAIL,
    NAME,
    TABLE,
    Stream,
    actor_of,
    bootstrapping,
    founding,
    procedure,
    refusal,
    secret,
)

codes = st.sampled_from([entity.code for entity in TABLE.entities])
seats = st.one_of(codes, st.sampled_from(["", "NOBODY"]))
bodies = st.sampled_from([None, None, "dialogue", "wg-fa", "wg-xx"])
sound_bodies = st.sampled_from([None, None, "dialogue", "wg-fa"])
roles = st.sampled_from([*Role, "king"])
spans = st.timedeltas(timedelta(days=-400), timedelta(days=800))
picks = st.integers(0, 10_000)
statuses = st.sampled_from(list(ParticipationStatus))
#: who appoints coordinators and chairs
OVER_LEADS = frozenset({Role.HEAD_OF_ENTITY, Role.COORDINATOR})


class RegisterMachine(RuleBasedStateMachine):
    """Runs one stream; every answer is held against what the register was before it."""

    def __init__(self) -> None:
        super().__init__()
        self.stream = Stream()
        pretender = Actor(person="p-x", entity="AIMC", role="head_of_entity", appointment="ap-x")
        self.actors: list[Actor] = [ENGINE, pretender]
        self.revoked: dict[str, datetime] = {}
        self.reminded: list[str] = []

    @property
    def register(self) -> Register:
        """Return the state."""
        return self.stream.register

    @initialize(role=st.sampled_from(["coordinator", "head_of_entity"]))
    def found(self, role: str) -> None:
        """Found the register, with a first key; it starts every body once."""
        self.give(founding(), ENGINE)
        self.give(bootstrapping(role), ENGINE)
        assert sum(isinstance(effect, StartProcess) for effect in self.stream.effects) == 2

    def give(self, command: Command, by: Actor) -> tuple[Event, ...]:
        """Decide a command; there is always an answer, and a refusal stands alone and changes nothing."""
        before = self.stream.state
        events = self.stream.give(command, by)
        assert events
        if any(isinstance(event, CommandRefused) for event in events):
            assert len(events) == 1
            assert self.stream.state == before
        for event in events:
            self.follow(event)
            if before is not None:
                self.check(before, event, by)
        return events

    def follow(self, event: Event) -> None:
        """Keep what the invariants ask about."""
        if isinstance(event, PersonAppointed):
            self.actors.append(actor_of(event))
        elif isinstance(event, KeyRevoked):
            self.revoked[event.key] = event.at
        elif isinstance(event, KeyExpiryNeared):
            self.reminded.append(event.key)

    def check(self, before: Register, event: Event, by: Actor) -> None:
        """Hold an event against who had a right to cause it."""
        if by is ENGINE:
            return
        if isinstance(event, PersonAppointed):
            self.check_reach(before, self.register.appointments[event.appointment], by, event.at, equipping=False)
        elif isinstance(event, AppointmentEnded):
            self.check_reach(before, before.appointments[event.appointment], by, event.at, equipping=False)
        elif isinstance(event, KeyIssued):
            self.check_reach(before, before.appointments[event.appointment], by, event.at, equipping=True)
        elif isinstance(event, KeyRevoked):
            held = before.appointments[before.keys[event.key].appointment]
            self.check_reach(before, held, by, event.at, equipping=True)
        elif isinstance(event, PersonEnrolled):
            assert event.entity == by.entity or not is_seated(before, event.entity, event.at)
        elif isinstance(event, PersonErased):
            entity = before.persons[event.person].entity
            assert entity == by.entity or not is_seated(before, entity, event.at)

    def check_reach(self, before: Register, held: Appointment, by: Actor, at: datetime, *, equipping: bool) -> None:
        """Nobody acts outside the own entity, but the coordinator where there is nobody yet."""
        acting = before.appointments[by.appointment]
        assert acting.holds_at(at)
        assert acting.body in {None, held.body}
        if held.role in LEADING:
            assert acting.seat == held.seat
            assert acting.role in OVER_LEADS
        elif acting.seat == held.seat and acting.role in GOVERNING:
            return
        else:
            assert (acting.seat, acting.role) == ("INTERPOL", Role.COORDINATOR)
            vacant = not is_seated(before, held.seat, at)
            assert vacant or (equipping and not is_equipped(before, held.seat, at)) or held.role is Role.AUDITOR

    def actor(self, pick: int) -> Actor:
        """Pick somebody, whether still appointed or not."""
        return self.actors[pick % len(self.actors)]

    @rule(span=st.timedeltas(timedelta(0), timedelta(days=200)))
    def time_passes(self, span: timedelta) -> None:
        """Let time run; each reminder comes at its own instant."""
        for event in self.stream.pass_to(self.stream.now + span):
            assert isinstance(event, KeyExpiryNeared)
            assert event.at == event.expires - timedelta(days=30)
            self.follow(event)

    @rule(code=codes, role=st.sampled_from(Role), body=sound_bodies, days=st.integers(0, 300))
    def seat_somebody(self, code: str, role: Role, body: str | None, days: int) -> None:
        """Enrol and appoint somebody as whoever may do so would, and give a key, so that the register fills."""
        seat = "" if role is Role.AUDITOR else code
        by = self.competent(seat, role)
        for event in self.give(EnrolPerson(name=NAME, address=MAIL, entity=seat), by):
            if isinstance(event, PersonEnrolled):
                until = self.stream.now + timedelta(days=days) if days else None
                self.appoint_to(event.person, (seat, role, body), (self.stream.now, until), by)
        self.issue_to(self.actors[-1].appointment, timedelta(days=20 + days), ("read",), by)

    def competent(self, seat: str, role: Role) -> Actor:
        """Return somebody who may appoint to a seat, if anybody can."""
        holding = [a for a in self.actors if a.appointment in self.register.appointments]
        current = [a for a in holding if self.register.appointments[a.appointment].holds_at(self.stream.now)]
        own = [a for a in current if a.entity == seat and a.role in (OVER_LEADS if role in LEADING else GOVERNING)]
        leads = [a for a in current if a.role == Role.COORDINATOR and a.entity == "INTERPOL" and a.body is None]
        return next(iter((*own, *leads)), self.actors[-1])

    @rule(by=picks, seat=seats)
    def enrol(self, by: int, seat: str) -> None:
        """Enrol somebody, whoever asks."""
        self.give(EnrolPerson(name=NAME, address=MAIL, entity=seat), self.actor(by))

    @rule(by=picks, whom=picks, place=st.tuples(seats, roles, bodies), span=st.tuples(spans, st.none() | spans))
    def appoint(
        self,
        by: int,
        whom: int,
        place: tuple[str, str, str | None],
        span: tuple[timedelta, timedelta | None],
    ) -> None:
        """Appoint somebody, fit or unfit."""
        persons = [*self.register.persons, "p-none"]
        since = self.stream.now + span[0]
        until = None if span[1] is None else self.stream.now + span[1]
        self.appoint_to(persons[whom % len(persons)], place, (since, until), self.actor(by))

    def appoint_to(
        self, person: str, place: tuple[str, str, str | None], span: tuple[datetime, datetime | None], by: Actor
    ) -> None:
        """Appoint a person to a seat, in a role, for a body."""
        seat, role, body = place
        self.give(
            Appoint(person=person, seat=seat, delegation=None, body=body, role=role, since=span[0], until=span[1]), by
        )

    @rule(whom=picks, until=st.timedeltas(timedelta(0), timedelta(days=30)))
    def end_rightly(self, whom: int, until: timedelta) -> None:
        """End an appointment as whoever may do so would."""
        held = list(self.register.appointments.values())[whom % len(self.register.appointments)]
        command = EndAppointment(appointment=held.appointment, until=self.stream.now + until)
        self.give(command, self.competent(held.seat, held.role))

    @rule(which=picks)
    def revoke_rightly(self, which: int) -> None:
        """Revoke a key as whoever may do so would."""
        key = list(self.register.keys.values())[which % len(self.register.keys)]
        held = self.register.appointments[key.appointment]
        self.give(RevokeKey(key=key.key, reason=None), self.competent(held.seat, held.role))

    @rule(whom=picks)
    def erase_rightly(self, whom: int) -> None:
        """Erase a name as whoever may do so would."""
        persons = list(self.register.persons.values())
        if persons:
            person = persons[whom % len(persons)]
            self.give(ErasePerson(person=person.person), self.competent(person.entity, Role.ALTERNATE))

    @rule(by=picks, whom=picks, until=spans)
    def end(self, by: int, whom: int, until: timedelta) -> None:
        """End an appointment."""
        appointments = [*self.register.appointments, "ap-none"]
        command = EndAppointment(appointment=appointments[whom % len(appointments)], until=self.stream.now + until)
        self.give(command, self.actor(by))

    @rule(by=picks, whom=picks, life=spans, scopes=st.lists(st.sampled_from(["read", "act", "administer", "fly"])))
    def issue(self, by: int, whom: int, life: timedelta, scopes: list[str]) -> None:
        """Issue a key, fit or unfit."""
        appointments = [*self.register.appointments, "ap-none"]
        self.issue_to(appointments[whom % len(appointments)], life, tuple(scopes), self.actor(by))

    def issue_to(self, appointment: str, life: timedelta, scopes: tuple[str, ...], by: Actor) -> None:
        """Issue a key to an appointment."""
        command = IssueKey(
            appointment=appointment,
            secret_digest=secret(f"k{self.stream.given}"),
            label=None,
            scopes=scopes,
            expires=self.stream.now + life,
        )
        self.give(command, by)

    @rule(by=picks, which=picks)
    def revoke(self, by: int, which: int) -> None:
        """Revoke a key."""
        keys = [*self.register.keys, "k-none"]
        self.give(RevokeKey(key=keys[which % len(keys)], reason=None), self.actor(by))

    @rule(by=picks, whom=picks)
    def erase(self, by: int, whom: int) -> None:
        """Erase a name."""
        persons = [*self.register.persons, "p-none"]
        self.give(ErasePerson(person=persons[whom % len(persons)]), self.actor(by))

    @rule(by=picks, code=codes, status=statuses, on=spans)
    def change_status(self, by: int, code: str, status: ParticipationStatus, on: timedelta) -> None:
        """Change a status."""
        self.give(ChangeStatus(entity=code, status=status, on=self.stream.now + on), self.actor(by))

    @rule(by=picks, version=st.integers(0, 4), after=spans)
    def adopt(self, by: int, version: int, after: timedelta) -> None:
        """Adopt a procedure."""
        content = procedure(version=version)
        command = AdoptPolicy(
            kind="procedure",
            name=content.name,
            version=version,
            digest=content.digest,
            in_force=self.stream.now + after,
            content=content,
        )
        self.give(command, self.actor(by))

    @rule(role=roles)
    def start_again(self, role: str) -> None:
        """There is one founding and one bootstrap, ever."""
        assert refusal(self.give(founding(), ENGINE)) == "AlreadyFounded"
        assert refusal(self.give(bootstrapping(role), ENGINE)) == "BootstrapClosed"

    @invariant()
    def state_is_the_fold_of_events(self) -> None:
        """Folding what was recorded gives the state."""
        start: Register | None = None
        assert reduce(DECIDER.evolve, self.stream.events, start) == self.stream.state

    @invariant()
    def revoked_keys_stay_so(self) -> None:
        """From its revocation on a key is valid never again."""
        for key, at in self.revoked.items():
            later = (at, self.stream.now, at + timedelta(days=10_000))
            assert not any(key_valid_at(self.register, key, instant) for instant in later)

    @invariant()
    def keys_are_valid_under_their_appointment_only(self) -> None:
        """A valid key has a holder who holds the appointment, is enrolled, and was told of in time."""
        if self.stream.state is None:
            return
        for key in self.register.keys.values():
            if key_valid_at(self.register, key.key, self.stream.now):
                held = self.register.appointments[key.appointment]
                assert held.holds_at(self.stream.now)
                assert held.person in self.register.persons
                assert key.is_reminded or key.expires - self.stream.now > timedelta(days=30)

    @invariant()
    def nothing_fires_twice_and_nothing_is_overdue(self) -> None:
        """Each key is told of once, and what is due lies ahead."""
        assert len(self.reminded) == len(set(self.reminded))
        if self.stream.state is not None:
            due = DECIDER.due(self.register)
            assert due is None or due.at > self.stream.now

    @invariant()
    def seats_are_single_and_separate(self) -> None:
        """One head a seat, nobody on two entities' seats, nobody on a seat and auditing."""
        if self.stream.state is None:
            return
        now = [a for a in self.register.appointments.values() if a.holds_at(self.stream.now)]
        heads = [a.seat for a in now if a.role is Role.HEAD_OF_ENTITY]
        assert len(heads) == len(set(heads))
        for person in {a.person for a in now}:
            assert len({a.seat for a in now if a.person == person}) == 1

    @invariant()
    def every_answer_is_dated_now_or_before(self) -> None:
        """Instants of events never run ahead."""
        assert all(FOUNDED <= event.at <= self.stream.now for event in self.stream.events)


RegisterMachine.TestCase.settings = settings(
    max_examples=100, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestRegister = RegisterMachine.TestCase
