"""What `dialogue rehearse` prints."""
