"""Routes of texts."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.api.command_route import CommandRoute, command_router
from services.api.dependencies import IdPath, Reader, VersionPath
from services.api.editing import TEXT, etag_of
from services.api.read_route import reads
from services.api.refused import not_found
from services.api.showing import parts_of
from services.api.text.schemas import TextRead, TextVersionRead
from services.api.text.sight import find_text, look_at_text, open_text
from services.commands.resource import SAID_IN_PROCEDURE
from services.domain.cycle import commands as asked
from services.domain.cycle.edited import edition_of_text
from services.domain.cycle.footnotes import footnotes_of
from services.domain.cycle.text import TextVersion
from services.domain.message import Command, command_kind

router = APIRouter(tags=["text"])


@router.get("/texts/{id}", **reads("read_text"))
async def read_text(
    id: IdPath,  # noqa: A002 - the name in the address
    reader: Reader,
    response: Response,
) -> TextRead:
    """Read a text: the version before the members, with footnotes and dissociations."""
    cycle, text = await open_text(reader, id)
    response.headers["ETag"] = await etag_of(reader.connection, "", TEXT, edition_of_text(text))
    current = text.current
    value = parts_of(
        text,
        body=cycle.body,
        cycle=cycle.number,
        digest=current.content.digest,
        paragraphs=current.content,
        footnotes=footnotes_of(cycle, text),
        versions=[version_told(version) for version in sorted(text.versions, key=lambda v: v.number)],
    )
    return await reader.show(TextRead, value)


@router.get("/texts/{id}/versions/{number}", **reads("read_text"))
async def read_version(
    id: IdPath,  # noqa: A002 - the name in the address
    number: VersionPath,
    reader: Reader,
) -> TextVersionRead:
    """Read one version of a text."""
    _, text = await open_text(reader, id)
    version = next((v for v in text.versions if v.number == number), None)
    if version is None:
        raise not_found("version", str(number))
    told = version_told(version) | {"text": id, "paragraphs": version.content}
    return await reader.show(TextVersionRead, told)


def version_told(version: TextVersion) -> dict[str, object]:
    """Return a version as it is told, its paragraphs apart."""
    return {
        "number": version.number,
        "base": version.base,
        "change": version.change,
        "digest": version.content.digest,
    }


#: What follows the text in the address, by command.
PLACES: dict[str, type[Command]] = {
    "amendments": asked.Amend,
    "corrections": asked.CorrectEditorially,
    "correction-refusals": asked.RefuseCorrection,
    "adoption": asked.AdoptText,
    "dissociations": asked.Dissociate,
    "withdrawal": asked.WithdrawText,
    "silence-procedures": asked.OpenSilence,
    "written-procedures": asked.OpenWrittenProcedure,
}

#: What changes a text, or settles it as it stands.
EDITING = frozenset(
    {asked.Amend, asked.CorrectEditorially, asked.RefuseCorrection, asked.AdoptText, asked.WithdrawText}
)

router.include_router(
    command_router(
        "text",
        [
            CommandRoute(
                command=command,
                edits=TEXT if command in EDITING else None,
                needs_match=command is asked.CorrectEditorially,
                path=f"/texts/{{id}}/{place}",
                stream="cycle",
                placed={"text": "id"},
                find=find_text,
                look=look_at_text,
                also=(f"silence/{command_kind(command)}",) if command_kind(command) in SAID_IN_PROCEDURE else (),
            )
            for place, command in PLACES.items()
        ],
    )
)
