"""Mailings of what stands, before they go by themselves."""
