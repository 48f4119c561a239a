"""What commands print with: colours and bars on a terminal, plain text elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

NARROWEST = 100


@lru_cache(maxsize=1)
def screen() -> Console:
    """Return the console of standard output; elsewhere than on a terminal its lines are as long as they need be."""
    from rich.console import Console

    is_terminal = sys.stdout.isatty()
    return Console(highlight=False, soft_wrap=True, width=None if is_terminal else NARROWEST)


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[str], None]]:
    """Give a function that takes each thing done; a bar on a terminal, nothing elsewhere."""
    from rich.progress import Progress

    with Progress(console=screen(), transient=True, disable=not sys.stdout.isatty()) as bar:
        task = bar.add_task(what, total=total)

        def step(name: str) -> None:
            bar.update(task, advance=1, description=f"{what} {name}")

        yield step


def program() -> str:
    """Return how the command line is called here, for examples that can be copied."""
    name = os.path.basename(sys.argv[0])  # noqa: PTH119 - a name, not a path
    return "dialogue" if name != "__main__.py" else f"{sys.executable} -m services.cli"
