"""Procedures as files: the form of ``policies/procedures/NAME@VERSION.yaml`` and the domain value it stands for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from services.domain.procedure import (
    ActionParameters,
    Cadence,
    Debtor,
    Period,
    PeriodKind,
    Procedure,
    Rounding,
    Rung,
    SilenceParameters,
    Step,
    WrittenParameters,
)
from services.policies.cadence import check_cadence
from services.policies.fault import CadenceError
from services.policies.form import Form, parse_form, wrong
from services.policies.strict_yaml import Document, read_yaml
from services.policies.term import (
    BodyCode,
    Day,
    Length,
    OffsetAfter,
    OffsetBefore,
    StepOffset,
    Text,
    WallTime,
    ZoneName,
)
from services.wire.canonical import digest

StepLabel = Literal["convening", "provisional_agenda", "annotated_agenda", "credentials", "contributions"]
RungRole = Literal["focal_point", "alternate", "head_of_delegation", "chair", "heads_of_entity"]
Count = Annotated[int, Field(ge=1, le=365)]


class CadenceForm(Form):
    """When ordinary cycles meet."""

    rrule: Annotated[Text, Field(description="an RFC 5545 rule without DTSTART, COUNT or UNTIL")]
    zone: ZoneName
    local_start: Annotated[WallTime, Field(description="the wall time at which the first day begins")]
    session: Annotated[Length, Field(description="how long one session lasts; P2D is two days")]
    skip: tuple[Day, ...] = ()
    add: tuple[Day, ...] = ()

    def cadence(self) -> Cadence:
        """Return the domain value."""
        return Cadence(**{name: getattr(self, name) for name in type(self).model_fields})


class PeriodForm(Form):
    """A period of one kind."""

    elapsed: Length | None = None
    calendar_days: Count | None = None
    working_days: Count | None = None
    common_working_days: Count | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if len(self.model_fields_set) != 1 or None in (getattr(self, name) for name in self.model_fields_set):
            wrong("a period is of exactly one kind", f"give one of {', '.join(type(self).model_fields)}")
        return self

    def period(self) -> Period:
        """Return the domain value."""
        if self.elapsed is not None:
            return Period(kind=PeriodKind.ELAPSED, elapsed=self.elapsed)
        (name,) = self.model_fields_set
        return Period(kind=PeriodKind(name), days=getattr(self, name))


class StepForm(Form):
    """A dated duty of a cycle, before or after its session; both are counted from its first day."""

    before_session: StepOffset | None = None
    after_session: StepOffset | None = None
    debtor: Debtor
    round: Rounding

    @model_validator(mode="after")
    def _one_side(self) -> Self:
        if (self.before_session is None) == (self.after_session is None):
            wrong("a step is either before or after the session", "give one of before_session, after_session")
        return self

    def step(self, label: str) -> Step:
        """Return the domain value."""
        if self.before_session is None:
            offset = self.after_session or Period(kind=PeriodKind.ELAPSED)
        else:
            before = self.before_session
            offset = replace(before, elapsed=-before.elapsed, days=-before.days)
        return Step(label=label, offset=offset, debtor=self.debtor, rounding=self.round)


class QuorumForm(Form):
    """Who makes a quorum: a majority of the members, present in these ways (domain.md 5.1)."""

    of: Literal["members"]
    present: Annotated[tuple[Literal["in_person", "remote"], ...], Field(min_length=1)]
    need: Literal["majority"]


def _full_period(value: object) -> object:
    if value is None:
        wrong("found null", "should be full, or a period such as {elapsed: PT24H}")
    return None if value == "full" else value


class SilenceForm(Form):
    """The parameters of the silence procedure (domain.md 5.2)."""

    period: PeriodForm
    min_common_working_days: Annotated[int, Field(ge=0, le=30)]
    extensions: Annotated[int, Field(ge=0, le=10)]
    delivery_tolerance: Length
    service_after: Length
    deaf_tolerance: Length
    deaf_floor: Length = timedelta(hours=4)
    to_meeting_within: Length
    more_time: Length = timedelta(hours=24)
    correction_stop: Length = timedelta(hours=24)
    reopen_minimum: Length = timedelta(hours=24)
    redraft_period: Annotated[
        PeriodForm | None, BeforeValidator(_full_period, json_schema_input_type=Literal["full"] | PeriodForm)
    ]
    max_rounds: Annotated[int, Field(ge=1, le=20)]

    def parameters(self) -> SilenceParameters:
        """Return the domain value."""
        periods = {"period", "redraft_period"}
        same = {name: getattr(self, name) for name in type(self).model_fields if name not in periods}
        redraft = self.redraft_period.period() if self.redraft_period else None
        return SilenceParameters(period=self.period.period(), redraft_period=redraft, **same)


class WrittenForm(Form):
    """The parameters of the written procedure (domain.md 5.2 z)."""

    period: PeriodForm
    need: Literal["all"]


class RungForm(Form):
    """One rung of a ladder."""

    at: OffsetAfter
    to: RungRole


class ActionsForm(Form):
    """Reminders before the due instant of an action item, and the ladder after it (domain.md LD-1)."""

    remind: tuple[OffsetBefore, ...]
    ladder: tuple[RungForm, ...]


class ProcedureForm(Form):
    """One version of one procedure: the parameters a body decides by."""

    procedure: Annotated[BodyCode, Field(description="its name, as in the file name")]
    version: Annotated[int, Field(ge=1, le=9999, description="its version, as in the file name")]
    cadence: CadenceForm
    steps: dict[StepLabel, StepForm]
    quorum: QuorumForm
    decision: Annotated[Literal["consensus"], Field(description="consensus of those present, with quorum")]
    silence: SilenceForm
    written_procedure: WrittenForm
    actions: ActionsForm
    day_ends: Annotated[WallTime, Field(description="the local time at which a counted day ends, such as 17:00")]

    def to_procedure(self, content_digest: str) -> Procedure:
        """Return the domain value."""
        return Procedure(
            name=self.procedure,
            version=self.version,
            digest=content_digest,
            cadence=self.cadence.cadence(),
            steps=tuple(step.step(label) for label, step in self.steps.items()),
            quorum_of=self.quorum.of,
            quorum_present=self.quorum.present,
            quorum_need=self.quorum.need,
            decision=self.decision,
            silence=self.silence.parameters(),
            written=WrittenParameters(period=self.written_procedure.period.period(), need=self.written_procedure.need),
            actions=ActionParameters(
                remind=self.actions.remind,
                ladder=tuple(Rung(offset=rung.at, to=rung.to) for rung in self.actions.ladder),
            ),
            day_ends=self.day_ends,
        )


def load_procedure(folder: Path, reference: str) -> Procedure:
    """
    Read one procedure by its reference, ``name@version``.

    Raises:
        PolicyError: there is no such file, or it does not have the form, or its cadence cannot be held.
    """
    return read_procedure(folder / "procedures" / f"{reference}.yaml")


def read_procedure(path: Path) -> Procedure:
    """
    Read the procedure of a file whose name is its reference; its digest is that of the file's canonical content.

    Raises:
        PolicyError: as for ``load_procedure``.
    """
    document = read_yaml(path)
    procedure = procedure_of(document)
    if procedure.reference != path.stem:
        problem = f"this is {procedure.reference} in a file named {path.name}"
        raise document.error(("procedure",), problem, "give file and procedure the same name and version")
    return procedure


def procedure_of(document: Document) -> Procedure:
    """
    Return the procedure that a document says, whatever its file is called.

    Raises:
        PolicyError: it does not have the form, or its cadence cannot be held.
    """
    procedure = parse_form(document, ProcedureForm).to_procedure(digest(document.value))
    _check_cadence(document, procedure)
    return procedure


def _check_cadence(document: Document, procedure: Procedure) -> None:
    try:
        check_cadence(procedure.cadence, procedure)
    except CadenceError as error:
        raise document.error(("cadence", error.field), error.problem, error.remedy) from error
