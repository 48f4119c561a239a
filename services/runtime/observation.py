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
from services.runtime.readiness import worker_lacking
from services.runtime.release import release
from services.runtime.sdk_meters import SdkMeters
from services.runtime.settings import COLLECTORS, Settings
from services.runtime.trouble import Trouble
from services.runtime.window import Lacking, Window, opened
from services.telemetry.meters import Meters
from services.telemetry.span import NoSpans, Spans
from services.telemetry.telemetry import Telemetry

log = logging.getLogger(__name__)


def telemetry_of(settings: Settings, service: str) -> Telemetry:
    """
    Return what a process of a name is seen with.

    Raises:
        Trouble: a collector is named, and what sends traces is not installed.
    """
    meters = Meters(release=release(), kinds=KINDS, notices=frozenset(SUBJECTS))
    return Telemetry(meters=meters, spans=_spans(service) if settings.is_traced else NoSpans())


def _spans(service: str) -> Spans:
    try:
        from services.telemetry.otel import spans_of
    except ModuleNotFoundError as error:
        raise Trouble(
            f"A collector of traces is named in {' or '.join(COLLECTORS)}, but {error.name} is not installed; install "
            "the engine as dialogue-engine[telemetry], or name no collector."
        ) from error
    return spans_of(service, release())


def sdk_meters_of(settings: Settings, telemetry: Telemetry) -> SdkMeters | None:
    """Return what measures Temporal's SDK, if anybody can ask for it."""
    if settings.metrics_port is None:
        return None
    sdk = SdkMeters()
    telemetry.meters.registry.register(sdk)
    return sdk


@asynccontextmanager
async def watched_by(engine: Engine, *, is_worker: bool = False, sdk: SdkMeters | None = None) -> AsyncIterator[None]:
    """Let a process be watched until the block ends, as far as the settings say; a worker tells of the record too."""
    telemetry = engine.telemetry
    if telemetry is None:
        yield
        return
    gauges = Gauges(engine.database, reads_record=is_worker)
    telemetry.meters.registry.register(gauges)
    window = Window(telemetry.meters, refresh=gauges.refresh, lacking=_lacking(engine) if is_worker else engine.lacking)
    gathering = asyncio.create_task(sdk.run()) if sdk else None
    try:
        async with _open(window, engine.settings):
            yield
    finally:
        if gathering:
            gathering.cancel()
        telemetry.spans.close()


def _lacking(engine: Engine) -> Lacking:
    queue = engine.settings.temporal.task_queue

    async def lacks() -> tuple[str, ...]:
        return await worker_lacking(engine.database, engine.client, queue)

    return lacks


@asynccontextmanager
async def _open(window: Window, settings: Settings) -> AsyncIterator[None]:
    if settings.metrics_port is None:
        yield
        return
    async with opened(window, settings.metrics_host, settings.metrics_port) as port:
        log.info("metrics on http://%s:%s/metrics", settings.metrics_host, port)
        yield
