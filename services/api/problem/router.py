"""The pages behind the types of problems; they ask nobody who they are, and tell of nobody."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Response

from services.api.problem.catalogue import KINDS, NAMES, PLACE, type_of
from services.api.problem.describing import describe
from services.api.problem.language import language_of
from services.api.problem.schemas import ProblemKindRead, ProblemKindsRead
from services.api.refused import not_found

router = APIRouter(tags=["problem"])
AcceptLanguage = Annotated[str | None, Header(max_length=200, description="`en` or `fr`; English unless asked.")]
NamePath = Annotated[
    str,
    Path(pattern=r"^[a-z][a-z-]{0,59}$", description="The last part of a type.", examples=["silence-not-open"]),
]


@router.get(PLACE.rstrip("/"), responses=describe({"Malformed"}))
async def list_problems(response: Response, accept_language: AcceptLanguage = None) -> ProblemKindsRead:
    """List every kind of problem: what each means and what to do about it."""
    language = _told_in(response, accept_language)
    return ProblemKindsRead(items=tuple(page_of(name, language) for name in sorted(KINDS)))


@router.get(f"{PLACE}{{name}}", responses=describe({"Malformed", "NotFound"}))
async def read_problem(name: NamePath, response: Response, accept_language: AcceptLanguage = None) -> ProblemKindRead:
    """Read what a kind of problem means and what to do about it."""
    if name not in NAMES:
        raise not_found("kind of problem", name)
    return page_of(NAMES[name], _told_in(response, accept_language))


def page_of(name: str, language: str) -> ProblemKindRead:
    """Return the page of a refusal's problem in a language."""
    kind = KINDS[name]
    return ProblemKindRead(
        type=type_of(name),
        refusal=name,
        status=kind.status,
        title=kind.titles[language],
        meaning=kind.meanings[language],
        remedy=kind.remedies[language],
    )


def _told_in(response: Response, accepted: str | None) -> str:
    language = language_of(accepted)
    response.headers.update({"Content-Language": language, "Vary": "Accept-Language"})
    return language
