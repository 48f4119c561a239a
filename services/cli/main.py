"""The command `dialogue`: its groups, and how it begins and ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import typer

from services.cli import (
    act,
    demo,
    doctor,
    keys,
    ledger,
    migrate,
    openapi,
    policies,
    rehearse,
    serve,
    up,
    version,
    workflows,
)
from services.cli.desk import actions, calendars, cycles, deadlines, notices, waiting
from services.cli.ending import FINDING, INTERRUPTED, OK, finished, say, say_end_of

HELP = """
Coordinates bodies that decide together: their meetings, silence procedures and action items.

\b
See a whole cycle live on this machine:
  dialogue demo

\b
Run the engine on this machine, and ask how it is:
  dialogue up
  dialogue doctor

\b
See what waits, falls due, meets, has to be done and was told (your key in DIALOGUE_KEY, or --key-file):
  dialogue waiting
  dialogue deadlines
  dialogue cycles dialogue 9
  dialogue actions
  dialogue notices
  dialogue calendars show AFRIPOL 2026

\b
Act on the live system what you rehearsed:
  dialogue act cycle.yaml --dry-run

\b
Run it against your own PostgreSQL and Temporal (settings: DIALOGUE_* and TEMPORAL_*):
  dialogue migrate
  dialogue worker
  dialogue api
"""

app = typer.Typer(
    name="dialogue",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (
    waiting,
    deadlines,
    cycles,
    actions,
    notices,
    rehearse,
    act,
    up,
    demo,
    serve,
    migrate,
    doctor,
    openapi,
    version,
):
    group.add_to(app)
for name, part in (
    ("calendars", calendars),
    ("policies", policies),
    ("keys", keys),
    ("ledger", ledger),
    ("workflows", workflows),
):
    app.add_typer(part.app, name=name)


def run() -> NoReturn:
    """Run the command line and end the process at once: threads of native libraries are not waited for."""
    code = outcome_of(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def outcome_of(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code."""
    try:
        code = app(list(arguments), prog_name="dialogue", standalone_mode=False)
    except typer.TyperException as error:
        return _say_wrong_use(error)
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        return FINDING
    except Exception as error:  # noqa: BLE001 - whatever it is ends in a sentence
        return say_end_of(error)
    return code if isinstance(code, int) else OK


def _say_wrong_use(error: typer.TyperException) -> int:
    message = error.format_message()
    context = getattr(error, "ctx", None)
    where = context.command_path if context else "dialogue"
    is_help = message.startswith("Usage:")
    say(message if is_help else f"{finished(' '.join(message.split()))} Try `{where} --help`.")
    return error.exit_code
