"""Over a database that is older than Temporal nothing is served and nothing taken in; this waits, and says so."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

from temporalio.service import RPCError

from services.commands.standing import ahead_at_all, ahead_lately, sentence_of
from services.runtime.composition import Engine
from services.storage.unit_of_work import DatabaseAway
from services.workflows.codec import PayloadUnreadable

LOOK_EVERY = 2.0
#: Seconds for which is waited to hear from Temporal; without it commands are taken in and decided later.
LOOK_WITHIN = 2.0
#: The same for somebody at a command line, who has nobody behind him in a queue.
ANSWERS_WITHIN = 10.0
#: While Temporal is starting it is asked so often.
ASK_EVERY = 0.2

log = logging.getLogger(__name__)


async def until_current(engine: Engine, known: asyncio.Event | None = None) -> None:
    """
    Wait until the database is as new as Temporal; say what is to be done whenever that is something new.

    ``known`` is set as soon as it is known whether it is.
    """
    known = known or asyncio.Event()
    said = None
    while (sentence := await look(engine, is_held=said is not None)) is not None:
        engine.door.held = sentence
        known.set()
        if sentence != said:
            log.error(sentence)
        said = sentence
        await asyncio.sleep(LOOK_EVERY)
    engine.door.held = None
    known.set()
    if said is not None:
        log.warning("the database is as new as Temporal; serving")


async def hold_if_older(engine: Engine) -> None:
    """Hold an engine's door if the database is older than Temporal, if Temporal answers."""
    with suppress(TimeoutError):
        async with asyncio.timeout(ANSWERS_WITHIN):
            engine.door.held = await look(engine, is_held=False)


async def look(engine: Engine, *, is_held: bool) -> str | None:
    """Return what there is to say of an older database; ask until both servers have answered."""
    while True:
        try:
            find = ahead_at_all if is_held else ahead_lately
            ahead = await find(engine.database, engine.client)
            return await sentence_of(engine.database, ahead) if ahead else None
        except PayloadUnreadable as error:
            # nothing can be said without the key; the doctor names it too
            log.error(error)  # noqa: TRY400 - what is wrong is said in a sentence
            return None
        except (DatabaseAway, RPCError, RuntimeError):  # RuntimeError is what a refused connection comes as
            await asyncio.sleep(ASK_EVERY)
