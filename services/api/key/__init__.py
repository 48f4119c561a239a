"""API keys: issued, listed, revoked; a secret is told once."""
