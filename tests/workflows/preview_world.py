"""A world whose every act is previewed first, and what is then sent held against what was foreseen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import text

from services.commands.preview import Preview, foresee, preview_command
from services.commands.preview_course import Mailing
from services.commands.preview_letters import written_out
from services.commands.register_view import current_register
from services.commands.submit import Answer, Submission
from services.gateways.letter import body_of, subject_of
from tests.world import World

#: Seconds given to letters that are foreseen, before they count as not sent.
PATIENCE = 5.0
#: What differs between a preview and the act is when it is: the instants of both are left out.
INSTANT = re.compile(
    r"(\w{3} \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} [\w/_+-]+ \()?\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2} UTC\)?"
)

#: Notice, entity, role written to, subject and text.
Told = tuple[str, str, str, str, str]


@dataclass
class Compared:
    """One act or one stretch of time: what was foreseen, what was sent."""

    what: str
    foreseen: Counter[Told]
    sent: Counter[Told]


@dataclass
class PreviewingWorld(World):
    """Previews whatever is done in it, and keeps what was foreseen beside what was sent."""

    compared: list[Compared] = field(default_factory=list)
    read_up_to: int = 0

    @classmethod
    def over(cls, world: World) -> PreviewingWorld:
        """Return such a world over another."""
        parts = {name: getattr(world, name) for name in World.__dataclass_fields__}
        return cls(**parts, read_up_to=len(world.post.letters))

    async def ask(self, who: str, stream: str, kind: str, /, **arguments: Any) -> Answer:
        """Preview a command, then give the same at once."""
        key = arguments.pop("key", f"{len(self.compared)}-{kind}")
        extra = {name: arguments.pop(name) for name in ("on_behalf", "waive") if name in arguments}
        submission = Submission(stream=stream, kind=kind, arguments=arguments, key=key, **extra)
        await self.until(self.is_quiet)
        foreseen = await self._written(await self.preview(who, submission))
        answer = await self.engine.door.submit(self.callers[who], submission)
        await self._compare(kind, [timeless(told) for told in foreseen], tell=timeless)
        return answer

    async def preview(self, who: str, submission: Submission) -> Preview:
        """Preview a command as somebody."""
        at = await self.instant()
        async with self.engine.database.read() as connection:
            return await preview_command(
                connection,
                door=self.engine.door,
                vault=self.engine.vault,
                caller=self.callers[who],
                submission=submission,
                at=at,
                most=20,
            )

    async def sleep_until(self, at: datetime) -> None:
        """Foresee what goes by itself until an instant, then let time come to it."""
        await self.until(self.is_quiet)
        now = await self.instant()
        streams = await self._streams()
        async with self.engine.database.read() as connection:
            coming = await foresee(connection, streams, body="dialogue", at=now, most=500)
            ahead = [m for m in coming if m.letter.at <= max(at, now)]
            told = await self._told(connection, ahead)
        await super().sleep_until(at)
        await self._compare(f"until {at}", told, tell=as_it_is)

    async def _streams(self) -> tuple[str, ...]:
        async with self.engine.database.read() as connection:
            rows = await connection.execute(
                text("select stream from snapshot where noun in ('cycle', 'silence', 'action') and not is_closed")
            )
            return tuple(sorted(rows.scalars()))

    async def _written(self, preview: Preview) -> list[Told]:
        async with self.engine.database.read() as connection:
            return await self._told(connection, preview.letters, preview.unsealed)

    async def _told(
        self, connection: Any, mailings: Iterable[Mailing], unsealed: dict[str, bytes] | None = None
    ) -> list[Told]:
        register = await current_register(connection)
        written = await written_out(
            connection,
            self.engine.vault,
            mailings,
            may_name=lambda _entity: True,
            zones={e.code: e.zones for e in register.membership.entities},
            unsealed=unsealed,
        )
        return [
            (each.mailing.letter.notice, reader.entity, reader.held_by or "", reader.subject, reader.text)
            for each in written
            for reader in each.readers
            if reader.held_by
        ]

    async def _compare(self, what: str, foreseen: list[Told], *, tell: Callable[[Told], Told]) -> None:
        """Hold all that has been sent since the last time against what was foreseen; give it time to be sent."""
        expected = Counter(foreseen)

        def sent() -> Counter[Told]:
            letters = self.post.letters[self.read_up_to :]
            return Counter(tell((m.notice, m.entity, m.role, subject_of(m), body_of(m))) for m in letters)

        async def is_as_foreseen() -> bool:
            return sent() == expected and await self.is_quiet()

        with suppress(TimeoutError):
            await self.until(is_as_foreseen, within=PATIENCE)
        self.compared.append(Compared(what=what, foreseen=expected, sent=sent()))
        self.read_up_to = len(self.post.letters)

    async def is_quiet(self) -> bool:
        """Tell whether every letter has gone and every command is decided."""
        async with self.engine.database.read() as connection:
            queued = await connection.execute(text("select count(*) from notice where state = 'queued'"))
            taken = await connection.execute(text("select count(*) from intake where status = 'taken'"))
            return not queued.scalar_one() and not taken.scalar_one()


def timeless(told: Told) -> Told:
    """Return what was told with the instants left out."""
    notice, entity, role, subject, body = told
    return notice, entity, role, INSTANT.sub("*", subject), INSTANT.sub("*", body)


def as_it_is(told: Told) -> Told:
    """Return what was told, to the second."""
    return told
