"""Acting a scenario file on a live system: what was rehearsed is what is done, each step once."""
