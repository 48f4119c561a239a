"""Settings, the composition root, and the machine room: embedded Temporal and PostgreSQL for one machine."""
