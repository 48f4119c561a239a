"""Meeting cycles, from the proposal to the close."""
