"""Working calendars: which days each delegation works, and what changes them."""
