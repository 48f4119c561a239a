"""The Dialogue engine: a coordination engine for bodies that decide together and own nothing in common."""
