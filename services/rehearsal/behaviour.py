"""How members behave through the years of a rehearsal: in time, or late, silent, objecting, absent, by shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field

from services.domain.membership import Membership
from services.policies.form import Form, nearest, parse_form
from services.policies.strict_yaml import read_yaml
from services.policies.term import Code, Text

Share = Annotated[float, Field(ge=0, le=1, description="a share from 0, never, to 1, always")]
_WIDTH: Final = 2**32


class SharesForm(Form):
    """How often somebody does not do what is due as it is due."""

    late: Share = 0.0
    silent: Share = 0.0
    objecting: Share = 0.0
    absent: Share = 0.0


class BehaviourForm(Form):
    """A behaviour: shares for everybody, and others for some entities."""

    behaviour: Annotated[Text, Field(description="what it is, in one line")]
    seed: Annotated[int, Field(ge=0, le=2**31 - 1, description="the same seed gives the same years")] = 1
    everybody: SharesForm = SharesForm()
    entities: dict[Code, SharesForm] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Behaviour:
    """
    How everybody behaves.

    Whether somebody does something is drawn from the seed, the entity, and what it is about, so that one draw never
    depends on another.
    """

    name: str = "Everybody answers, contributes and attends in time, and nobody objects"
    seed: int = 1
    everybody: SharesForm = field(default_factory=SharesForm)
    entities: Mapping[str, SharesForm] = field(default_factory=dict)

    def is_late(self, entity: str, what: str) -> bool:
        """Tell whether an entity does something after it was due."""
        return self._draws(self._of(entity).late, "late", entity, what)

    def is_silent(self, entity: str, what: str) -> bool:
        """Tell whether an entity does not do something at all."""
        return self._draws(self._of(entity).silent, "silent", entity, what)

    def is_objecting(self, entity: str, what: str) -> bool:
        """Tell whether an entity objects to a text."""
        return self._draws(self._of(entity).objecting, "objecting", entity, what)

    def is_absent(self, entity: str, what: str) -> bool:
        """Tell whether an entity stays away from a session."""
        return self._draws(self._of(entity).absent, "absent", entity, what)

    def _of(self, entity: str) -> SharesForm:
        return self.entities.get(entity, self.everybody)

    def _draws(self, share: float, *about: str) -> bool:
        drawn = sha256("/".join((str(self.seed), *about)).encode()).digest()[:4]
        return int.from_bytes(drawn) / _WIDTH < share


def read_behaviour(path: Path, membership: Membership) -> Behaviour:
    """
    Read a behaviour.

    Raises:
        PolicyError: the file does not have the form, or names an entity that there is not.
    """
    document = read_yaml(path)
    form = parse_form(document, BehaviourForm)
    known = [entity.code for entity in membership.entities]
    for code in form.entities:
        if code not in known:
            raise document.error(("entities", code), f"there is no entity {code}", nearest(code, known))
    return Behaviour(name=form.behaviour, seed=form.seed, everybody=form.everybody, entities=form.entities)
