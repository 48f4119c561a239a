"""Routes of commands, declared as a table: an address, the command it takes, the stream it goes to."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from inspect import Parameter, Signature, cleandoc
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, Discriminator, Tag

from services.api.arguments import request_model
from services.api.command.schemas import CommandRead
from services.api.dependencies import BodyPath, EntityPath, IdPath, NumberPath
from services.api.desk import Desk, DeskDep
from services.api.editing import Edited, IfMatch, Match, changed_since, match_needed, match_of
from services.api.preview.asking import ask
from services.api.preview.schemas import CommandPreviewRead
from services.api.problem.describing import describe
from services.api.reading import Viewer
from services.api.refused import HIDING, Refused
from services.api.refusing import OF_COMMANDS, refusals_of
from services.commands.outside import outside_of
from services.commands.submit import Answer
from services.domain.message import Command, command_kind

COMMANDS = "x-commands"
CHANGED = "ChangedSince"
#: Which arguments of the command stand in the address, by the place of each.
PLACED = "x-placed"
IN_ADDRESSES: Mapping[str, Any] = {"body": BodyPath, "number": NumberPath, "id": IdPath, "code": EntityPath}
PLACE = re.compile(r"{(\w+)}")
Places = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where a command goes as things stand, with the arguments that the address gives."""

    stream: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


PreviewQuery = Annotated[
    bool,
    Query(
        description="Only say what the command would do if it were sent now: its events, the refusal if it would be "
        "one, every letter as its readers would read it, and what goes by itself afterwards. Nothing is recorded but "
        "a denial."
    ),
]
#: Finds the target of an address in the record; refuses if there is none, or none for the viewer.
Find = Callable[[Viewer, Places, str], Awaitable[Target]]
#: Makes sure that what an address names is there for the viewer; refuses if it is not.
Look = Callable[[Viewer, Places], Awaitable[object]]


def nothing_more(_answer: Answer) -> Mapping[str, Any]:
    """Add nothing to an answer."""
    return {}


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandRoute:
    """
    One route of a command.

    ``stream`` is the stream's name with the places of ``path`` in it, and ``find`` looks it up where that cannot be
    said. ``placed`` names the fields that places of the address fill. ``also`` are kinds of other nouns that the route
    takes, as things stand. ``edits`` is what several people edit by it; ``needs_match`` says that such an edit has to
    say on what it builds, for nothing in its body does. ``look`` tells a denial of what the caller may not even know
    from any other.
    """

    command: type[Command]
    path: str
    stream: str
    placed: Mapping[str, str] = field(default_factory=dict)
    find: Find | None = None
    look: Look | None = None
    also: tuple[str, ...] = ()
    edits: Edited | None = None
    needs_match: bool = False
    answer: type[CommandRead] = CommandRead
    more: Callable[[Answer], Mapping[str, Any]] = nothing_more

    @property
    def noun(self) -> str:
        """Return the noun whose command it is."""
        return self.stream.partition("/")[0]

    @property
    def kind(self) -> str:
        """Return the command's kind."""
        return command_kind(self.command)

    async def target(self, desk: Desk, places: Places) -> Target:
        """Return where the command goes."""
        if self.find is not None:
            async with desk.viewer() as viewer:
                return await self.find(viewer, places, self.kind)
        placed = {name: places[place] for name, place in self.placed.items()}
        return Target(stream=self.stream.format_map(places), arguments=placed)

    async def preview(self, desk: Desk, places: Places, sent: BaseModel | None, match: Match) -> CommandPreviewRead:
        """Say what the command would do if it were sent now."""
        target = await self.target(desk, places)
        arguments = {**_arguments(sent), **target.arguments}
        look = self.look
        shown = None if look is None else lambda viewer: look(viewer, places)
        return await ask(desk, target.stream, self.kind, arguments, look=shown, edition=match.edition)

    async def hand_in(self, desk: Desk, places: Places, sent: BaseModel | None, match: Match) -> CommandRead:
        """Take the command in and answer with what became of it."""
        target = await self.target(desk, places)
        arguments = {**_arguments(sent), **target.arguments}
        try:
            answer = await desk.submit(target.stream, self.kind, arguments, edition=match.edition)
        except Refused as refusal:
            if refusal.name in HIDING and self.look is not None:
                async with desk.viewer() as viewer:
                    await self.look(viewer, places)
            if refusal.name == CHANGED and self.edits is not None:
                async with desk.viewer() as viewer:
                    which = str(places.get("id", places.get("code", "")))
                    stream = target.stream
                    raise await changed_since(viewer.connection, stream, self.edits, match, refusal, which) from refusal
            raise
        return desk.show(self.answer, desk.told(answer, **self.more(answer)))


