"""Membership as a file: the form of ``policies/membership/dialogue@1.yaml`` and the domain value it stands for."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from services.domain.membership import (
    Basis,
    Delegation,
    Entity,
    Membership,
    ParticipationStatus,
    StatusSince,
)
from services.domain.working_calendar import WorkingWeek
from services.policies.form import Form, parse_form, wrong
from services.policies.strict_yaml import Document, read_yaml
from services.policies.term import Code, Confidence, Day, Text, WallTime, ZoneName
from services.policies.zone import load_zone
from services.wire.canonical import digest

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ISO_WEEKDAYS: dict[Weekday, int] = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}


class FactForm(Form):
    """Facts that come from one source."""

    source: Annotated[Text, Field(description="where this comes from")]
    confidence: Annotated[Confidence, Field(description="stated, public, knowledge or assumption")]

    def basis(self) -> Basis:
        """Return the domain value of where the facts come from."""
        return Basis(source=self.source, confidence=self.confidence.value)


class NamesForm(FactForm):
    """The full name in each language in which it is known."""

    en: Annotated[Text, Field(description="the name in English")]
    fr: Text | None = None
    es: Text | None = None
    ar: Text | None = None
    ru: Text | None = None

    def names(self) -> dict[str, str]:
        """Return the names by language."""
        given = ((language, getattr(self, language)) for language in ("en", "fr", "es", "ar", "ru"))
        return {language: name for language, name in given if name is not None}


class HeadForm(FactForm):
    """The title of the head."""

    title: Text


class SeatForm(FactForm):
    """Where the secretariat sits."""

    place: Text
    zone: Annotated[ZoneName, Field(description="a name of the IANA database, like Europe/Paris")]


class StatusForm(FactForm):
    """A status from 00:00 of a date in the convenor's zone on (domain.md DD-6)."""

    status: ParticipationStatus
    since: Day


class WeekForm(FactForm):
    """A working week from 00:00 of a date in the delegation's own zone on; half days are among its days (R1-4)."""

    since: Day
    days: Annotated[tuple[Weekday, ...], Field(min_length=1, description="the days worked: mon to sun")]
    closes: Annotated[WallTime, Field(description="the local time at which those days end, such as 17:00")]
    half_days: dict[Weekday, WallTime] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _half_days_worked(self) -> Self:
        if len(set(self.days)) != len(self.days):
            wrong("a day stands twice in days", "name each day once")
        if idle := [day for day in self.half_days if day not in self.days]:
            wrong(f"{idle[0]} is a half day but not among the days worked", f"add {idle[0]} to days")
        return self

    def week(self, zone: str) -> WorkingWeek:
        """Return the domain value for a delegation in a zone."""
        closes = dict.fromkeys(self.days, self.closes) | self.half_days
        return WorkingWeek(
            since=midnight(self.since, zone),
            closes={number: closes[day] for day, number in ISO_WEEKDAYS.items() if day in closes},
            half_days=tuple(number for day, number in ISO_WEEKDAYS.items() if day in self.half_days),
            source=self.source,
            confidence=self.confidence.value,
        )


Weeks = Annotated[tuple[WeekForm, ...], Field(min_length=1)]


class DelegationForm(Form):
    """One delegation of an entity that sends several."""

    names: NamesForm
    head: HeadForm
    seat: SeatForm
    weeks: Weeks

    def delegation(self, code: str) -> Delegation:
        """Return the domain value."""
        return delegation_of(code, self.names, self.head, self.seat, self.weeks)


