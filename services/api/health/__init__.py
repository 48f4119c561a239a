"""Whether this process lives and its database answers."""
