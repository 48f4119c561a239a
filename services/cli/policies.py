"""`dialogue policies`: what the policy files and the code say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.cli.ending import FINDING, WRONG_USE, say

if TYPE_CHECKING:
    from services.policies.fault import PolicyError
    from services.policies.form import Form

HELP = """
Check and show the policies: who is at the table, by which procedures bodies decide, who may do what.

\b
Examples:
  dialogue policies check
  dialogue policies show
  dialogue policies schema procedure > procedure.schema.json
  dialogue policies commands cycle
"""
CHECK_HELP = "Read every policy and scenario file; name each fault by file, line and key; exit 1 if there is one."
SHOW_HELP = "Show the edition that the files make: digests, entities with their statuses, bodies, procedures (JSON)."
KINDS = "procedure, membership, bodies, calendar, scenario or behaviour"
SCHEMA_HELP = f"Print the JSON Schema of a kind of policy file: {KINDS}."
COMMANDS_HELP = """
Print every command with its arguments, and the states things can be in, as the code has them.

An argument with ? may be left out. Texts are plain text; instants are UTC like 2040-03-06T08:00:00Z; durations are ISO
8601 like PT72H.
"""

FolderOption = Annotated[
    Path | None,
    typer.Option(
        "--folder", envvar="DIALOGUE_POLICIES_DIR", show_envvar=False, help="Another folder of policies than ours."
    ),
]

app = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None)


@app.command(help=CHECK_HELP)
def check(folder: FolderOption = None) -> None:
    """Check all policies."""
    from services.policies.folder import policies_dir
    from services.policies.schema import check as faults_in

    where = policies_dir(folder)
    faults = faults_in(where, _access_faults) or _scenario_faults(where)
    for fault in faults:
        say(str(fault))
    if faults:
        raise typer.Exit(FINDING)
    typer.echo(f"The policies in {where} are in order.")


def _access_faults(folder: Path) -> list[PolicyError]:
    from services.access.edition import PolicyRejected, read_edition
    from services.policies.fault import PolicyError

    try:
        read_edition(folder)
    except PolicyRejected as wrong:
        remedy = "put the statement right"
        return [PolicyError(file=str(folder / wrong.file), line=1, key="", problem=wrong.sentence, remedy=remedy)]
    return []


def _scenario_faults(folder: Path) -> list[PolicyError]:
    from services.rehearsal.reading import scenario_faults

    return scenario_faults(folder, now=datetime.now(UTC))


@app.command(help=SHOW_HELP)
def show(folder: FolderOption = None) -> None:
    """Show the edition."""
    from services.policies.folder import policies_dir
    from services.policies.schema import show as overview

    typer.echo(json.dumps(overview(policies_dir(folder)), indent=2, ensure_ascii=False))


@app.command(help=SCHEMA_HELP)
def schema(name: Annotated[str, typer.Argument(help=KINDS)]) -> None:
    """Print a schema."""
    from services.policies.schema import FORMS, published
    from services.rehearsal.behaviour import BehaviourForm
    from services.rehearsal.form import ScenarioForm

    forms: dict[str, type[Form]] = {**FORMS, "scenario": ScenarioForm, "behaviour": BehaviourForm}
    if name not in forms:
        say(f"There is no kind of policy file {name}; name {', '.join(forms)}.")
        raise typer.Exit(WRONG_USE)
    typer.echo(json.dumps(published(name, forms[name]), indent=2, ensure_ascii=False))


@app.command(help=COMMANDS_HELP)
def commands(
    noun: Annotated[str | None, typer.Argument(help="register, body, cycle, silence or action; default: all")] = None,
) -> None:
    """Print the commands."""
    from services.commands.arguments import nouns, overview_of

    if noun is not None and noun not in nouns():
        say(f"There is no {noun}; name {', '.join(nouns())}.")
        raise typer.Exit(WRONG_USE)
    for each in [noun] if noun else nouns():
        overview = overview_of(each)
        typer.echo(f"{each}: {', '.join(overview.states)}" if overview.states else each)
        for command in overview.commands:
            typer.echo(f"  {command.kind}{{{', '.join(map(str, command.arguments))}}}")
            typer.echo(f"      {command.purpose}")
        typer.echo()
