"""Standing bodies: their series, their cycles, matters of no cycle."""
