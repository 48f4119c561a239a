"""Says whose key is missing where a step goes on from what a step of somebody else made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from services.cli.acting.progress import StepProgress, StepState
from services.rehearsal.anchor import After, Anchor, From, read_anchor
from services.rehearsal.scenario import Step


def missing_key(steps: Sequence[StepProgress], each: StepProgress, known: Collection[str]) -> str:
    """
    Return the sentence for a step that cannot be known without a key which is not here; empty if none is missing.

    ``known`` are the names of what has been made and found.
    """
    if isinstance(each.step.at, After) and each.at is None and each.number > 1:
        before = missing_key(steps, steps[each.number - 2], known)
        if before:
            return before
    makers = {made.step.alias: made for made in steps if made.step.alias}
    for alias in names_in(each.step):
        maker = makers.get(alias)
        if maker is not None and alias not in known and maker.state is StepState.NOT_OURS:
            by = maker.step.by
            what = f"{alias} is what step {maker.number} makes, {maker.step.word.name} by {by}, whose key is not here"
            return f"{what}; give it with --as {by}=FILE: the step is found by it, or done if it was not"
    return ""


def names_in(step: Step) -> Iterator[str]:
    """Give every word of a step that may be the name of what another step made."""
    yield from _of_anchor(step.at)
    if step.paper is not None:
        yield from _of_anchor(step.paper.received_at)
    yield from _of_value(step.arguments)


def _of_anchor(anchor: Anchor) -> Iterator[str]:
    if isinstance(anchor, From):
        yield anchor.alias


def _of_value(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _of_value(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _of_value(inner)
    elif isinstance(value, str):
        yield value
        try:
            yield from _of_anchor(read_anchor(value))
        except ValueError:
            return
