"""Clashes: sessions of different bodies that meet, and persons booked twice."""
