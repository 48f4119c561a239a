"""What routes ask for: the caller reading, the page asked for, ids in addresses and filters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from services.api.asking import look_for_named
from services.api.paging import Asked, asked_page
from services.api.reading import Viewer, reading
from services.commands.principal import NotAuthenticated

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="key",
    bearerFormat="dlg_<id>_<secret>",
    description="An API key, bound to a person under one dated appointment.",
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


def spelt_key(credentials: Credentials) -> str:
    """
    Return the key of a request as it was sent.

    Raises:
        NotAuthenticated: none was sent.
    """
    if credentials is None:
        raise NotAuthenticated("no key was sent; send the header Authorization: Bearer dlg_<id>_<secret>")
    return credentials.credentials


SpeltKey = Annotated[str, Depends(spelt_key)]


async def open_reader(request: Request, key: SpeltKey) -> AsyncIterator[Viewer]:
    """
    Give a viewer of the state as it is now, until the answer is made.

    Raises:
        Refused: the entity or the body asked for is not there.
    """
    async with reading(request.app.state.engine, key, clock=request.app.state.clock) as viewer:
        # an instant among the facts of a problem is told in it
        request.state.zone = viewer.zone
        look_for_named(viewer, request)
        yield viewer


#: The caller, reading; every route that only reads has one, and asks it what may be seen.
Reader = Annotated[Viewer, Depends(open_reader, scope="function")]
AskedPage = Annotated[Asked, Depends(asked_page)]

CODE = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$"
BODY = r"^[a-z0-9][a-z0-9-]{0,39}$"
ID = r"^[a-z]{1,2}-[0-9a-z]{1,40}$"
HEX = r"^[0-9a-f]{64}$"
MOST_CYCLES = 1_000_000

EntityPath = Annotated[str, Path(pattern=CODE, description="The code of an entity.", examples=["AFRIPOL"])]
BodyPath = Annotated[str, Path(pattern=BODY, description="The code of a body.", examples=["dialogue"])]
NumberPath = Annotated[int, Path(ge=1, le=MOST_CYCLES, description="The number of a cycle of the body.")]
IdPath = Annotated[str, Path(pattern=ID, description="An opaque id.")]
VersionPath = Annotated[int, Path(ge=1, le=MOST_CYCLES, description="The number of a version.")]
CommandPath = Annotated[str, Path(pattern=HEX, description="The id of a command.")]

EntityQuery = Annotated[str | None, Query(pattern=CODE, description="The code of an entity.")]
EverybodyQuery = Annotated[bool, Query(description="Of everybody one may see; without it of one's own entity.")]
BodyQuery = Annotated[str | None, Query(pattern=BODY, description="The code of a body.")]
CycleQuery = Annotated[int | None, Query(ge=1, le=MOST_CYCLES, description="The number of a cycle; with `body`.")]
