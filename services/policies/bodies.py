"""Bodies as a file: the form of ``policies/membership/bodies@1.yaml`` and the charters it stands for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from services.domain.charter import BodyCharter
from services.policies.form import Form, parse_form
from services.policies.strict_yaml import Document, read_yaml
from services.policies.term import BodyCode, Code, FactForm, Reference, TaskId, Text
from services.wire.canonical import digest


class BodyNamesForm(Form):
    """The names of a body."""

    en: Text
    fr: Text


class CharterForm(FactForm):
    """What one body is founded with."""

    names: BodyNamesForm
    procedure: Annotated[Reference, Field(description="the procedure it decides by, as name@version")]
    chair_entity: Annotated[Code, Field(description="the code of the entity that chairs it")]
    report_to: Annotated[BodyCode | None, Field(description="the body it reports to, or null")]
    tasks: dict[TaskId, Text]

    def charter(self, code: str) -> BodyCharter:
        """Return the domain value."""
        return BodyCharter(
            code=code,
            names=self.names.model_dump(),
            procedure=self.procedure,
            chair_entity=self.chair_entity,
            report_to=self.report_to,
            tasks=self.tasks,
            source=self.source,
            confidence=self.confidence.value,
        )


class BodiesForm(Form):
    """The bodies of the Dialogue."""

    bodies: Literal["dialogue"]
    version: Annotated[int, Field(ge=1, le=9999)]
    charters: Annotated[dict[BodyCode, CharterForm], Field(min_length=1)]


def load_charters(folder: Path, reference: str = "bodies@1") -> tuple[tuple[BodyCharter, ...], str]:
    """
    Read the charters of an edition, in the order of the file, with the digest of the file's canonical content.

    Raises:
        PolicyError: there is no such file, or it does not have the form, or a body reports to none of the others.
    """
    path = folder / "membership" / f"{reference}.yaml"
    document = read_yaml(path)
    charters = charters_of(document)
    if f"bodies@{document.value['version']}" != path.stem:
        problem = f"this is version {document.value['version']} in a file named {path.name}"
        raise document.error(("version",), problem, "give file and content the same version")
    return charters, digest(document.value)


def charters_of(document: Document) -> tuple[BodyCharter, ...]:
    """
    Return the charters that a document says.

    Raises:
        PolicyError: it does not have the form, or a body reports to none of the others.
    """
    form = parse_form(document, BodiesForm)
    for code, charter in form.charters.items():
        if charter.report_to is not None and charter.report_to not in form.charters.keys() - {code}:
            place = ("charters", code, "report_to")
            others = ", ".join(other for other in form.charters if other != code)
            raise document.error(place, f"{charter.report_to} is none of the other bodies", f"name one of {others}")
    return tuple(charter.charter(code) for code, charter in form.charters.items())
