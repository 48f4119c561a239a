"""Where the policies lie: beside the code in a checkout, inside the package in a wheel."""

from __future__ import annotations

from pathlib import Path

from services.policies.fault import PolicyError


def policies_dir(override: Path | None = None) -> Path:
    """
    Return the folder of the policies: the one asked for, else the wheel's own data, else that of the checkout.

    Raises:
        PolicyError: there is no such folder.
    """
    here = Path(__file__).resolve()
    places = (override,) if override else (here.parent / "data", here.parents[2] / "policies")
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        raise PolicyError(
            file=str(places[-1]),
            line=1,
            key="",
            problem="there is no such folder of policies",
            remedy="name a folder that holds membership/, procedures/ and access/",
        )
    return found
