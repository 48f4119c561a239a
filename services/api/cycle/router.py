"""Routes that read meeting cycles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api.cycle import telling
from services.api.cycle.commands import router as commands
from services.api.cycle.schemas import (
    AgendaItemRead,
    ContributionRead,
    CredentialsRead,
    CycleItemRead,
    CycleRead,
    PaperRead,
    PresencesRead,
    ResponseRead,
    StepRead,
    TextItemRead,
)
from services.api.cycle.sight import cycle_row_of, open_cycle, texts_of
from services.api.dependencies import AskedPage, BodyPath, BodyQuery, NumberPath, Reader
from services.api.editing import AGENDA, etag_of
from services.api.read_route import reads
from services.api.showing import Page
from services.api.sorting import CycleSort, order_of
from services.commands.resource import cycle_of
from services.domain.cycle.edited import edition_of_agenda
from services.domain.cycle.records import CycleKind
from services.domain.cycle.state import CycleState
from services.storage import queries

router = APIRouter(tags=["cycle"])
KindQuery = Annotated[CycleKind | None, Query(description="Only cycles of this kind.")]
States = Annotated[list[CycleState] | None, Query(description="Only cycles in one of these states.")]


@router.get("/cycles", **reads("read_cycle"))
async def list_cycles(
    reader: Reader,
    page: AskedPage,
    body: BodyQuery = None,
    state: States = None,
    kind: KindQuery = None,
    sort: CycleSort = "-starts",
) -> Page[CycleItemRead]:
    """List cycles, the latest session first."""
    found = await page.page(
        lambda after, limit: queries.cycles(
            reader.connection,
            body=body,
            states=state or (),
            kind=kind,
            order=order_of(sort),
            after=after,
            limit=limit,
        ),
        key=lambda row: (getattr(row, order_of(sort).field), row.stream),
        keep=reader.sieve("read_cycle", cycle_row_of),
    )
    return await reader.show(Page[CycleItemRead], found)


@router.get("/cycles/{body}/{number}", **reads("read_cycle", "read_item", "read_text", "read_procedure", "read_action"))
async def read_cycle(body: BodyPath, number: NumberPath, reader: Reader) -> CycleRead:
    """Read a cycle: its state, dates, deadlines, answers, quorum, agenda, texts, procedures and actions."""
    cycle = await open_cycle(reader, body, number)
    return await reader.show(CycleRead, await telling.cycle_told(reader, cycle))


@router.get("/cycles/{body}/{number}/responses", **reads("read_cycle"))
async def list_responses(body: BodyPath, number: NumberPath, reader: Reader) -> Page[ResponseRead]:
    """List the answers to the convening notice, those still awaited among them."""
    cycle = await open_cycle(reader, body, number)
    return await reader.show(Page[ResponseRead], {"items": telling.responses_told(cycle)})


@router.get("/cycles/{body}/{number}/credentials", **reads("read_cycle"))
async def list_credentials(body: BodyPath, number: NumberPath, reader: Reader) -> Page[CredentialsRead]:
    """List the persons each entity sends."""
    cycle = await open_cycle(reader, body, number)
    return await reader.show(Page[CredentialsRead], {"items": telling.credentials_told(cycle)})


@router.get("/cycles/{body}/{number}/items", **reads("read_cycle", "read_item"))
async def list_items(body: BodyPath, number: NumberPath, reader: Reader, response: Response) -> Page[AgendaItemRead]:
    """List the agenda items, in the order of the agenda; its ETag is told to who may annotate it."""
    cycle = await open_cycle(reader, body, number)
    if reader.may("annotate_agenda", cycle_of(cycle)):
        edition = edition_of_agenda(cycle)
        response.headers["ETag"] = await etag_of(reader.connection, f"cycle/{body}/{number}", AGENDA, edition)
    return await reader.show(Page[AgendaItemRead], {"items": telling.items_told(reader, cycle)})


@router.get("/cycles/{body}/{number}/papers", **reads("read_cycle", "read_item"))
async def list_papers(body: BodyPath, number: NumberPath, reader: Reader) -> Page[PaperRead]:
    """List the meeting papers, with their texts."""
    cycle = await open_cycle(reader, body, number)
    return await reader.show(Page[PaperRead], {"items": telling.papers_told(reader, cycle)})


@router.get("/cycles/{body}/{number}/contributions", **reads("read_cycle", "read_item"))
async def list_contributions(body: BodyPath, number: NumberPath, reader: Reader) -> Page[ContributionRead]:
    """List contributions and statements, with their texts."""
    cycle = await open_cycle(reader, body, number)
    return await reader.show(Page[ContributionRead], {"items": telling.contributions_told(reader, cycle)})


@router.get("/cycles/{body}/{number}/presences", **reads("read_cycle"))
async def read_presences(body: BodyPath, number: NumberPath, reader: Reader) -> PresencesRead:
    """Read who is present, and whether that makes a quorum."""
    cycle = await open_cycle(reader, body, number)
    return await reader.show(PresencesRead, telling.presences_told(reader, cycle))


@router.get("/cycles/{body}/{number}/texts", **reads("read_cycle", "read_text"))
async def list_texts(body: BodyPath, number: NumberPath, reader: Reader) -> Page[TextItemRead]:
    """List the texts before the meeting."""
    cycle = await open_cycle(reader, body, number)
    return await reader.show(Page[TextItemRead], {"items": texts_of(reader, cycle)})


@router.get("/cycles/{body}/{number}/deadlines", **reads("read_cycle", "read_deadlines"))
async def list_steps(body: BodyPath, number: NumberPath, reader: Reader) -> Page[StepRead]:
    """List the deadlines of the cycle's steps, the first due first."""
    cycle = await open_cycle(reader, body, number)
    return await reader.show(Page[StepRead], {"items": telling.steps_told(reader, cycle, cycle.steps)})


router.include_router(commands)
