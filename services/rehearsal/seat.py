"""A seat that a rehearsal cannot give."""

from __future__ import annotations


class NotSeated(Exception):
    """Somebody the scenario names cannot be given their seat; the reason is the engine's own."""
