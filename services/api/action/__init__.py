"""Action items and the follow-up matrix."""
