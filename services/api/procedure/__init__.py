"""Silence and written procedures."""
