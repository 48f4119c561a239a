"""How it is said that a database is older than Temporal; nothing is loaded to know it."""

from __future__ import annotations

OLDER = "The database is older than Temporal"
