"""Adapters to the world outside: mail and console."""
