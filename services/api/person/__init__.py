"""Persons an entity has enrolled; their names are theirs, and erasable."""
