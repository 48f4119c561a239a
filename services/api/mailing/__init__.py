"""Mailings before they go: of a command that is only tried, and of what stands."""
