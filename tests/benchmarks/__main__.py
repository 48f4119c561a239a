"""Measures, prints a table and writes JSON: ``python -m tests.benchmarks [--rounds 5] [--json bench.json]``."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.benchmarks.commands import measure_commands
from tests.benchmarks.figure import Figure, table_of
from tests.benchmarks.machine import measure_machine
from tests.benchmarks.years import measure_years


async def measure(parts: list[str], rounds: int) -> str:
    """Measure what is asked for and return it as JSON; the table goes to standard output."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="dialogue-bench-") as folder:
        Path(folder).chmod(0o711)
        if "commands" in parts:
            figures += await measure_commands(Path(folder) / "commands", rounds)
        if "machine" in parts:
            figures += await measure_machine(Path(folder) / "machine", rounds)
    if "years" in parts:
        figures += await measure_years(rounds)
    sys.stdout.write(table_of(figures) + "\n")
    load, cores = os.getloadavg()[0], os.cpu_count()
    sys.stdout.write(f"On {cores} cores; the load was {load:.1f} at the end.\n")
    return json.dumps(
        {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "python": platform.python_version(),
            "cores": cores,
            "load_at_end": load,
            "figures": [figure.told() for figure in figures],
        },
        indent=2,
    )


def main() -> None:
    """Read what is asked for, measure, and write it."""
    every = ["commands", "machine", "years"]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", default=every, help=f"what to measure: {', '.join(every)}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, default=Path("bench.json"))
    given = parser.parse_args()
    given.json.write_text(asyncio.run(measure(given.parts, given.rounds)) + "\n")


if __name__ == "__main__":
    main()
