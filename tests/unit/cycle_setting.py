"""Builders for tests of cycles and bodies: the Dialogue's table and procedure, and streams under their deciders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from services.domain.cycle import commands as asked
from services.domain.cycle.decider import DECIDER
from services.domain.cycle.records import (
    ContributionKind,
    CycleKind,
    InvitationAnswer,
    MeetingMode,
    Presence,
    Purpose,
)
from services.domain.cycle.state import Cycle
from services.domain.cycle.text import Text, TextKind
from services.domain.membership import Delegation, Entity, Membership
from services.domain.message import (
    ENGINE,
    Actor,
    Command,
    CommandRefused,
    Content,
    Context,
    Decider,
    Effect,
    Event,
    Notify,
    OnBehalf,
    StartProcess,
    Tell,
    TimePassed,
)
from services.domain.procedure import (
    Cadence,
    Debtor,
    Period,
    PeriodKind,
    Procedure,
    Rounding,
    SilenceParameters,
    Step,
    WrittenParameters,
)
from tests.unit.action_setting import LADDER
from tests.unit.calendar_setting import MEMBERS, membership, pinned_table, utc, weeks_of

S = TypeVar("S")
WORDS = Content(address="address", commitment="commitment", size=5, digest="digest")
ALL = ("INTERPOL", "AFRIPOL", "AIMC", "AMERIPOL", "ASEANAPOL", "EUROPOL", "FRONTEX", "GCCPOL", "UNODC", "SCO")
#: a session of the Dialogue, 09:00 in Lyon, long announced
STARTS = "2028-06-13 07:00"
ENDS = "2028-06-14 15:00"
#: the session is closed
CLOSED = "2028-06-14 15:00"
#: Monday 19 June 2028, 09:00 in Lyon: 72 hours hold two whole common working days
MONDAY = "2028-06-19 07:00"
PROPOSED = "2027-06-20 08:00"
CONVENED = "2028-01-10 08:00"


#: scenario 20: five in person, Europol remote, AFRIPOL and ASEANAPOL absent
HYBRID = {
    **dict.fromkeys(("INTERPOL", "AIMC", "AMERIPOL", "FRONTEX", "GCCPOL"), Presence.IN_PERSON),
    "EUROPOL": Presence.REMOTE,
    "AFRIPOL": Presence.ABSENT,
    "ASEANAPOL": Presence.ABSENT,
}


def words(text: str) -> Content:
    """Return a reference to a text, told apart by it."""
    return Content(address=f"address of {text}", commitment=text, size=len(text), digest=f"digest of {text}")


def two_bodies() -> Membership:
    """Return the table of the Dialogue: eight members, a guest, and observers of which SCO comes with two bodies."""
    known = membership()
    return replace(known, entities=tuple(_with_two_delegations(e) if e.code == "SCO" else e for e in known.entities))


def without_convenor() -> Membership:
    """Return the table without the line of policy that makes INTERPOL a member (R1-7)."""
    known = two_bodies()
    return replace(
        known, entities=tuple(replace(e, statuses=()) if e.code == "INTERPOL" else e for e in known.entities)
    )


def days_before(n: int) -> Period:
    """Return a period of n calendar days before."""
    return Period(kind=PeriodKind.CALENDAR_DAYS, days=-n)


def elapsed(hours: float) -> Period:
    """Return an elapsed period."""
    return Period(kind=PeriodKind.ELAPSED, elapsed=timedelta(hours=hours))


#: lead times of the Dialogue (domain.md 5.1)
STEPS = (
    Step(label="convening", offset=days_before(120), debtor=Debtor.CONVENOR, rounding=Rounding.EARLIER),
    Step(label="provisional_agenda", offset=days_before(90), debtor=Debtor.CHAIR, rounding=Rounding.EARLIER),
    Step(label="annotated_agenda", offset=days_before(30), debtor=Debtor.CHAIR, rounding=Rounding.LATER),
    Step(label="credentials", offset=days_before(21), debtor=Debtor.EACH_ENTITY, rounding=Rounding.LATER),
    Step(label="contributions", offset=days_before(14), debtor=Debtor.EACH_ENTITY, rounding=Rounding.LATER),
)
SILENCE = SilenceParameters(
    period=elapsed(72),
    min_common_working_days=2,
    extensions=1,
    delivery_tolerance=timedelta(hours=1),
    service_after=timedelta(hours=24),
    deaf_tolerance=timedelta(minutes=5),
    deaf_floor=timedelta(hours=4),
    to_meeting_within=timedelta(hours=24),
    more_time=timedelta(hours=24),
    correction_stop=timedelta(hours=24),
    reopen_minimum=timedelta(hours=24),
    redraft_period=None,
    max_rounds=3,
)


def procedure(steps: tuple[Step, ...] = STEPS) -> Procedure:
    """Return the procedure of the high-level Dialogue."""
    return Procedure(
        name="high-level-dialogue",
        version=1,
        digest="procedure",
        cadence=Cadence(
            rrule="FREQ=YEARLY;BYMONTH=6;BYDAY=2TU",
            zone="Europe/Paris",
            local_start="09:00",
            session=timedelta(days=2),
        ),
        steps=steps,
        quorum_of="members",
        quorum_present=("in_person", "remote"),
        decision="consensus",
        silence=SILENCE,
        written=WrittenParameters(period=Period(kind=PeriodKind.COMMON_WORKING_DAYS, days=10)),
        actions=LADDER,
        day_ends="17:00",
    )


def proposal(
    *,
    starts: str = STARTS,
    ends: str = ENDS,
    clear: bool = True,
    table: Membership | None = None,
    steps: tuple[Step, ...] = STEPS,
) -> asked.ProposeCycle:
    """Return the proposal of the ninth cycle of the Dialogue."""
    return asked.ProposeCycle(
        body="dialogue",
        number=9,
        cycle_kind=CycleKind.ORDINARY,
        starts=utc(starts),
        ends=utc(ends),
        zone="Europe/Paris",
        chair_entity="INTERPOL",
        procedure=procedure(steps),
        calendar=pinned_table(),
        membership=table or two_bodies(),
        clear=clear,
        backlog=("a-old",),
    )


@dataclass(kw_only=True)
class Stream(Generic[S]):
    """One stream under its decider: what was decided, and what followed."""

    decider: Decider[S]
    known: S | None = None
    events: list[Event] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    commands: int = 0

    @property
    def state(self) -> S:
        """Return the state of a stream that has begun."""
        assert self.known is not None
        return self.known

    def give(self, command: Command, at: datetime | str, by: str | None = None, **how: Any) -> list[Event]:
        """
        Decide a command at an instant and take over its events.

        ``by`` names an entity, or one of its delegations after a slash; without it the engine acts. ``behalf`` names
        the entity a paper is from; ``waiver`` is the reason of a waiver.
        """
        instant = utc(at) if isinstance(at, str) else at
        self.commands += 1
        context = context_of(instant, by, number=self.commands, **how)
        return self.take(self.decider.decide(self.known, command, context))

    def take(self, events: Iterable[Event]) -> list[Event]:
        """Take over events and their effects."""
        taken = list(events)
        for event in taken:
            self.known = self.decider.evolve(self.known, event)
            if self.known is not None:
                self.effects += self.decider.effects(self.known, event)
        self.events += taken
        return taken

    def pass_to(self, at: datetime | str) -> list[Event]:
        """Let time pass to an instant, deciding everything that comes due on the way."""
        until, came = utc(at) if isinstance(at, str) else at, []
        while (due := self.decider.due(self.state)) and due.at <= until:
            came += self.give(TimePassed(label=due.label, due_at=due.at, processed_at=due.at), due.at)
        return came

    def told(self, stream: str) -> list[Command]:
        """Return what another aggregate was told."""
        return [effect.command for effect in self.effects if isinstance(effect, Tell) and effect.stream == stream]

    def started(self) -> dict[str, Command]:
        """Return the processes started, with their first commands."""
        return {effect.stream: effect.command for effect in self.effects if isinstance(effect, StartProcess)}

    def letters(self, notice: str) -> list[tuple[str, ...]]:
        """Return to which entities each letter of a name went."""
        return [
            tuple(to.entity for to in effect.to)
            for effect in self.effects
            if isinstance(effect, Notify) and effect.notice == notice
        ]


def context_of(
    at: datetime, by: str | None, *, number: int, behalf: str | None = None, waiver: Content | None = None
) -> Context:
    """Return the context of an act."""
    entity, _, delegation = (by or "").partition("/")
    actor = (
        Actor(person="p-1", entity=entity, role="any", appointment="ap-1", delegation=delegation or None)
        if by
        else ENGINE
    )
    return Context(
        at=at,
        actor=actor,
        command_id=f"{number:016x}".ljust(64, "0"),
        recorded_at=at,
        on_behalf=OnBehalf(entity=behalf, received_at=at, evidence=WORDS) if behalf else None,
        waiver=waiver,
    )


def proposed(command: asked.ProposeCycle | None = None, at: str = PROPOSED) -> Stream[Cycle]:
    """Return the stream of a proposed cycle."""
    stream = Stream(decider=DECIDER)
    stream.give(command or proposal(), at)
    return stream


def convened(command: asked.ProposeCycle | None = None, at: str = CONVENED, announced: str = PROPOSED) -> Stream[Cycle]:
    """Return the stream of a cycle that was convened in time."""
    stream = proposed(command, announced)
    stream.give(asked.Convene(mode=MeetingMode.HYBRID, place=WORDS), at, "INTERPOL")
    return stream


def in_session(
    present: dict[str, Presence] | None = None, command: asked.ProposeCycle | None = None, at: str = STARTS
) -> Stream[Cycle]:
    """Return the stream of a cycle in session, all members present in person unless said otherwise."""
    stream = convened(command)
    everybody = dict.fromkeys(MEMBERS, Presence.IN_PERSON) if present is None else present
    for entity, presence in everybody.items():
        stream.give(asked.RecordPresence(entity=entity, presence=presence), at, "INTERPOL")
    stream.give(asked.OpenSession(), at, "INTERPOL")
    return stream


def tabled(stream: Stream[Cycle], at: str = STARTS) -> str:
    """Table a joint communique of three paragraphs and return its id."""
    stream.give(communique(), at, "INTERPOL")
    return text_of(stream).id


def text_of(stream: Stream[Cycle]) -> Text:
    """Return the text tabled last."""
    return stream.state.texts[-1]


def communique(kind: TextKind = TextKind.JOINT_COMMUNIQUE) -> asked.TableText:
    """Return the tabling of a text of three paragraphs."""
    return asked.TableText(
        title=words("communique"),
        kind=kind,
        paragraphs={number: words(number) for number in ("5a", "5b", "6")},
        content=words("whole"),
    )


def amendment(stream: Stream[Cycle], text: str, paragraph: str = "5b", base: int | None = None) -> asked.Amend:
    """Return an amendment of a paragraph of the version before the members."""
    found = stream.state.text(text)
    assert found is not None
    return asked.Amend(
        text=text,
        base_version=found.version if base is None else base,
        paragraph=paragraph,
        content=words(f"{paragraph} of {found.next_version}"),
        whole=words(f"whole {found.next_version}"),
    )


def dissociation(text: str, paragraph: str = "5b", version: int = 1) -> asked.Dissociate:
    """Return a dissociation from a paragraph."""
    return asked.Dissociate(text=text, version=version, paragraph=paragraph, statement=words("statement"))


def pending(present: dict[str, Presence] | None = None) -> Stream[Cycle]:
    """Return the stream of a cycle whose communique was adopted ad referendum and whose session is closed."""
    stream = in_session(present or HYBRID)
    text = tabled(stream)
    stream.give(asked.AdoptText(text=text, version=1), STARTS, "INTERPOL")
    stream.give(asked.CloseSession(), CLOSED, "INTERPOL")
    return stream


def answer(value: str = "accepted") -> asked.Respond:
    """Return an answer to the convening notice."""
    return asked.Respond(answer=InvitationAnswer(value))


def item(purpose: Purpose = Purpose.DISCUSSION, **how: Any) -> asked.ProposeItem:
    """Return the proposal of an agenda item."""
    return asked.ProposeItem(title=WORDS, purpose=purpose, **how)


def contribution(kind: str = "written_contribution", **how: Any) -> asked.Contribute:
    """Return a contribution."""
    return asked.Contribute(kind=ContributionKind(kind), content=WORDS, **how)


def reason_of(events: list[Event]) -> str:
    """Return the name of the refusal that a command was answered with."""
    assert len(events) == 1, events
    assert isinstance(events[0], CommandRefused), events
    return events[0].reason


def facts_of(events: list[Event]) -> dict[str, Any]:
    """Return the facts of the refusal that a command was answered with."""
    assert isinstance(events[0], CommandRefused), events
    return dict(events[0].facts)


def kinds(events: Iterable[Event]) -> list[str]:
    """Return the names of events."""
    return [type(event).__name__ for event in events]


def _with_two_delegations(entity: Entity) -> Entity:
    places = {"SCO_SECRETARIAT": "Asia/Shanghai", "SCO_RATS_EC": "Asia/Tashkent"}
    delegations = tuple(
        Delegation(code=code, names={"en": code}, seat=zone, zone=zone, weeks=weeks_of("SCO"))
        for code, zone in places.items()
    )
    return replace(entity, delegations=delegations)
