"""Who is at the table of a scenario: the membership and bodies of the edition, with what the file has otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from services.domain.charter import BodyCharter
from services.domain.membership import Membership
from services.policies.bodies import charters_of
from services.policies.edition import newest
from services.policies.membership import membership_of
from services.policies.strict_yaml import Document, Place
from services.policies.working_calendar import calendar_files
from services.policies.working_calendar import newest as newest_calendars
from services.rehearsal.deciding import Deciding, read_deciding
from services.rehearsal.laying import content_of, merged
from services.rehearsal.scenario import Calendars
from services.wire.canonical import digest

#: The keys of ``membership`` in a scenario, and the file of the edition each belongs to.
BELONGS: Final = {"convenor": "dialogue", "convenor_zone": "dialogue", "entities": "dialogue", "charters": "bodies"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """The table of a scenario; ``files`` are the contents of policy files as they would have to be, by their path."""

    membership: Membership
    charters: tuple[BodyCharter, ...]
    deciding: Deciding
    files: Mapping[str, Mapping[str, Any]]


def read_setting(document: Document, folder: Path, chosen: Mapping[str, Any], calendars: Calendars) -> Setting:
    """
    Read the edition's membership and bodies with what a scenario's ``membership`` and ``procedure`` have otherwise.

    With working weeks alone the calendars are without feasts.

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
    deciding = read_deciding(document, folder, chosen)
    theirs = replace(theirs, value=merged(theirs.value, _decided_by(deciding.references, theirs.value)))
    charters = charters_of(theirs)
    for code in chosen:
        if code not in {charter.code for charter in charters}:
            raise document.error(("procedure", code), f"there is no body {code}", "name a body of the scenario")
    return Setting(
        membership=membership_of(ours, digest(ours.value)),
        charters=charters,
        deciding=deciding,
        files={
            f"membership/{members}.yaml": ours.value,
            f"membership/{bodies}.yaml": theirs.value,
            **deciding.files,
            **(weeks_alone(folder) if calendars is Calendars.WEEKS else {}),
        },
    )


def _decided_by(procedures: Mapping[str, str], bodies: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a file of bodies has otherwise where a scenario says by which procedure they decide."""
    known = bodies["charters"] if isinstance(bodies.get("charters"), Mapping) else {}
    return {"charters": {code: {"procedure": ref} for code, ref in procedures.items() if code in known}}


def weeks_alone(folder: Path) -> dict[str, Any]:
    """Return the newest calendar files without feasts, and without days worked for another."""
    found = {path.stem: path for _, _, path in calendar_files(folder)}
    contents = {
        f"calendars/{reference}.yaml": content_of(found[reference]) for reference in newest_calendars(folder).values()
    }
    return {
        name: {key: value for key, value in content.items() if key not in ("holidays", "worked")}
        for name, content in contents.items()
    }


def merged_document(document: Document, path: Path, belongs: str) -> Document:
    """Return a file of the edition as a scenario has it; what is wrong in it is told by the scenario's own lines."""
    overrides = document.value.get("membership") or {}
    own = {key: value for key, value in overrides.items() if BELONGS[key] == belongs}
    lines: dict[Place, int] = {(): document.lines[()]}
    for place, line in document.lines.items():
        if place[:1] == ("membership",) and len(place) > 1 and place[1] in own:
            lines[place[1:]] = line
    return Document(file=document.file, value=merged(content_of(path), own), lines=lines)
