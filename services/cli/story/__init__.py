"""The story that `dialogue demo` tells: one exercise cycle, act by act, through the public API alone."""
