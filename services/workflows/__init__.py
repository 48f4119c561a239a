"""Temporal workflows that wait, and the activities that record and act for them."""
