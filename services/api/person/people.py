"""Whose people a caller may see: its own entity's, or those it asks for; others are not there for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.api.reading import Viewer
from services.api.refused import not_found
from services.commands.resource import people_of_entity


def people_of(viewer: Viewer, entity: str | None) -> str:
    """
    Return the entity whose people are asked for; empty means everybody's, for who has no entity.

    Raises:
        Refused: there is no such entity, or its people are not for the caller.
    """
    if entity is not None and viewer.register.membership.entity(entity) is None:
        raise not_found("entity", entity)
    wanted = entity or viewer.entity
    viewer.require("read_people", people_of_entity(wanted))
    return wanted


async def look_at_person(viewer: Viewer, places: Mapping[str, Any]) -> None:
    """
    Make sure that the viewer sees a person.

    Raises:
        Refused: it does not.
    """
    person = viewer.register.persons.get(places["id"])
    _look(viewer, "person", places["id"], person.entity if person else None)


async def look_at_appointment(viewer: Viewer, places: Mapping[str, Any]) -> None:
    """
    Make sure that the viewer sees an appointment.

    Raises:
        Refused: it does not.
    """
    appointment = viewer.register.appointments.get(places["id"])
    _look(viewer, "appointment", places["id"], appointment.seat if appointment else None)


async def look_at_key(viewer: Viewer, places: Mapping[str, Any]) -> None:
    """
    Make sure that the viewer sees a key.

    Raises:
        Refused: it does not.
    """
    key = viewer.register.keys.get(places["id"])
    _look(viewer, "key", places["id"], viewer.register.appointments[key.appointment].seat if key else None)


async def look_at_feed(viewer: Viewer, places: Mapping[str, Any]) -> None:
    """
    Make sure that the viewer sees the key of a feed: their own, or one that they see among their people's.

    Raises:
        Refused: it does not.
    """
    key = viewer.register.keys.get(places["id"])
    if key is None or key.appointment != viewer.caller.actor.appointment:
        await look_at_key(viewer, places)


def _look(viewer: Viewer, what: str, which: str, entity: str | None) -> None:
    if entity is None or not viewer.may("read_people", people_of_entity(entity)):
        raise not_found(what, which)
