"""Whose people a caller may see: its own entity's, or those it asks for."""

from __future__ import annotations

from services.access.request import Resource, ResourceKind
from services.api.reading import Viewer
from services.api.refused import not_found


def people_of(viewer: Viewer, entity: str | None) -> str:
    """
    Return the entity whose people are asked for; empty means everybody's, for who has no entity.

    Raises:
        Refused: there is no such entity, or its people are not for the caller.
    """
    if entity is not None and viewer.register.membership.entity(entity) is None:
        raise not_found("entity", entity)
    wanted = entity or viewer.entity
    viewer.require("read_people", Resource(kind=ResourceKind.REGISTER, id="register", owner=wanted))
    return wanted
