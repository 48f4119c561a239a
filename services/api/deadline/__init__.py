"""Deadlines of entities."""
