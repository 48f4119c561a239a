"""
Meters: what is counted and measured, in one registry a process, as Prometheus reads it.

A label is one of few words that the code knows: never an id, never anything somebody sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

#: From what answers at once to what was taken in and had to wait, in seconds.
LATENCY = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
#: How late something due was decided, in seconds: from at once to a day.
LATENESS = (0.1, 0.5, 1.0, 5.0, 30.0, 60.0, 300.0, 3600.0, 86400.0)
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Words:
    """The words that may stand in a label; whatever else comes is counted as ``other``."""

    known: frozenset[str]

    def one(self, word: str) -> str:
        """Return a word that is known."""
        return word if word in self.known else OTHER


class Meters:
    """The meters of one process."""

    def __init__(
        self, *, release: str = "unknown", kinds: frozenset[str] = frozenset(), notices: frozenset[str] = frozenset()
    ) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry(auto_describe=True)
        ProcessCollector(registry=self.registry)
        Info("dialogue_build", "The release that runs.", registry=self.registry).info({"release": release})
        self._kinds, self._notices = Words(kinds), Words(notices)
        self._requests()
        self._commands()
        self._record()
        self._delivery()

    def _requests(self) -> None:
        self._served = self._counter(
            "dialogue_requests", "Requests answered, by route, method and status.", "route", "method", "status"
        )
        self._served_in = self._histogram("dialogue_request_seconds", "From a request to its answer.", LATENCY, "what")
        self._under_way = self._gauge("dialogue_requests_in_flight", "Requests being answered.")

    def _commands(self) -> None:
        self._handed_in = self._counter(
            "dialogue_commands", "Commands handed in, by kind and what became of them.", "kind", "outcome"
        )
        self._decided_in = self._histogram(
            "dialogue_command_seconds", "From the door to the record, of commands decided at once.", LATENCY, "noun"
        )
        self._relayed = self._counter(
            "dialogue_relayed_commands", "Commands that the relay delivered after the door could not.", "outcome"
        )

    def _record(self) -> None:
        self._records = self._counter(
            "dialogue_records",
            "Batches given to the record; acts and deaf_time are refused on condition and decided anew.",
            "outcome",
        )
        self._entries = self._counter("dialogue_recorded_entries", "Entries written to the ledger.")
        self._recorded_in = self._histogram("dialogue_record_seconds", "Duration of one record.", LATENCY)
        self._lag = self._histogram(
            "dialogue_outbox_lag_seconds", "From a decision in the history to its entry in the ledger.", LATENCY
        )
        self._late = self._histogram(
            "dialogue_due_late_seconds", "From a due instant to the record of its decision.", LATENESS, "noun"
        )

    def _delivery(self) -> None:
        self._posted = self._counter(
            "dialogue_notices", "Notices posted, or failed, addressee by addressee.", "notice", "outcome"
        )
        self._errands = self._counter("dialogue_errands", "Words and starts carried between aggregates.", "outcome")

    # ---- what happened

    def begun(self) -> None:
        """Count a request that has come."""
        self._under_way.inc()

    def served(self, *, route: str, method: str, status: int, what: str, seconds: float) -> None:
        """Count a request answered; ``what`` it was: a command, a reading, or another."""
        self._under_way.dec()
        self._served.labels(route, method, str(status)).inc()
        self._served_in.labels(what).observe(seconds)

    def handed_in(self, *, kind: str, noun: str, outcome: str, seconds: float | None) -> None:
        """Count a command; ``seconds`` from the door to the record if it got there."""
        self._handed_in.labels(self._kinds.one(kind), outcome).inc()
        if seconds is not None:
            self._decided_in.labels(noun).observe(seconds)

    def relayed(self, outcome: str) -> None:
        """Count a command that the relay delivered, or could not."""
        self._relayed.labels(outcome).inc()

    def recorded(self, *, outcome: str, entries: int, seconds: float, lag: float) -> None:
        """Count a batch given to the record."""
        self._records.labels(outcome).inc()
        self._recorded_in.observe(seconds)
        if outcome == "recorded":
            self._entries.inc(entries)
            self._lag.observe(max(lag, 0.0))

    def decided_late(self, noun: str, seconds: float) -> None:
        """Measure how long after a due instant its decision stood in the record."""
        self._late.labels(noun).observe(max(seconds, 0.0))

    def posted(self, notice: str, outcome: str) -> None:
        """Count a notice to one addressee."""
        self._posted.labels(self._notices.one(notice), outcome).inc()

    def ran_errands(self, number: int, outcome: str) -> None:
        """Count errands carried out, or tried in vain."""
        self._errands.labels(outcome).inc(number)

    # ---- reading

    def page(self) -> bytes:
        """Return everything as Prometheus reads it."""
        return generate_latest(self.registry)

    def _counter(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(name, words, labels, registry=self.registry)

    def _gauge(self, name: str, words: str, *labels: str) -> Gauge:
        return Gauge(name, words, labels, registry=self.registry)

    def _histogram(self, name: str, words: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, words, labels, registry=self.registry, buckets=buckets)
