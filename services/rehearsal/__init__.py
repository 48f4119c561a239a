"""Runs scenario files under skipped time with the production code."""
