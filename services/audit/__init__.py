"""Replays, reconciles and proves the record."""
