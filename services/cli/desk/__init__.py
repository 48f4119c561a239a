"""The desk: what waits, falls due, meets, has to be done and was told, as tables in the caller's own time."""
