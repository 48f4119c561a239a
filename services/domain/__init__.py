"""The core: pure deciders over frozen values; standard library only, no clock, no zone data, no file."""
