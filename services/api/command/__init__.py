"""Commands: what has been sent, and what became of it."""