def command_router(tag: str, routes: Iterable[CommandRoute]) -> APIRouter:
    """Return a router of command routes; ``tag`` is the resource they belong to."""
    router = APIRouter()
    for route in routes:
        described = cleandoc(route.command.__doc__ or "")
        commands = [f"{route.noun}/{route.kind}", *route.also]
        router.add_api_route(
            route.path,
            endpoint_of(tag, route),
            methods=["POST"],
            response_model=either(route.answer),
            summary=route.kind.replace("_", " ").capitalize(),
            description=described,
            operation_id=f"{tag}_{route.kind}",
            responses={
                HTTPStatus.ACCEPTED: {"model": route.answer, "description": "Taken in, to be decided"},
                **describe(_met(route, commands)),
            },
            openapi_extra={
                COMMANDS: commands,
                PLACED: {place: argument for argument, place in route.placed.items()},
            },
        )
    return router


def either(answer: type[CommandRead]) -> Any:
    """Return the type of what a route answers: what became of its command, or what would."""
    done, tried = Annotated[answer, Tag("done")], Annotated[CommandPreviewRead, Tag("tried")]
    tell = Discriminator(lambda told: "tried" if isinstance(told, CommandPreviewRead) else "done")
    return Annotated[done | tried, tell]


def endpoint_of(tag: str, route: CommandRoute) -> Callable[..., Any]:
    """Return the function that serves a route, with the signature that its address and its command give it."""
    model = request_model(
        route.command,
        name=f"{tag.capitalize()}{route.command.__name__}",
        outside=outside_of(route.noun, route.kind),
        placed=frozenset(route.placed),
        is_record=route.noun != "register",
    )
    places = PLACE.findall(route.path)

    async def hand_in(**given: Any) -> CommandRead | CommandPreviewRead:
        placed = {name: given[name] for name in places}
        match = match_of(given.get("if_match"))
        if given["preview"]:
            return await route.preview(given["desk"], placed, given["sent"], match)
        if route.edits is not None and route.needs_match and given["if_match"] is None:
            raise match_needed(route.edits, placed)
        return await route.hand_in(given["desk"], placed, given["sent"], match)

    may_be_empty = not any(field.is_required() for field in model.model_fields.values())
    sent: Any = Annotated[model | None, Body()] if may_be_empty else model
    signature = [
        *(_parameter(name, IN_ADDRESSES[name]) for name in places),
        _parameter("desk", DeskDep),
        _parameter("preview", PreviewQuery, default=False),
        *([_parameter("if_match", IfMatch, default=None)] if route.edits else []),
        _parameter("sent", sent, default=None if may_be_empty else Parameter.empty),
    ]
    hand_in.__signature__ = Signature(signature)  # type: ignore[attr-defined]
    hand_in.__name__ = f"{tag}_{route.kind}"
    return hand_in


def _met(route: CommandRoute, commands: Sequence[str]) -> frozenset[str]:
    """Return the names of the problems that a route may meet."""
    met = OF_COMMANDS.union(*map(refusals_of, commands))
    if route.edits is None:
        return met - {CHANGED}
    return met | {CHANGED} | ({"MatchNeeded"} if route.needs_match else set())


def _arguments(sent: BaseModel | None) -> dict[str, Any]:
    return sent.model_dump(exclude_unset=True, exclude_none=True) if sent else {}


def _parameter(name: str, annotation: Any, *, default: Any = Parameter.empty) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
