"""Open waits: for whom, for what, since when, until when."""
