"""What Temporal's SDK measures, gathered from its buffer and shown beside our own meters."""

from __future__ import annotations

import asyncio
import logging
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from temporalio.runtime import (
    BUFFERED_METRIC_KIND_COUNTER,
    BUFFERED_METRIC_KIND_GAUGE,
    BufferedMetric,
    LogForwardingConfig,
    LoggingConfig,
    MetricBuffer,
    MetricBufferDurationFormat,
    Runtime,
    TelemetryConfig,
)

from services.telemetry.meters import LATENCY

#: Updates between two gatherings, and many times over: what does not fit is lost, and said so by the SDK.
BUFFER = 20_000
GATHER_EVERY = 2.0
#: The same on every line of one worker.
SAID_ELSEWHERE = frozenset({"service_name", "namespace", "task_queue"})
Labels = tuple[tuple[str, str], ...]


class SdkMeters(Collector):
    """Adds up what the SDK buffers; ``runtime`` is what a client must be connected with."""

    def __init__(self) -> None:
        self._buffer = MetricBuffer(BUFFER, MetricBufferDurationFormat.SECONDS)
        self.runtime = Runtime(telemetry=TelemetryConfig(logging=forwarded(), metrics=self._buffer))
        self._metrics: dict[str, BufferedMetric] = {}
        self._sums: dict[str, dict[Labels, float]] = {}
        self._buckets: dict[str, dict[Labels, list[int]]] = {}

    async def run(self) -> None:
        """Gather until cancelled."""
        while True:
            self.gather()
            await asyncio.sleep(GATHER_EVERY)

    def gather(self) -> None:
        """Add up what has been buffered since."""
        for update in self._buffer.retrieve_updates():
            name = update.metric.name
            self._metrics.setdefault(name, update.metric)
            labels = tuple(sorted((k, str(v)) for k, v in update.attributes.items() if k not in SAID_ELSEWHERE))
            sums = self._sums.setdefault(name, {})
            if update.metric.kind == BUFFERED_METRIC_KIND_GAUGE:
                sums[labels] = update.value
                continue
            sums[labels] = sums.get(labels, 0) + update.value
            if update.metric.kind != BUFFERED_METRIC_KIND_COUNTER:
                counts = self._buckets.setdefault(name, {}).setdefault(labels, [0] * (len(LATENCY) + 1))
                counts[bisect_left(LATENCY, update.value)] += 1

    def collect(self) -> Iterator[Metric]:
        """Give everything as it stands."""
        self.gather()
        for name, metric in sorted(self._metrics.items()):
            words = metric.description or "Measured by Temporal's SDK."
            if metric.kind == BUFFERED_METRIC_KIND_COUNTER:
                yield self._filled(CounterMetricFamily(name, words), name, "_total")
            elif metric.kind == BUFFERED_METRIC_KIND_GAUGE:
                yield self._filled(GaugeMetricFamily(name, words), name, "")
            else:
                yield self._histogram(name, words)

    def _filled(self, family: Metric, name: str, suffix: str) -> Metric:
        for labels, value in self._sums[name].items():
            family.add_sample(family.name + suffix, dict(labels), value)
        return family

    def _histogram(self, name: str, words: str) -> Metric:
        family = HistogramMetricFamily(f"{name}_seconds", words)
        for labels, counts in self._buckets[name].items():
            told = dict(labels)
            bounds = [*(str(bound) for bound in LATENCY), "+Inf"]
            for bound, count in zip(bounds, accumulate(counts), strict=True):
                family.add_sample(f"{family.name}_bucket", {**told, "le": bound}, count)
            family.add_sample(f"{family.name}_count", told, sum(counts))
            family.add_sample(f"{family.name}_sum", told, self._sums[name][labels])
        return family


def forwarded() -> LoggingConfig:
    """Return where the SDK's core writes: to our log, without its fields, which may hold what a failure said."""
    logger = logging.getLogger("temporalio.core")
    return LoggingConfig(
        filter=LoggingConfig.default.filter,
        forwarding=LogForwardingConfig(logger=logger, append_log_fields_to_message=False),
    )
