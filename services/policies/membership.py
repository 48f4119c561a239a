"""Membership as a file: the form of ``policies/membership/dialogue@2.yaml`` and the domain value it stands for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from services.domain.membership import (
    Delegation,
    Entity,
    Membership,
    ParticipationStatus,
    StatusSince,
)
from services.policies.form import Form, parse_form, wrong
from services.policies.strict_yaml import Document, read_yaml
from services.policies.term import Code, Day, FactForm, Text, ZoneName
from services.policies.zone import midnight
from services.wire.canonical import digest


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


class DelegationForm(Form):
    """One delegation of an entity that sends several."""

    names: NamesForm
    head: HeadForm
    seat: SeatForm

    def delegation(self, code: str) -> Delegation:
        """Return the domain value."""
        return delegation_of(code, self.names, self.head, self.seat)


class EntityForm(Form):
    """A participant: with a seat of its own, or with delegations that have one each."""

    names: NamesForm
    head: HeadForm
    statuses: tuple[StatusForm, ...] = ()
    seat: SeatForm | None = None
    delegations: Annotated[dict[Code, DelegationForm], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _place(self) -> Self:
        if (self.seat is None) == (self.delegations is None):
            wrong("an entity has one seat, or several delegations", "give seat, or delegations")
        return self

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        dates = [each.since for each in self.statuses]
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
        if self.seat is not None:
            return (delegation_of(code, self.names, self.head, self.seat),)
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


def load_membership(folder: Path, reference: str = "dialogue@2") -> Membership:
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


def delegation_of(code: str, names: NamesForm, head: HeadForm, seat: SeatForm) -> Delegation:
    """Return the domain value of a delegation."""
    return Delegation(
        code=code,
        names=names.names(),
        seat=seat.place,
        zone=seat.zone,
        head_title=head.title,
        bases={"names": names.basis(), "head": head.basis(), "seat": seat.basis()},
    )
