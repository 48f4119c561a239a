"""The JSON form of domain messages and values, and their canonical bytes and digests."""
