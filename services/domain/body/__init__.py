"""The standing body: its series, its one number sequence, its next cycles, its backlog (domain.md LC-1 to LC-3)."""
