"""Numbered paragraphs and the one canonical text over which a hash is taken, in both directions."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: What may number a paragraph: ``5``, ``5b``, ``2.1``, ``(iii)``; never anything that ends its own number.
NUMBER = re.compile(r"[0-9A-Za-z(][0-9A-Za-z.()-]{0,15}")
BETWEEN = "\n\n"
AFTER_NUMBER = ". "


def whole_text(paragraphs: Mapping[str, str]) -> str:
    """Return the canonical text of numbered paragraphs: white space within one is a single space."""
    return BETWEEN.join(f"{number}{AFTER_NUMBER}{' '.join(text.split())}" for number, text in paragraphs.items())


def paragraphs_of(whole: str) -> dict[str, str]:
    """Return the paragraphs of a canonical text by number, in order; none if the text is not numbered throughout."""
    found: dict[str, str] = {}
    for block in whole.split(BETWEEN):
        number, dot, text = block.partition(AFTER_NUMBER)
        if not dot or not NUMBER.fullmatch(number) or number in found:
            return {}
        found[number] = text
    return found


def is_number(text: str) -> bool:
    """Tell whether a word may number a paragraph."""
    return NUMBER.fullmatch(text) is not None
