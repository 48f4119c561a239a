"""Prints the commands a scenario may give, and the objects it may expect something of, as the code has them."""

from __future__ import annotations

import typer

from services.commands.arguments import nouns
from services.rehearsal.expectation import OBJECTS, Value
from services.rehearsal.vocabulary import COMMON, INSTANTS, MAY_BE_LEFT_OUT, SYSTEM_NOUN, Word, words

ORDER = (*nouns(), SYSTEM_NOUN)


def show_commands() -> None:
    """Print both tables."""
    typer.echo(f"Commands (do). Any but those of the system also takes {', '.join(f'{name}?' for name in COMMON)}.")
    family = ""
    everything = (word for several in words().values() for word in several)
    for word in sorted(everything, key=lambda word: ORDER.index(word.noun)):
        if word.noun != family:
            family = word.noun
            typer.echo(f"\n{family}")
        typer.echo(f"  {word.name}{{{', '.join(_arguments(word))}}}")
        typer.echo(f"      {word.purpose}")
    typer.echo("\nInstants to count from (at):")
    for noun, fields in INSTANTS.items():
        typer.echo(f"  {noun}: {', '.join(fields)}")
    typer.echo("  A step waits for one that has not come, as long as anything still happens by itself within a year.")
    typer.echo("\nObjects (expect), with what may stand in each field; null where there is nothing.")
    for name, each in OBJECTS.items():
        typer.echo(f"\n{name}: {each.subject}\n    {each.purpose}")
        for field, kind in each.fields.items():
            what = kind.value if isinstance(kind, Value) else ", ".join(kind)
            needed = " (needed)" if field in each.telling else ""
            typer.echo(f"  {field}: {what}{needed}")


def _arguments(word: Word) -> list[str]:
    may_be_left_out = "?" if word.noun in MAY_BE_LEFT_OUT else ""
    return [*(f"{name}{may_be_left_out}" for name in word.targets[:1]), *map(str, word.arguments)]
