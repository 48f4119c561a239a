"""Entities: who is at the table, since when, where, in which working weeks."""
