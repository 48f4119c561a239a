"""The post of a rehearsal: every letter arrives at once, save those to entities that cannot be reached."""

from __future__ import annotations

from services.gateways.letter import Letter, Undeliverable, body_of
from services.workflows.papers import reference_of


class RehearsalPost:
    """
    Takes letters; ``unreachable`` are the entities whose letters come back.

    With ``keeps`` their words can be read again, as a scenario that expects some of them does.
    """

    channel = "rehearsal"

    def __init__(self) -> None:
        self.unreachable: set[str] = set()
        self.keeps = False
        self._texts: dict[str, str] = {}

    async def send(self, letter: Letter) -> None:
        """
        Take a letter.

        Raises:
            Undeliverable: it is for an entity that cannot be reached.
        """
        if letter.entity in self.unreachable:
            raise Undeliverable("the scenario lets letters to this entity fail")
        if self.keeps:
            self._texts[letter.reference] = body_of(letter)

    def text_of(self, stream: str, cause: int, notice: str, person: str | None) -> str:
        """Return the words of a letter as its reader got them; none if it was not kept."""
        return self._texts.get(reference_of(stream, cause, notice, person or ""), "")
