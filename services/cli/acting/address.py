"""Where commands go: the addresses of the API by what they take, as its own contract says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.client.refusal import Unreadable
from services.rehearsal.resolving import Addressed

#: The parameter by which an address is asked what a command would do, and nothing is done.
LOOK = "preview"
PLACE = re.compile(r"{(\w+)}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A command as it is sent: its address, and its arguments without those that stand there."""

    path: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Addresses:
    """
    The addresses of commands, by noun and kind.

    ``placed`` are the arguments that stand in each address, by place; ``looking`` are those that only look if asked to.
    """

    templates: Mapping[str, str]
    placed: Mapping[str, Mapping[str, str]]
    looking: frozenset[str]

    @classmethod
    def read(cls, contract: Mapping[str, Any]) -> Addresses:
        """
        Read the addresses from an OpenAPI document.

        Raises:
            Unreadable: it is not that of the API.
        """
        posted = {path: of["post"] for path, of in contract.get("paths", {}).items() if "post" in of}
        templates = {command: path for path, post in posted.items() for command in post.get("x-commands", ())}
        if not templates:
            raise Unreadable("openapi.json")
        looking = {path for path, post in posted.items() if any(p["name"] == LOOK for p in post.get("parameters", ()))}
        placed = {path: post.get("x-placed", {}) for path, post in posted.items()}
        return cls(templates=templates, placed=placed, looking=frozenset(looking))

    def only_looks(self, addressed: Addressed) -> bool:
        """Tell whether an address knows how to only look: one that does not would do what it is asked about."""
        return self._template(addressed) in self.looking

    def needs_text(self, addressed: Addressed) -> bool:
        """Tell whether a command goes to the address of a text that its arguments do not name."""
        return "text" in self.placed[self._template(addressed)].values() and "text" not in addressed.arguments

    def request(self, addressed: Addressed, *, text: str | None = None) -> Request:
        """
        Return a command as it is sent; ``text`` is the text of its procedure, where it goes to that.

        Raises:
            ValueError: the address needs something that is not given.
        """
        arguments = dict(addressed.arguments) | ({"text": text} if text else {})
        template = self._template(addressed)
        rest = addressed.stream.partition("/")[2]
        body, _, number = rest.partition("/")
        filled: dict[str, Any] = {"body": body, "number": number, "id": rest}
        for place, argument in self.placed[template].items():
            filled[place] = arguments.pop(argument, None)
        for place in PLACE.findall(template):
            if not filled.get(place):
                raise ValueError(
                    f"{addressed.kind} needs {self.placed[template].get(place, place)}; name it in the step"
                )
        return Request(path=template.format_map(filled), arguments=arguments)

    def _template(self, addressed: Addressed) -> str:
        noun = addressed.stream.partition("/")[0]
        found = self.templates.get(f"{noun}/{addressed.kind}")
        if found is None:
            raise ValueError(f"the API has no address for {addressed.kind}; use file and API of one release")
        return found
