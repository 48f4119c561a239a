"""An edition: everything the policy files say at one time, read together; what the register adopts first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from services.domain.charter import BodyCharter
from services.domain.membership import Membership
from services.domain.procedure import Procedure
from services.domain.working_calendar import WorkingCalendar
from services.policies.bodies import load_charters
from services.policies.fault import PolicyError
from services.policies.membership import load_membership
from services.policies.procedure import read_procedure
from services.policies.strict_yaml import read_yaml
from services.policies.working_calendar import load_calendars
from services.wire.canonical import digest

_FILE = re.compile(r"(?P<name>[a-z][a-z0-9-]{0,39})@(?P<version>[1-9][0-9]{0,3})\.yaml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """
    Membership, calendars by delegation, charters, and every procedure by its reference.

    ``digests`` has the digest of each file's canonical content, by its path without ending; ``digest`` is that of all.
    """

    digest: str
    membership: Membership
    charters: tuple[BodyCharter, ...]
    procedures: Mapping[str, Procedure]
    calendars: Mapping[str, WorkingCalendar]
    digests: Mapping[str, str]


def load_edition(folder: Path) -> Edition:
    """
    Read the newest membership, bodies and calendars of a folder, and all its procedures.

    Raises:
        PolicyError: a file is wrong, or a body names a procedure or a chair that there is not.
    """
    members, bodies = newest(folder, "dialogue"), newest(folder, "bodies")
    membership = load_membership(folder, members)
    charters, bodies_digest = load_charters(folder, bodies)
    procedures = {each.reference: each for each in map(read_procedure, procedure_files(folder))}
    check_charters(folder / "membership" / f"{bodies}.yaml", charters, membership, set(procedures))
    digests = {f"membership/{members}": membership.digest, f"membership/{bodies}": bodies_digest}
    calendars = load_calendars(folder, membership)
    digests |= {f"procedures/{reference}": each.digest for reference, each in procedures.items()}
    digests |= {f"calendars/{each.reference}": each.digest for each in calendars.values()}
    return Edition(
        digest=digest(digests),
        membership=membership,
        charters=charters,
        procedures=procedures,
        calendars=calendars,
        digests=digests,
    )


def procedure_files(folder: Path) -> tuple[Path, ...]:
    """Return the files of the procedures, by name and version."""
    found = ((path, _FILE.fullmatch(path.name)) for path in (folder / "procedures").glob("*.yaml"))
    named = sorted((name["name"], int(name["version"]), path) for path, name in found if name)
    return tuple(path for _, _, path in named)


def newest(folder: Path, name: str) -> str:
    """
    Return the reference of the newest version of a membership file.

    Raises:
        PolicyError: there is none.
    """
    found = (_FILE.fullmatch(path.name) for path in (folder / "membership").glob(f"{name}@*.yaml"))
    versions = [int(each["version"]) for each in found if each]
    if not versions:
        where = str(folder / "membership" / f"{name}@1.yaml")
        raise PolicyError(file=where, line=1, key="", problem="there is no such file", remedy="every edition has one")
    return f"{name}@{max(versions)}"


def is_named_well(path: Path) -> bool:
    """Tell whether a file is named ``name@version.yaml``."""
    return _FILE.fullmatch(path.name) is not None


def check_charters(path: Path, charters: tuple[BodyCharter, ...], membership: Membership, procedures: set[str]) -> None:
    """
    Check that each body has a procedure and a chair.

    Raises:
        PolicyError: it has not.
    """
    codes = {entity.code for entity in membership.entities}
    for charter in charters:
        for key, value, known in (
            ("procedure", charter.procedure, procedures),
            ("chair_entity", charter.chair_entity, codes),
        ):
            if value not in known:
                place = ("charters", charter.code, key)
                raise read_yaml(path).error(place, f"there is no {value}", f"name one of {', '.join(sorted(known))}")
