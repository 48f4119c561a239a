"""Every kind of problem by the name of its refusal, and the name its address has."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.api.problem.kind import Kind
from services.api.problem.of_meeting import OF_MEETING
from services.api.problem.of_procedure import OF_PROCEDURE
from services.api.problem.of_request import OF_REQUEST

#: Where the page of a kind is, from the root of the API; stable, whatever version of the rest is served.
PLACE = "/problems/"
KINDS: Mapping[str, Kind] = {**OF_REQUEST, **OF_MEETING, **OF_PROCEDURE}
_KEBAB = re.compile(r"(?<!^)(?=[A-Z])")


def slug_of(name: str) -> str:
    """Return how a refusal's name is spelt in addresses: ``SilenceNotOpen`` is ``silence-not-open``."""
    return _KEBAB.sub("-", name).lower()


def type_of(name: str) -> str:
    """Return the type of a refusal's problem, which is the address of its page."""
    return PLACE + slug_of(name)


#: From an address's name back to the refusal's.
NAMES: Mapping[str, str] = {slug_of(name): name for name in KINDS}
