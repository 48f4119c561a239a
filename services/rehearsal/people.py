"""The people of a rehearsal: whoever the steps name, and for every entity somebody who is written to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from services.access.request import principal_of
from services.commands.bootstrap import bootstrap
from services.commands.principal import Caller
from services.commands.register_view import STREAM, current_register
from services.commands.submit import Answer, Submission
from services.domain.membership import Membership, ParticipationStatus
from services.domain.message import Actor
from services.domain.register.state import LEADING, Register, Role, Scope
from services.rehearsal.scenario import SYSTEM, Scenario
from services.rehearsal.seat import NotSeated
from services.rehearsal.stage import Stage

KEY_LIFE: Final = timedelta(days=300)


@dataclass
class People:
    """Everybody with a seat, by ``PLACE/role``."""

    stage: Stage
    membership: Membership
    actors: dict[str, Actor] = field(default_factory=dict)
    _leads: dict[str, str | None] = field(default_factory=dict)

    async def caller(self, who: str) -> Caller:
        """Return somebody as they stand at the door now, with every scope."""
        actor = self.actors[who]
        async with self.stage.record.single() as connection:
            register = await current_register(connection)
        return _caller(actor, register, self.stage)

    async def take_seats(self, scenario: Scenario) -> None:
        """
        Give everybody their seat, in waves that each rest on the one before.

        Raises:
            NotSeated: somebody cannot have it.
        """
        self.actors.update(self.stage.seated)
        coordinator = f"{self.membership.convenor}/{Role.COORDINATOR}"
        if coordinator not in self.actors:
            await self._bootstrap(coordinator)
        self._leads = {seat: body_led(seat, scenario) for seat in seats_of(scenario)}
        seats = [seat for seat in self._leads if seat not in self.actors]
        heads = [seat for seat in seats if seat.endswith(f"/{Role.HEAD_OF_ENTITY}")]
        await self._seat(heads, lambda _entity: coordinator)
        others = [seat for seat in seats if seat not in heads]
        await self._seat(others, lambda entity: f"{entity}/{Role.HEAD_OF_ENTITY}")

    async def _bootstrap(self, who: str) -> None:
        entity, _, role = who.partition("/")
        answer, _ = await bootstrap(
            door=self.stage.door,
            vault=self.stage.vault,
            arguments={"name": _name(who), "address": _address(who), "entity": entity, "role": role},
            expires=self.stage.clock.at + KEY_LIFE,
        )
        self._admit(who, entity, None, answer, _fact(answer, "person"))

    async def _seat(self, seats: Iterable[str], by: Any) -> None:
        """Enrol and appoint several at once, each by whoever ``by`` names for their entity."""
        places = {seat: self._place(seat) for seat in seats}
        enrolled = await _all_of(
            self._submit(by(entity), "enrol_person", name=_name(seat), address=_address(seat), entity=entity)
            for seat, (entity, _) in places.items()
        )
        persons = [_fact(answer, "person") for answer in enrolled]
        appointed = await _all_of(
            self._submit(
                by(entity),
                "appoint",
                person=person,
                seat=entity,
                role=seat.partition("/")[2],
                **({"delegation": delegation} if delegation else {}),
                **({"body": body} if (body := self._leads.get(seat)) else {}),
            )
            for (seat, (entity, delegation)), person in zip(places.items(), persons, strict=True)
        )
        for (seat, (entity, delegation)), person, answer in zip(places.items(), persons, appointed, strict=True):
            self._admit(seat, entity, delegation, answer, person)

    def _place(self, seat: str) -> tuple[str, str | None]:
        """Return the entity of a seat, and the delegation of it that the seat is for."""
        place = seat.partition("/")[0]
        if self.membership.entity(place) is not None:
            return place, None
        return next(e.code for e in self.membership.entities for d in e.delegations if d.code == place), place

    async def _submit(self, who: str, kind: str, **arguments: Any) -> Answer:
        submission = Submission(stream=STREAM, kind=kind, arguments=arguments)
        answer = await self.stage.door.submit(await self.caller(who), submission)
        if answer.outcome is None or answer.refusal is not None:
            why = answer.refusal["sentence"] if answer.refusal else "the engine did not answer"
            raise NotSeated(f"{arguments.get('name') or arguments.get('role')}: {why}")
        return answer

    def _admit(self, who: str, entity: str, delegation: str | None, answer: Answer, person: str) -> None:
        self.actors[who] = Actor(
            person=person,
            entity=entity,
            role=who.partition("/")[2],
            appointment=_fact(answer, "appointment"),
            delegation=delegation,
            body=self._leads.get(who),
        )


async def _all_of(submissions: Iterable[Awaitable[Answer]]) -> list[Answer]:
    """
    Wait for several submissions to the last.

    Raises:
        NotSeated: of those that could not be made, the first.
    """
    answers = await asyncio.gather(*submissions, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]


def body_led(seat: str, scenario: Scenario) -> str | None:
    """Return the body a chair or coordinator is appointed for; ``None`` for all, or for a seat that leads none."""
    entity, _, role = seat.partition("/")
    led = [charter.code for charter in scenario.charters if charter.chair_entity == entity]
    leads_some = role in LEADING and 0 < len(led) < len(scenario.charters)
    return led[0] if leads_some and (role, entity) != (Role.COORDINATOR, scenario.membership.convenor) else None


def seats_of(scenario: Scenario) -> tuple[str, ...]:
    """
    Return who needs a seat: whoever a step names, and two heads for every entity at the table.

    Of a convenor or chair without a status, only the coordinator and whoever is named (domain.md R1-7).
    """
    membership = scenario.membership
    at_the_table = [
        entity.code
        for entity in membership.entities
        if entity.status_at(scenario.starts) not in (None, ParticipationStatus.FORMER)
    ]
    named = [step.by for step in scenario.steps if step.by != SYSTEM]
    places = {d.code: e.code for e in membership.entities for d in e.delegations} | {
        e.code: e.code for e in membership.entities
    }
    heads = [f"{places[who.partition('/')[0]]}/{Role.HEAD_OF_ENTITY}" for who in named]
    written_to = [f"{code}/{role}" for code in at_the_table for role in (Role.HEAD_OF_ENTITY, Role.HEAD_OF_DELEGATION)]
    chairs = [f"{charter.chair_entity}/{Role.CHAIR}" for charter in scenario.charters]
    own = [f"{membership.convenor}/{role}" for role in (Role.HEAD_OF_ENTITY, Role.COORDINATOR)]
    everybody = dict.fromkeys((*own, *heads, *written_to, *chairs, *named))
    kept = {*named, f"{membership.convenor}/{Role.COORDINATOR}"}
    has_status = {e.code for e in membership.entities if e.status_at(scenario.starts) is not None}
    return tuple(seat for seat in everybody if seat in kept or places[seat.partition("/")[0]] in has_status)


def _caller(actor: Actor, register: Register, stage: Stage) -> Caller:
    status = register.membership.status_at(actor.entity, stage.clock.at)
    return Caller(
        actor=actor,
        principal=principal_of(actor=actor, status=status, scopes=frozenset(Scope)),
        key="rehearsal",
    )


def _fact(answer: Answer, name: str) -> str:
    if answer.outcome is None or answer.refusal is not None:
        raise NotSeated(answer.refusal["sentence"] if answer.refusal else "the engine did not answer")
    return str(next(event.facts[name] for event in answer.outcome.events if name in event.facts))


def _name(seat: str) -> str:
    place, _, role = seat.partition("/")
    return f"{role.replace('_', ' ').capitalize()} of {place}"


def _address(seat: str) -> str:
    place, _, role = seat.partition("/")
    return f"{role}@{place.lower().replace('_', '-')}.example"
