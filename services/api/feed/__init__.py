"""The calendar feed: sessions and deadlines of an entity, for the calendars people look at (RFC 5545, RFC 7986)."""
