"""The form of problems, and of the page behind a problem's type."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from services.api.faults import Wrong


class Problem(BaseModel):
    """A problem (RFC 9457); the facts of the refusal stand beside these members, each under its own name."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(
        examples=["/problems/silence-not-open"],
        description="Stable, one for each refusal; the address of a page that says what it means and what to do.",
    )
    title: str = Field(description="In English or French, as `Accept-Language` asks for.")
    status: int = Field(examples=[409])
    detail: str = Field(description="One sentence saying why, and what to do.")
    instance: str
    refusal: str = Field(examples=["SilenceNotOpen"])
    trace_id: str = Field(description="What the operator finds this request by.")
    command_id: str | None = Field(default=None, description="The command, where it was taken in.")
    faults: list[Wrong] | None = Field(default=None, description="For `Malformed`: what is wrong where.")


class ProblemKindRead(BaseModel):
    """A kind of problem: what it means and what to do about it, in the language asked for."""

    type: str = Field(examples=["/problems/silence-not-open"])
    refusal: str = Field(examples=["SilenceNotOpen"])
    status: int = Field(examples=[409])
    title: str = Field(examples=["Procedure not open"])
    meaning: str = Field(examples=["The procedure does not run any more."])
    remedy: str = Field(
        examples=["An objection that came late is kept as a late statement; speak to the chair."],
        description="What to do.",
    )


class ProblemKindsRead(BaseModel):
    """Every kind of problem there is."""

    items: tuple[ProblemKindRead, ...]
