"""Does what follows from recorded events: errands to other aggregates, letters to people, and their accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from services.domain.message import ENGINE, Effect, StartProcess
    from services.domain.notice import AccountForNotice, Delivery
    from services.wire.message import from_json, snake_case, to_json
    from services.workflows import messages as wire
    from services.workflows.following import split
    from services.workflows.patience import RETRY

RUN_ERRANDS = "run_errands"
DELIVER = "deliver"
ERRANDS_TIMEOUT = timedelta(seconds=20)
DELIVER_TIMEOUT = timedelta(minutes=5)
#: A worker that died at an errand or a letter is waited for no longer than this.
HEARTBEAT = timedelta(seconds=10)
#: Waits before an undelivered letter is tried again; after the last of them a person has to look (``doctor``).
TRY_AGAIN = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, *(720,) * 14))

Queued = tuple[int, datetime, Effect]


class Follower:
    """Carries out errands in the order of their causes, and beside them delivers letters."""

    def __init__(self, stream: str, carried: wire.Carried | None, *, accept: Callable[[wire.Envelope], None]) -> None:
        self._stream = stream
        self._accept = accept
        self._errands: list[wire.Errand] = list(carried.errands) if carried else []
        self.letters: list[wire.Letter] = list(carried.letters) if carried else []
        self._starting: list[int] = []
        self._is_on_errands = False
        self._is_posting = False
        self._is_over = False

    def expect(self, cause: int, effects: tuple[Effect, ...]) -> None:
        """Take note of starts that a decided event will bring, so that its caller is answered after them."""
        self._starting += [cause for effect in effects if isinstance(effect, StartProcess)]

    def line_up(self, queued: list[Queued]) -> None:
        """Line up what follows from events that are in the ledger now."""
        errands, letters = split(self._stream, queued)
        self._errands += errands
        self.letters += letters

    def has_started(self, version: int) -> bool:
        """Tell whether everything that events up to a version start has been started."""
        return all(cause > version for cause in self._starting)

    def is_busy(self, now: datetime) -> bool:
        """Tell whether anything is under way or could be done at an instant."""
        return self._is_on_errands or self._is_posting or bool(self._errands) or bool(self._ready(now))

    def wakes(self) -> list[tuple[datetime, str]]:
        """Return the instants at which letters are to be tried again."""
        return [(letter.not_before, f"{letter.notice} again") for letter in self.letters if letter.not_before]

    def post_again(self) -> None:
        """Try letters that wait for another attempt at once."""
        self.letters = [replace(letter, not_before=None) for letter in self.letters]

    def end(self) -> None:
        """Let both loops end when they have nothing left."""
        self._is_over = True

    async def run_errands(self) -> None:
        """Carry out starts and words to others, in the order of their causes, until ended."""
        while True:
            await workflow.wait_condition(lambda: bool(self._errands) or self._is_over)
            if not self._errands:
                return
            errands, self._errands = self._errands, []
            self._is_on_errands = True
            await workflow.execute_activity(
                RUN_ERRANDS,
                wire.Errands(errands=tuple(errands)),
                start_to_close_timeout=ERRANDS_TIMEOUT,
                heartbeat_timeout=HEARTBEAT,
                retry_policy=RETRY,
                summary=", ".join(e.stream for e in errands)[:200],
            )
            done = {errand.cause for errand in errands if errand.starts}
            self._starting = [cause for cause in self._starting if cause not in done]
            self._is_on_errands = False

    async def post(self) -> None:
        """Deliver letters until ended; what fails is tried again alone, later."""
        while True:
            await workflow.wait_condition(lambda: bool(self._ready(workflow.now())) or self._is_over)
            ready = self._ready(workflow.now())
            if not ready:
                return
            self._is_posting = True
            self.letters = [letter for letter in self.letters if letter not in ready]
            result = await workflow.execute_activity(
                DELIVER,
                wire.Post(stream=self._stream, letters=tuple(ready)),
                result_type=wire.PostResult,
                start_to_close_timeout=DELIVER_TIMEOUT,
                heartbeat_timeout=HEARTBEAT,
                retry_policy=RETRY,
                summary=", ".join(f"{letter.notice} to {len(letter.to)}" for letter in ready)[:200],
            )
            for letter, posted in zip(ready, result.posted, strict=True):
                self._account(letter, posted)
            self._is_posting = False

    def _ready(self, now: datetime) -> list[wire.Letter]:
        return [letter for letter in self.letters if letter.not_before is None or letter.not_before <= now]

    def _account(self, letter: wire.Letter, posted: wire.Posted) -> None:
        """Let the stream record the letter's fate, addressee by addressee; keep what failed for later."""
        deliveries = tuple(from_json(Delivery, d) for d in posted.deliveries)
        now = workflow.now()
        report = AccountForNotice(notice=letter.notice, cause=letter.cause, deliveries=deliveries)
        self._accept(
            wire.Envelope(
                command_id=account_id(self._stream, letter),
                kind=snake_case(AccountForNotice),
                command=to_json(report),
                actor=to_json(ENGINE),
                at=min((d.at for d in deliveries), default=now),
                received_at=now,
            )
        )
        failed = {(d.entity, d.role) for d in deliveries if not d.delivered}
        if failed and letter.attempt < len(TRY_AGAIN):
            again = tuple(a for a in letter.to if (a["entity"], a["role"]) in failed)
            not_before = now + TRY_AGAIN[letter.attempt]
            self.letters.append(replace(letter, to=again, attempt=letter.attempt + 1, not_before=not_before))


def account_id(stream: str, letter: wire.Letter) -> str:
    """Return the id of the command that accounts for one attempt at a letter."""
    return f"{stream}@{letter.cause}:{letter.notice}#{letter.attempt}"
