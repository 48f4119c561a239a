"""The meeting cycle: from convening to follow-up, one number, one session (domain.md 5.1)."""
