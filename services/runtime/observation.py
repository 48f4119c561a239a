"""Equips a process to be seen: its meters, its spans, and the window through which they are read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.commands.watched import KINDS
from services.gateways.letter import SUBJECTS
from services.runtime.composition import Engine
from services.runtime.gauges import Gauges
from services.runtime.release import release
from services.runtime.sdk_meters import SdkMeters
from services.runtime.settings import Settings
from services.runtime.window import Window, opened
from services.telemetry.meters import Meters
from services.telemetry.telemetry import Telemetry

log = logging.getLogger(__name__)


def telemetry_of() -> Telemetry:
    """Return what a process is seen with."""
    return Telemetry(meters=Meters(release=release(), kinds=KINDS, notices=frozenset(SUBJECTS)))


def sdk_meters_of(settings: Settings, telemetry: Telemetry) -> SdkMeters | None:
    """Return what measures Temporal's SDK, if anybody can ask for it."""
    if settings.metrics_port is None:
        return None
    sdk = SdkMeters()
    telemetry.meters.registry.register(sdk)
    return sdk


@asynccontextmanager
async def watched_by(
    engine: Engine, *, reads_record: bool = False, sdk: SdkMeters | None = None
) -> AsyncIterator[None]:
    """Open the window of a process until the block ends, where the settings say; nowhere if they do not."""
    settings, telemetry = engine.settings, engine.telemetry
    if settings.metrics_port is None or telemetry is None:
        yield
        return
    gauges = Gauges(engine.database, reads_record=reads_record)
    telemetry.meters.registry.register(gauges)
    window = Window(telemetry.meters, refresh=gauges.refresh, lacking=engine.lacking)
    async with opened(window, settings.metrics_host, settings.metrics_port) as port:
        log.info("metrics on http://%s:%s/metrics", settings.metrics_host, port)
        gathering = asyncio.create_task(sdk.run()) if sdk else None
        try:
            yield
        finally:
            if gathering:
                gathering.cancel()
