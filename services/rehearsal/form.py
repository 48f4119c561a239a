"""The form of scenario files: the keys they have, as a strict model that is published as a JSON Schema."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainValidator, WithJsonSchema

from services.commands.fill import read_instant_within
from services.policies.form import Form, shown, wrong
from services.policies.term import BodyCode, Text, named
from services.rehearsal.anchor import read_anchor
from services.rehearsal.deciding import LIKE
from services.rehearsal.expectation import OBJECTS
from services.rehearsal.scenario import SYSTEM, Calendars
from services.rehearsal.vocabulary import words

MOST_STEPS = 2_000
WHO = r"[A-Z][A-Z0-9_]{1,39}/[a-z_]{1,40}"


def _anchor(text: str) -> str:
    try:
        read_anchor(text)
    except ValueError as error:
        wrong(f"found {shown(text)}", str(error))
    return text


def _instant(text: str) -> str:
    try:
        read_instant_within(text)
    except ValueError as error:
        wrong(f"found {shown(text)}", str(error))
    return text


def _procedure(said: object) -> object:
    if not isinstance(said.get(LIKE) if isinstance(said, dict) else said, str):
        remedy = f"should be a procedure like wg-sc@1, or {{{LIKE}: wg-sc@1, …}} with what is otherwise"
        wrong(f"found {shown(said)}", remedy)
    return said


def _schema(**what: Any) -> WithJsonSchema:
    return WithJsonSchema(what)


Instant = Annotated[
    str, AfterValidator(_instant), _schema(type="string", format="date-time", description="an instant with its offset")
]
AnchorText = Annotated[
    str,
    AfterValidator(_anchor),
    _schema(
        type="string",
        examples=["2040-03-06T08:00:00Z", "+PT5H", "s1.expires -PT1S"],
        description="an instant, a time after the step before, or a time from an instant of what a step made",
    ),
]
Alias = Annotated[
    str, *named("a name in small letters, like s1, that later steps have for it", r"[a-z][a-z0-9_]{0,39}")
]
Who = Annotated[
    str,
    *named("ENTITY/role or DELEGATION/role, like EUROPOL/head_of_delegation, or system", rf"{WHO}|{SYSTEM}"),
]
Do = Annotated[
    str,
    Field(max_length=60, description="a command"),
    _schema(type="string", enum=sorted(words()), description="a command"),
]
ProcedureOf = Annotated[
    Any,
    PlainValidator(_procedure),
    _schema(
        anyOf=[
            {"type": "string", "description": "a name and a version, like wg-sc@1"},
            {"type": "object", "required": [LIKE], "properties": {LIKE: {"type": "string"}}},
        ],
        description="a procedure, or like: a procedure, and the keys of one that are otherwise",
    ),
]
Expected = Annotated[
    dict[str, Any],
    _schema(
        oneOf=[
            {
                "type": "object",
                "required": [name],
                "properties": {name: {}, "when": {"type": "string"}, **{key: {} for key in each.fields}},
                "additionalProperties": False,
                "description": each.purpose,
            }
            for name, each in OBJECTS.items()
        ]
    ),
]


class StepForm(Form):
    """One step of the timeline."""

    at: AnchorText
    by: Who
    do: Do
    with_: Annotated[dict[str, Any], Field(alias="with", description="its arguments")] = Field(default_factory=dict)
    as_: Annotated[Alias | None, Field(alias="as")] = None
    refused: Annotated[
        str | None,
        *named("the name of the refusal it has to meet, like NotPermitted", r"[A-Z][A-Za-z]{1,59}"),
    ] = None


class ScenarioForm(Form):
    """A scenario: what is done when by whom, and what has to come of it."""

    scenario: Annotated[Text, Field(description="what it is about, in one line")]
    starts: Annotated[Instant, Field(description="the first instant; it has to lie in the future")]
    bodies: Annotated[tuple[BodyCode, ...], Field(min_length=1, description="the bodies that take part")] = (
        "dialogue",
    )
    procedure: Annotated[
        dict[BodyCode, ProcedureOf], Field(description="the procedure of a body, where it is not its own")
    ] = Field(default_factory=dict)
    membership: Annotated[
        dict[str, Any],
        Field(description="what is otherwise than in policies/membership: convenor, entities, and charters of bodies"),
    ] = Field(default_factory=dict)
    calendars: Annotated[
        Calendars, Field(description="register, or weeks: working weeks without any public holiday")
    ] = Calendars.REGISTER
    timeline: Annotated[tuple[StepForm, ...], Field(min_length=1, max_length=MOST_STEPS)]
    until: Annotated[Instant | None, Field(description="let time run on to here")] = None
    expect: Annotated[tuple[Expected, ...], Field(max_length=MOST_STEPS)] = ()
