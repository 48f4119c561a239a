"""Events: what happened, in the order of the record, as far as the caller may see it."""
