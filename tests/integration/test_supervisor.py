"""The supervisor: what dies is started again, however often starting fails, and said so once."""

import asyncio
import logging
import signal

import pytest

from services.runtime import supervisor
from services.runtime.supervisor import Supervisor, ending
from services.runtime.trouble import Trouble


class Mortal:
    """A server without a process, which dies when told and fails to start as often as told."""

    name = "Mortal"

    def __init__(self) -> None:
        self.starts = 0
        self.failures = 0
        self.stopped = False
        self.serves = asyncio.Event()
        self._death: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def pid(self) -> int | None:
        """Return the number of the start in a process id's place."""
        return self.starts

    async def start(self) -> None:
        """Start, unless it is to fail."""
        self.starts += 1
        if self.failures:
            self.failures -= 1
            raise Trouble("not today.")
        self._death = asyncio.get_running_loop().create_future()
        self.serves.set()

    async def died(self) -> int:
        """Wait for the death."""
        return await self._death

    async def stop(self, *, within: float) -> None:
        """Remember that it was asked to."""
        self.stopped = True

    def die(self) -> None:
        """Die as by kill -9."""
        self.serves.clear()
        self._death.set_result(-signal.SIGKILL)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.001)


async def test_a_dead_server_is_started_again_and_announced_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """Twice dead, twice announced."""
    server = Mortal()
    keeper = Supervisor([server])
    await keeper.start()

    for _ in range(2):
        server.die()
        await server.serves.wait()
    await keeper.stop(within=1)

    assert caplog.messages == [
        "Mortal was ended by SIGKILL and was started again as process 2",
        "Mortal was ended by SIGKILL and was started again as process 3",
    ]


async def test_a_server_that_cannot_start_again_is_tried_until_it_can(caplog: pytest.LogCaptureFixture) -> None:
    """Each failure is an error of its own, with the reason."""
    server = Mortal()
    keeper = Supervisor([server])
    await keeper.start()

    server.failures = 3
    server.die()
    await server.serves.wait()
    await keeper.stop(within=1)

    assert [record.levelno for record in caplog.records] == [logging.ERROR] * 3 + [logging.WARNING]
    assert "could not be started again: Trouble('not today.')" in caplog.messages[0]


async def test_a_server_that_does_not_come_up_at_first_fails_the_start() -> None:
    """The trouble reaches the caller as itself, and stopping reaches every server."""
    servers = [Mortal(), Mortal()]
    servers[1].failures = 1
    keeper = Supervisor(servers)

    with pytest.raises(Trouble, match=r"^not today\.$"):
        await keeper.start()
    await keeper.stop(within=1)

    assert [server.stopped for server in servers] == [True, True]


async def test_a_stopped_server_is_not_started_again() -> None:
    """Stopping is no unexpected death."""
    server = Mortal()
    keeper = Supervisor([server])
    await keeper.start()

    await keeper.stop(within=1)
    server.die()
    await asyncio.sleep(0)

    assert server.starts == 1


def test_an_ending_is_said_in_words() -> None:
    """A signal by its name, a code by its number."""
    assert ending(-9) == "was ended by SIGKILL"
    assert ending(3) == "ended with code 3"
