"""Texts before a meeting: versions, dissociations, footnotes."""
