"""The dialogue command line."""
