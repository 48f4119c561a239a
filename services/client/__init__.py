"""The typed HTTP client; stands alone."""
