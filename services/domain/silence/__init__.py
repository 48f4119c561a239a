"""The silence procedure and the written procedure: one text, one electorate, one expiry (domain.md 5.2)."""
