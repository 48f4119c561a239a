"""The HTTP API: translates requests to commands and rows to answers; decides nothing."""
