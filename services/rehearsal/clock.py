"""The clocks of a rehearsal: the skipping server's own, and one that stands still while an instant is lived through."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.testing import WorkflowEnvironment


class SkippingClock:
    """Tells the instant of a time-skipping Temporal test server, in UTC."""

    def __init__(self, environment: WorkflowEnvironment) -> None:
        self._environment = environment

    async def instant(self) -> datetime:
        """Return the server's present instant."""
        return (await self._environment.get_current_time()).astimezone(UTC)

    async def now(self, connection: AsyncConnection, stream: str) -> datetime:  # noqa: ARG002 - as the intake asks
        """Return the instant of an act on a stream."""
        return await self.instant()


class SteppingClock:
    """
    Tells the instant a rehearsal has come to, in UTC, and takes the skipping server along.

    The server's clock runs on while a machine computes. What happens at an instant is dated by that instant all the
    same, so that a scenario gives the same on a slow machine as on a fast one.
    """

    def __init__(self, environment: WorkflowEnvironment, at: datetime) -> None:
        self._environment = environment
        self.at = at

    async def instant(self) -> datetime:
        """Return the present instant."""
        return self.at

    async def now(self, connection: AsyncConnection, stream: str) -> datetime:  # noqa: ARG002 - as the intake asks
        """Return the instant of an act on a stream."""
        return self.at

    async def move(self, to: datetime) -> None:
        """Move on to an instant; whatever sleeps until then wakes."""
        # first our own clock: what wakes must not find that its instant has not come
        self.at = to
        ahead = to - await self.server_instant()
        if ahead > timedelta(0):
            await self._environment.sleep(ahead)

    async def server_instant(self) -> datetime:
        """Return the instant by the server, which is never behind ours for long."""
        return (await self._environment.get_current_time()).astimezone(UTC)

    async def catch_up(self, at: datetime) -> None:
        """Come to an instant that has passed by the server already; leave one that has not."""
        if await self.server_instant() >= at:
            self.at = max(self.at, at)

    async def nudge(self, by: timedelta) -> None:
        """Let the server's time alone run a little, so that what it tries again later is tried now."""
        await self._environment.sleep(by)
