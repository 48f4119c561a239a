"""Previews: what a command would do, and the letters that would go, before anything is done."""
