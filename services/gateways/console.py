"""Letters to the console, where no mail server is configured."""

from __future__ import annotations

import sys
from typing import TextIO

from services.gateways.letter import Letter, subject_of


class ConsolePost:
    """Prints one line a letter; contents are not shown."""

    channel = "console"

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out

    async def send(self, letter: Letter) -> None:
        """Print the letter's line."""
        print(
            f"notice to {letter.entity} ({letter.role}): {subject_of(letter)}", file=self._out or sys.stdout, flush=True
        )
