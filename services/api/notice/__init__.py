"""Notices: queued, delivered and failed, each apart."""
