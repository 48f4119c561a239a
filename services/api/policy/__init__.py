"""Policies in force, and those that will be."""
