"""
The long storm: ``python -m tests.faults [KILLS] [SEED]``, as ``make faults`` runs it.

Ends with 1 if anything did not hold; what is needed to understand it is printed, and the data folder stays.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.faults.storm import Report, storm

KILLS = 40


def main(kills: int, seed: int) -> int:
    """Run a storm and print what came of it; return the exit code."""
    screen = Console()
    screen.print(f"A machine under load from twelve entities; {kills} kills with -9, seed {seed}.")
    folder = Path(tempfile.mkdtemp(prefix="dialogue-faults-"))
    columns = (TextColumn("{task.description:<20}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen) as progress:
        task = progress.add_task("starting", total=kills)
        report = asyncio.run(
            storm(
                folder,
                kills=kills,
                seed=seed,
                told=lambda what, done: progress.update(task, description=what, completed=done),
            )
        )
    screen.print(table_of(report))
    if report.found:
        screen.print(str(report), markup=False)
        screen.print(f"Logs and data: {folder}")
        return 1
    shutil.rmtree(folder)
    screen.print("Every promise held: nothing lost, nothing twice, nothing decided unjustly; all histories replay.")
    return 0


def table_of(report: Report) -> Table:
    """Return the figures as a table."""
    table = Table(box=None, show_header=False)
    for name, figure in report.figures.items():
        table.add_row(name, str(figure))
    table.add_row("found wrong", str(len(report.found)))
    return table


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:]]
    code = main(given[0] if given else KILLS, given[1] if len(given) > 1 else secrets.randbelow(10**6))
    sys.stdout.flush()
    os._exit(code)
