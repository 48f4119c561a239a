"""What `dialogue policies` says: the JSON Schema of each kind of file, a check of everything, and an overview."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from services.policies.bodies import BodiesForm, load_charters
from services.policies.edition import is_named_well, load_edition, newest, procedure_files
from services.policies.fault import PolicyError
from services.policies.form import Form
from services.policies.membership import MembershipForm, load_membership
from services.policies.procedure import ProcedureForm, read_procedure
from services.policies.working_calendar import FOLDER as CALENDARS
from services.policies.working_calendar import REFERENCE, CalendarForm, calendar_files, load_calendar
from services.policies.zone import TZDATA_RELEASE
from services.wire.message import to_json
from services.wire.moment import write_instant

FORMS: dict[str, type[Form]] = {
    "procedure": ProcedureForm,
    "membership": MembershipForm,
    "bodies": BodiesForm,
    "calendar": CalendarForm,
}

_LOADS: dict[str, Callable[[Path, str], object]] = {"dialogue": load_membership, "bodies": load_charters}

AccessCheck = Callable[[Path], Iterable[PolicyError]]


def schema(name: str) -> dict[str, Any]:
    """
    Return the JSON Schema of a kind of policy file: ``procedure``, ``membership``, ``bodies`` or ``calendar``.

    Raises:
        KeyError: there is no such kind.
    """
    return published(name, FORMS[name])


def published(name: str, form: type[Form]) -> dict[str, Any]:
    """Return the JSON Schema of a form, as it is published under a name."""
    content = form.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:dialogue:policies:{name}",
        **content,
    }


def check(folder: Path, access: AccessCheck | None = None) -> list[PolicyError]:
    """
    Read everything under a folder of policies and return every fault found; none means that an edition can be loaded.

    ``access`` checks the folder of access policies; without it they need only be there.
    """
    faults = [fault for error in _files(folder) for fault in error.all]
    if not faults:
        faults.extend(_raised(partial(load_edition, folder)))
    if not any((folder / "access").glob("*.cedar")):
        faults.append(_fault(folder / "access", "there is no access policy", "put the *.cedar files there"))
    elif access is not None:
        faults.extend(access(folder / "access"))
    return faults


def show(folder: Path) -> dict[str, Any]:
    """
    Return an overview of the edition as a JSON value: digests, entities with their statuses, bodies, procedures.

    Raises:
        PolicyError: a file is wrong.
    """
    edition = load_edition(folder)
    return {
        "edition": edition.digest,
        "tzdata": TZDATA_RELEASE,
        "files": dict(edition.digests),
        "entities": [
            {
                "code": entity.code,
                "names": dict(entity.names),
                "zones": [delegation.zone for delegation in entity.delegations],
                "statuses": [
                    {"status": each.status.value, "since": write_instant(each.since)} for each in entity.statuses
                ],
            }
            for entity in edition.membership.entities
        ],
        "bodies": [to_json(charter) for charter in edition.charters],
        "procedures": list(edition.procedures),
        "calendars": [each.reference for each in edition.calendars.values()],
    }


def _files(folder: Path) -> Iterator[PolicyError]:
    for path in sorted((*folder.glob("procedures/*"), *folder.glob("membership/*"))):
        if not is_named_well(path):
            yield _fault(path, "this is no name of a policy file", "name it like high-level-dialogue@1.yaml")
    for path in procedure_files(folder):
        yield from _raised(partial(read_procedure, path))
    for path in sorted(folder.glob("membership/*@*.yaml")):
        name = path.name.partition("@")[0]
        load = _LOADS.get(name)
        if load is None:
            yield _fault(path, f"there is no {name} among the membership files", "name it dialogue@… or bodies@…")
        else:
            yield from _raised(partial(load, folder, path.stem))
    yield from _calendars(folder)


def _calendars(folder: Path) -> Iterator[PolicyError]:
    for path in sorted((folder / CALENDARS).glob("*")):
        if not REFERENCE.fullmatch(path.stem) or path.suffix != ".yaml":
            yield _fault(path, "this is no name of a calendar", "name it like AFRIPOL@1.yaml")
    try:
        membership = load_membership(folder, newest(folder, "dialogue"))
    except PolicyError:
        return  # told already, and without a membership nobody's calendar can be checked
    for _, _, path in calendar_files(folder):
        yield from _raised(partial(load_calendar, folder, path.stem, membership))


def _raised(read: Callable[[], object]) -> Iterator[PolicyError]:
    try:
        read()
    except PolicyError as error:
        yield error


def _fault(path: Path, problem: str, remedy: str) -> PolicyError:
    return PolicyError(file=str(path), line=1, key="", problem=problem, remedy=remedy)
