"""Spares a rehearsal the collector's rounds: it makes much, keeps nearly all of it, and is over soon."""

from __future__ import annotations

import gc

THRESHOLDS = (200_000, 20, 20)


def collect_rarely() -> None:
    """Let what is loaded be, and look for rubbish rarely."""
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
