"""What a request asks for behind the question mark: a slip there is said, and never taken for something else."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel

from services.api.reading import ENGINE_ENTITY, Viewer
from services.api.refused import not_found
from services.wire.message import Fault, Malformed

#: By the parameter that names one: what has to be there.
ENTITIES, BODIES = ("entity", "owner"), ("body",)
#: A calendar may add to an address what it likes.
UNASKED = ".ics"


async def known_query(request: Request) -> None:
    """
    Make sure that a route knows every parameter that was sent to it; a misspelt `preview` would otherwise be an act.

    Raises:
        Malformed: it does not know one.
    """
    if request.url.path.endswith(UNASKED):
        return
    known = sorted(set(_parameters(request.scope["route"].dependant)))
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        known_here = f"known are {', '.join(known)}" if known else "none is known here"
        faults = (Fault(field=name, rule=f"is not a parameter known here; {known_here}") for name in unknown)
        raise Malformed("query", tuple(faults))


def look_for_named(viewer: Viewer, request: Request) -> None:
    """
    Make sure that the entity and the body by which a list is to be cut down are there.

    Raises:
        Refused: there is none of that code.
    """
    entities = {ENGINE_ENTITY, *(entity.code for entity in viewer.register.membership.entities)}
    bodies = {charter.code for charter in viewer.register.charters}
    for what, parameters, codes in (("entity", ENTITIES, entities), ("body", BODIES, bodies)):
        for parameter in parameters:
            named = request.query_params.get(parameter)
            if named and named not in codes:
                raise not_found(what, named)


def _parameters(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (part.alias or name for name, part in kind.model_fields.items())
        else:
            yield field.alias
    for needed in dependant.dependencies:
        yield from _parameters(needed)
