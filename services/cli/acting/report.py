"""What `dialogue act` says: a line a step, what is next and what to type then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from services.cli.acting.progress import ENDING, Progress, StepProgress, StepState
from services.cli.desk.options import in_json
from services.cli.desk.sheet import ALARM
from services.cli.desk.wording import left, listed, safe, stamp, words
from services.client.preview import Mailing
from services.rehearsal.scenario import Scenario, Step

#: How each state is said; a step that is done stands out from one that is not by its word.
SAID = {
    StepState.DONE: "done",
    StepState.DONE_BEFORE: "done before",
    StepState.NEXT: "next",
    StepState.LATER: "later",
    StepState.NOT_OURS: "not ours",
    StepState.REHEARSAL_ONLY: "skipped",
    StepState.WOULD_BE_SENT: "to be sent",
    StepState.REFUSED: "REFUSED",
    StepState.BLOCKED: "STOPPED",
}
INDENT = " " * 18
FAILED = frozenset({StepState.REFUSED, StepState.BLOCKED})


@dataclass(frozen=True, kw_only=True)
class Report:
    """Says it on a console, in a zone; ``again`` is the command line to type later."""

    console: Console
    zone: ZoneInfo
    again: str

    def begin(self, scenario: Scenario, now: datetime, differences: Sequence[str]) -> None:
        """Say what is acted, and what is otherwise here than in a rehearsal."""
        title = f"{safe(scenario.name)}. Times in {self.zone.key}; now {stamp(now, self.zone)}"
        self._line(title, style="bold")
        for each in differences:
            self._line(each)

    def step(self, each: StepProgress) -> None:
        """Say what became of a step, or would."""
        when = stamp(each.at, self.zone) if each.at else "not known yet"
        style = ALARM if each.state in FAILED else ""
        self._line(f"{each.number:>3}  {SAID[each.state]:<11}  {when}  {each.step.by}: {each.step.word.name}", style)
        for line in details(each):
            self._line(INDENT + line)

    def content(self, each: StepProgress) -> None:
        """Say a step with everything it sends, and the letters that would go."""
        self.step(each)
        for line in (*_sent(each), *self._foreseen(each)):
            self._line(INDENT + line)

    def end(self, progress: Progress, now: datetime) -> None:
        """Say what is next, when, and what to type then."""
        last = progress.last
        if last is None:
            others = any(each.state is StepState.NOT_OURS for each in progress.steps)
            self._line("Every step of yours is done; those of others are theirs." if others else "Every step is done.")
        elif last.state is StepState.NEXT and last.at is None:
            self._line(
                f"Next is step {last.number}, {last.step.word.name} by {last.step.by}: {safe(last.why)}. Type then:"
            )
            self._line(f"  {self.again}")
        elif last.state is StepState.NEXT and last.at is not None:
            utc = f"{last.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
            when = f"{stamp(last.at, self.zone)}, that is {utc}, {left(last.at, now)}"
            self._line(f"Next is step {last.number}, {last.step.word.name} by {last.step.by}: {when}. Type then:")
            self._line(f"  {self.again}")

    def _foreseen(self, each: StepProgress) -> Iterator[str]:
        preview = each.preview
        if preview is None:
            return
        if preview.refusal is not None:
            yield f"it would be refused now: {preview.refusal.refusal}: {safe(preview.refusal.sentence)}"
        for letter in preview.letters:
            yield from _letter(letter, "would go at once")
        for letter in preview.coming:
            yield from _letter(letter, f"would go by itself {stamp(letter.at, self.zone)}")
        if not preview.is_whole:
            yield "there is more than is told here"

    def _line(self, text: str, style: str = "") -> None:
        self.console.print(Text(text, style=style), soft_wrap=True)


def details(each: StepProgress) -> Iterator[str]:
    """Give what there is to say of a step beside its line."""
    if each.step.is_system:
        yield "only a rehearsal does this"
    elif each.step.refused:
        yield f"it is there to be refused ({each.step.refused}); a rehearsal tries that"
    elif each.state is StepState.NOT_OURS:
        yield f"its key is not here; --as {each.step.by}=FILE gives it"
    if each.made and each.step.alias:
        yield f"{each.step.alias} is {each.made}"
    if each.why:
        yield safe(each.why)


def _sent(each: StepProgress) -> Iterator[str]:
    """Give what a step sends, every text in full."""
    if each.path:
        yield f"POST {each.path}"
    for name, value in each.sent.items():
        yield f"{name}: {_plain(value)}"
    yield from _beside(each.step)


def _beside(step: Step) -> Iterator[str]:
    if step.paper is not None:
        yield f"on behalf of {step.paper.entity}, received {step.paper.received_at}: {safe(step.paper.evidence)}"
    if step.waive is not None:
        yield f"waiver: {safe(step.waive)}"


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{safe(str(name))} = {_plain(each)}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_plain(each) for each in value)
    return safe(str(value))


def _letter(letter: Mailing, when: str) -> Iterator[str]:
    """Give a letter: to whom, its subject, and its text as the first of them would read it."""
    to = listed(f"{reader.entity} {words(reader.role)}" for reader in letter.to)
    nobody = listed(reader.entity for reader in letter.to if reader.held_by is None)
    yield f"letter {words(letter.notice)} {when}, to {to}" + (f"; nobody would get it in {nobody}" if nobody else "")
    if letter.to:
        yield f"  {safe(letter.to[0].subject)}"
        for line in letter.to[0].text.splitlines():
            yield f"  | {safe(line)}"


def in_words(progress: Progress) -> str:
    """Return the sentence for a step that could not be done."""
    last = progress.last
    if last is None or last.state not in FAILED:
        return ""
    what = "was refused" if last.state is StepState.REFUSED else "cannot be done"
    where = f"Step {last.number} ({last.step.word.name}, line {last.step.line} of the file) {what}: {safe(last.why)}"
    return f"{where.rstrip('.')}. What is done stays done; put this right and run it again."


def told(scenario: Scenario, digest: str, progress: Progress) -> dict[str, Any]:
    """Return how far a scenario has come, for programs."""
    last = progress.last
    coming = last if last is not None and last.state is StepState.NEXT else None
    return {
        "scenario": scenario.name,
        "digest": digest,
        "ok": not in_words(progress),
        "next": {"step": coming.number, "at": in_json(coming.at)} if coming else None,
        "is_over": not any(each.state in ENDING for each in progress.steps),
        "steps": [_step_told(each) for each in progress.steps],
    }


def _step_told(each: StepProgress) -> dict[str, Any]:
    return {
        "step": each.number,
        "line": each.step.line,
        "state": each.state.value,
        "at": in_json(each.at),
        "by": each.step.by,
        "do": each.step.word.name,
        "path": each.path or None,
        "sent": in_json(each.sent),
        "as": each.step.alias,
        "made": each.made,
        "done_at": in_json(each.done_at),
        "command_id": each.command_id,
        "why": each.why or None,
        "preview": in_json(each.preview),
    }
