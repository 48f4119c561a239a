"""How a command ends: 0 when all is well, 1 for a finding or refusal, 2 for wrong usage or settings; one sentence."""

from __future__ import annotations

import traceback
from os import environ

import typer

from services.cli.desk.wording import safe

OK = 0
FINDING = 1
WRONG_USE = 2
#: what shells take for a process that Ctrl-C ended
INTERRUPTED = 130

#: What people can put right, by the name of its class, so that nothing is loaded to find out.
FORESEEN = {
    "services.runtime.environment.SettingsError": WRONG_USE,
    "services.runtime.trouble.Trouble": FINDING,
    "services.policies.fault.PolicyError": FINDING,
    "services.policies.fault.CalendarError": WRONG_USE,
    "services.access.edition.PolicyRejected": FINDING,
    "services.commands.register_view.RegisterMissing": FINDING,
    "services.commands.submit.DatabaseOlder": FINDING,
    "services.client.refusal.DialogueError": FINDING,
    "alembic.util.exc.CommandError": WRONG_USE,
}
#: The same, with what to say before the error's own words.
AWAY = {
    "services.storage.unit_of_work.DatabaseAway": "The database does not answer",
    "temporalio.service.RPCError": "Temporal does not answer",
    "asyncpg.exceptions._base.PostgresError": "The database refuses",
    "sqlalchemy.exc.DBAPIError": "The database refuses",
    "builtins.OSError": "The machine refuses",
}


def end_of(error: BaseException) -> tuple[int, str]:
    """Return the exit code for an error and the sentence to say."""
    words = " ".join(str(error).split())
    for name in _names(error):
        if name in FORESEEN:
            return FORESEEN[name], finished(words)
        if name in AWAY:
            return FINDING, finished(f"{AWAY[name]} ({words})")
    shown = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return FINDING, f"This should not happen ({shown}); run it again with DIALOGUE_LOG_LEVEL=debug and report it."


def say(sentence: str) -> None:
    """Say a sentence on standard error, without what a file may hold to steer a terminal."""
    typer.echo("\n".join(map(safe, sentence.split("\n"))), err=True)


def say_end_of(error: BaseException) -> int:
    """Say how a command ended with an error and return its exit code; traces are for those who ask for them."""
    if environ.get("DIALOGUE_LOG_LEVEL", "").lower() == "debug":
        traceback.print_exception(error)
    code, sentence = end_of(error)
    say(sentence)
    return code


def finished(words: str) -> str:
    """Return words as a sentence, with a capital and a full stop."""
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "?", "!")) else ".")


def _names(error: BaseException) -> list[str]:
    return [f"{each.__module__}.{each.__qualname__}" for each in type(error).__mro__]
