"""Reads, validates and digests what lies in the policies folder; expands calendars to bounded tables."""
