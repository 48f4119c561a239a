"""Who is at the table of a scenario: the membership and bodies of the edition, with what the file has otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from services.domain.charter import BodyCharter
from services.domain.membership import Membership
from services.policies.bodies import charters_of
from services.policies.edition import newest, procedure_files
from services.policies.membership import membership_of
from services.policies.strict_yaml import Document, Place, read_yaml
from services.wire.canonical import digest

#: The keys of ``membership`` in a scenario, and the file of the edition each belongs to.
BELONGS: Final = {"convenor": "dialogue", "convenor_zone": "dialogue", "entities": "dialogue", "charters": "bodies"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """The table of a scenario; ``files`` are the contents of the membership files as they would have to be."""

    membership: Membership
    charters: tuple[BodyCharter, ...]
    procedures: frozenset[str]
    files: Mapping[str, Mapping[str, Any]]


def read_setting(document: Document, folder: Path, procedures: Mapping[str, str]) -> Setting:
    """
    Read the edition's membership and bodies with what a scenario's ``membership`` and ``procedure`` have otherwise.

    Raises:
        PolicyError: what comes of it does not have the form, or something is named that there is not.
    """
    overrides = document.value.get("membership") or {}
    for key in overrides:
        if key not in BELONGS:
            place = ("membership", key)
            raise document.error(place, "this key is not known", f"known here: {', '.join(BELONGS)}")
    members, bodies = newest(folder, "dialogue"), newest(folder, "bodies")
    ours = merged_document(document, folder / "membership" / f"{members}.yaml", "dialogue")
    theirs = merged_document(document, folder / "membership" / f"{bodies}.yaml", "bodies")
    charters = charters_of(theirs)
    known = frozenset(path.stem for path in procedure_files(folder))
    for code, reference in procedures.items():
        if code not in {charter.code for charter in charters}:
            raise document.error(("procedure", code), f"there is no body {code}", "name a body of the scenario")
        if reference not in known:
            remedy = f"name one of {', '.join(sorted(known))}"
            raise document.error(("procedure", code), f"there is no procedure {reference}", remedy)
        theirs.value["charters"][code]["procedure"] = reference
    return Setting(
        membership=membership_of(ours, digest(ours.value)),
        charters=tuple(replace(c, procedure=procedures.get(c.code, c.procedure)) for c in charters),
        procedures=known,
        files={f"{members}.yaml": ours.value, f"{bodies}.yaml": theirs.value},
    )


def merged_document(document: Document, path: Path, belongs: str) -> Document:
    """Return a file of the edition as a scenario has it; what is wrong in it is told by the scenario's own lines."""
    overrides = document.value.get("membership") or {}
    own = {key: value for key, value in overrides.items() if BELONGS[key] == belongs}
    lines: dict[Place, int] = {(): document.lines[()]}
    for place, line in document.lines.items():
        if place[:1] == ("membership",) and len(place) > 1 and place[1] in own:
            lines[place[1:]] = line
    return Document(file=document.file, value=merged(read_yaml(path).value, own), lines=lines)


def merged(base: Any, over: Any) -> Any:
    """Return a value with another laid over it: mappings key by key, everything else whole."""
    if not isinstance(base, Mapping) or not isinstance(over, Mapping):
        return over
    return {**base, **{key: merged(base[key], value) if key in base else value for key, value in over.items()}}
