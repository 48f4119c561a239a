"""Intake, ledger, vault, rows and queries in PostgreSQL; only the unit of work commits."""
