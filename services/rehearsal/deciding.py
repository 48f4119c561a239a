"""By which procedures the bodies of a scenario decide: those of the edition, or such ones with changes of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from services.policies.edition import procedure_files
from services.policies.procedure import procedure_of
from services.policies.strict_yaml import Document, Place
from services.rehearsal.laying import content_of, merged

#: The key that names the procedure which a scenario changes.
LIKE: Final = "like"
#: The name under which a body decides by such a one: an edition has no procedure of this name.
OWN: Final = "rehearsed-{body}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Deciding:
    """
    The procedures of a scenario.

    ``references`` are those by which bodies decide where the file says so, ``own`` the bodies whose procedure is in no
    edition, ``files`` the contents of all procedure files as they would have to be, if there is any such body.
    """

    references: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def read_deciding(document: Document, folder: Path, chosen: Mapping[str, Any]) -> Deciding:
    """
    Read what ``procedure`` says of bodies: a reference, or ``like`` one with what is otherwise.

    Raises:
        PolicyError: there is no such procedure, or what comes of the changes is none.
    """
    known = {path.stem: path for path in procedure_files(folder)}
    references, files = {}, {}
    for body, said in chosen.items():
        is_own = isinstance(said, Mapping)
        place: Place = ("procedure", body, LIKE) if is_own else ("procedure", body)
        reference = said[LIKE] if is_own else said
        if reference not in known:
            remedy = f"name one of {', '.join(sorted(known))}"
            raise document.error(place, f"there is no procedure {reference}", remedy)
        references[body] = reference
        if is_own:
            name = OWN.format(body=body)
            changes = {key: value for key, value in said.items() if key != LIKE}
            content = {**merged(content_of(known[reference]), changes), "procedure": name, "version": 1}
            procedure_of(Document(file=document.file, value=content, lines=_lines(document, body)))
            references[body], files[f"procedures/{name}@1.yaml"] = f"{name}@1", content
    own = frozenset(body for body, said in chosen.items() if isinstance(said, Mapping))
    everything = {f"procedures/{name}.yaml": content_of(path) for name, path in known.items()}
    return Deciding(references=references, own=own, files={**everything, **files} if files else {})


def _lines(document: Document, body: str) -> dict[Place, int]:
    """Return the lines of a scenario on which it changes a procedure, by the places of a procedure file."""
    at: Place = ("procedure", body)
    within = {place[len(at) :]: line for place, line in document.lines.items() if place[: len(at)] == at}
    return {(): document.lines[at], **within}
