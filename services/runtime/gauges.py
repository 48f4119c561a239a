"""How the record and the pool of connections stand, read when somebody asks, and shown beside the meters."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from services.storage.standing import Standing, standing
from services.storage.unit_of_work import Database, DatabaseAway

#: However often somebody asks, the record is read no more often than this, in seconds.
FRESH_FOR = 5.0
#: By field of the standing: the metric's name, and what it tells.
OF_RECORD = {
    "undecided": ("dialogue_intake_undecided", "Commands taken in and not decided yet."),
    "undecided_for": ("dialogue_intake_undecided_age_seconds", "Age of the oldest command not decided yet."),
    "notices_queued": ("dialogue_notices_queued", "Notices that have not gone out yet, addressee by addressee."),
    "notices_failed": ("dialogue_notices_undelivered", "Notices that failed and reached nobody yet."),
    "notice_queued_for": ("dialogue_notices_queued_age_seconds", "Age of the oldest notice that has not gone out."),
    "position": ("dialogue_ledger_position", "The highest position given in the ledger."),
    "unsealed": ("dialogue_ledger_unsealed_entries", "Entries of the ledger without a position."),
    "unsealed_for": ("dialogue_ledger_unsealed_age_seconds", "Age of the oldest entry without a position."),
    "past_due": ("dialogue_procedures_past_due", "Procedures still open a minute and more after their expiry."),
    "listeners": ("dialogue_listeners", "API processes that take commands in now."),
    "deaf_for": ("dialogue_deaf_seconds", "How long no API process has been heard; 0 while one is."),
    "deaf_lately": ("dialogue_deaf_seconds_last_hour", "Deaf time within the last hour."),
}
UP = ("dialogue_database_up", "Whether the database answered when last asked.")
IN_USE = ("dialogue_pool_connections_in_use", "Connections of this process to the database that are in use.")
LIMIT = ("dialogue_pool_connections_limit", "Connections this process may have to the database.")


class Gauges(Collector):
    """Reads how the record stands, unless that is only just known, and how the pool does."""

    def __init__(self, database: Database, *, reads_record: bool) -> None:
        self._database = database
        self._reads_record = reads_record
        self._standing: Standing | None = None
        self._is_up = False
        self._read_at = float("-inf")

    async def refresh(self) -> None:
        """Read anew what is no longer fresh."""
        if not self._reads_record or monotonic() - self._read_at < FRESH_FOR:
            return
        self._read_at = monotonic()
        try:
            async with self._database.read() as connection:
                self._standing, self._is_up = await standing(connection), True
        except DatabaseAway:
            self._standing, self._is_up = None, False

    def collect(self) -> Iterator[Metric]:
        """Give what is known; of a record that cannot be read, nothing."""
        in_use, limit = self._database.pool_use()
        yield GaugeMetricFamily(*IN_USE, value=in_use)
        yield GaugeMetricFamily(*LIMIT, value=limit)
        if self._reads_record:
            yield GaugeMetricFamily(*UP, value=self._is_up)
        if self._standing is not None:
            for field, told in OF_RECORD.items():
                yield GaugeMetricFamily(*told, value=getattr(self._standing, field))
