"""Routes of working calendars."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.api.calendar.schemas import CalendarItemRead, CalendarRead
from services.api.calendar.telling import calendar_told, delegations, year_told
from services.api.command_route import CommandRoute, command_router
from services.api.dependencies import AskedPage, EntityPath, Reader
from services.api.editing import CALENDAR, etag_of
from services.api.entity.router import REGISTER
from services.api.read_route import reads
from services.api.refused import not_found
from services.api.showing import Page
from services.api.sorting import CalendarSort, order_of
from services.domain.register import commands as asked
from services.domain.register.edited import edition_of_calendar

router = APIRouter(tags=["calendar"])
YearQuery = Annotated[int | None, Query(ge=1990, le=2100, description="The year to tell of; this one unless named.")]


@router.get("/calendars", **reads("read_register"))
async def list_calendars(reader: Reader, page: AskedPage, sort: CalendarSort = "delegation") -> Page[CalendarItemRead]:
    """List the working calendars of all delegations."""
    reader.require("read_register", REGISTER)
    found = page.among(
        tuple(delegations(reader)),
        lambda each: each[1].code,
        order_of(sort),
        {"delegation": lambda each: each[1].code},
    )
    return await reader.show(Page[CalendarItemRead], {**found, "items": [calendar_told(*e) for e in found["items"]]})


@router.get("/calendars/{code}", **reads("read_register"))
async def read_calendar(code: EntityPath, reader: Reader, response: Response, year: YearQuery = None) -> CalendarRead:
    """Read the working calendar of a delegation: its weeks, and the feasts and worked days of a year."""
    reader.require("read_register", REGISTER)
    found = next((each for each in delegations(reader) if each[1].code == code), None)
    if found is None:
        raise not_found("delegation", code)
    edition = edition_of_calendar(reader.register, code)
    response.headers["ETag"] = await etag_of(reader.connection, "register", CALENDAR, edition)
    of_year = year_told(found[2], year or reader.at.astimezone(reader.zone).year)
    return await reader.show(CalendarRead, {**calendar_told(*found), **of_year})


router.include_router(
    command_router(
        "calendar",
        [
            CommandRoute(
                command=asked.ChangeCalendar,
                path="/calendars/{code}",
                stream="register",
                placed={"delegation": "code"},
                edits=CALENDAR,
                needs_match=True,
            )
        ],
    )
)