class EntityForm(Form):
    """A participant: with a seat and weeks of its own, or with delegations that have them."""

    names: NamesForm
    head: HeadForm
    statuses: tuple[StatusForm, ...] = ()
    seat: SeatForm | None = None
    weeks: Weeks | None = None
    delegations: Annotated[dict[Code, DelegationForm], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _place(self) -> Self:
        own = self.seat is not None and self.weeks is not None
        if own == (self.delegations is not None) or (self.seat is None) != (self.weeks is None):
            wrong("an entity has one seat, or several delegations", "give seat and weeks, or delegations")
        return self

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for dated in (self.statuses, self.weeks or ()):
            dates = [each.since for each in dated]
            if dates != sorted(set(dates)):
                wrong("what holds since a date is out of order", "put earlier dates first, each once")
        return self

    def entity(self, code: str, convenor_zone: str) -> Entity:
        """Return the domain value; dates of status are those of the convenor's zone."""
        return Entity(
            code=code,
            names=self.names.names(),
            head_title=self.head.title,
            statuses=tuple(
                StatusSince(
                    status=each.status,
                    since=midnight(each.since, convenor_zone),
                    source=each.source,
                    confidence=each.confidence.value,
                )
                for each in self.statuses
            ),
            delegations=self._delegations(code),
            bases={"names": self.names.basis(), "head": self.head.basis()},
        )

    def _delegations(self, code: str) -> tuple[Delegation, ...]:
        if self.seat is not None and self.weeks is not None:
            return (delegation_of(code, self.names, self.head, self.seat, self.weeks),)
        return tuple(form.delegation(inner) for inner, form in (self.delegations or {}).items())


class MembershipForm(Form):
    """Everybody at the table."""

    membership: Literal["dialogue"]
    version: Annotated[int, Field(ge=1, le=9999)]
    convenor: Annotated[Code, Field(description="the code of the entity that convenes")]
    convenor_zone: Annotated[ZoneName, Field(description="the zone in which a date of status begins")]
    entities: dict[Code, EntityForm]

    def to_membership(self, content_digest: str) -> Membership:
        """Return the domain value."""
        entities = tuple(form.entity(code, self.convenor_zone) for code, form in self.entities.items())
        return Membership(
            digest=content_digest, convenor=self.convenor, convenor_zone=self.convenor_zone, entities=entities
        )


def load_membership(folder: Path, reference: str = "dialogue@1") -> Membership:
    """
    Read the membership of an edition; its digest is that of the file's canonical content.

    Raises:
        PolicyError: there is no such file, or it does not have the form, or names a delegation or convenor amiss.
    """
    path = folder / "membership" / f"{reference}.yaml"
    document = read_yaml(path)
    membership = membership_of(document, digest(document.value))
    if f"dialogue@{document.value['version']}" != path.stem:
        problem = f"this is dialogue@{document.value['version']} in a file named {path.name}"
        raise document.error(("version",), problem, "give file and content the same name and version")
    return membership


def membership_of(document: Document, content_digest: str) -> Membership:
    """
    Return the membership that a document says.

    Raises:
        PolicyError: it does not have the form, or names a delegation or convenor amiss.
    """
    form = parse_form(document, MembershipForm)
    if form.convenor not in form.entities:
        problem = f"{form.convenor} is none of the entities"
        raise document.error(("convenor",), problem, f"name one of {', '.join(form.entities)}")
    for code, entity in form.entities.items():
        for inner in entity.delegations or {}:
            if inner in form.entities:
                place = ("entities", code, "delegations", inner)
                raise document.error(place, "an entity has this code", "give the delegation a code of its own")
    return form.to_membership(content_digest)


def delegation_of(
    code: str, names: NamesForm, head: HeadForm, seat: SeatForm, weeks: tuple[WeekForm, ...]
) -> Delegation:
    """Return the domain value of a delegation."""
    return Delegation(
        code=code,
        names=names.names(),
        seat=seat.place,
        zone=seat.zone,
        weeks=tuple(week.week(seat.zone) for week in weeks),
        head_title=head.title,
        bases={"names": names.basis(), "head": head.basis(), "seat": seat.basis()},
    )


def midnight(on: date, zone: str) -> datetime:
    """Return the UTC instant at which a date begins in a zone."""
    return datetime.combine(on, time(), load_zone(zone)).astimezone(UTC)
