"""Clashes: sessions that meet, and persons booked twice."""
