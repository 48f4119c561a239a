"""The post of a rehearsal: every letter arrives at once, save those to entities that cannot be reached."""

from __future__ import annotations

from services.gateways.letter import Letter, Undeliverable


class RehearsalPost:
    """Takes letters; ``unreachable`` are the entities whose letters come back."""

    channel = "rehearsal"

    def __init__(self) -> None:
        self.unreachable: set[str] = set()

    async def send(self, letter: Letter) -> None:
        """
        Take a letter.

        Raises:
            Undeliverable: it is for an entity that cannot be reached.
        """
        if letter.entity in self.unreachable:
            raise Undeliverable("the scenario lets letters to this entity fail")
