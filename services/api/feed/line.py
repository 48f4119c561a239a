"""Content lines of RFC 5545: values escaped, lines folded at 75 octets."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

#: octets a line may have, its end not counted (RFC 5545 3.1)
MOST_OCTETS: Final = 75
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def text_line(name: str, text: str) -> str:
    """Return a property whose value is free text; control characters are left out, line breaks kept."""
    one_kind = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(c for c in one_kind if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})
    return f"{name}:{shown.translate(_ESCAPED)}"


def document(lines: Iterable[str]) -> bytes:
    """Return lines as they are sent: folded, in UTF-8, each ended by CR LF."""
    return b"".join(part + b"\r\n" for line in lines for part in folded(line))


def folded(line: str) -> Iterable[bytes]:
    """Give the parts of a line; no character is cut in two, and every part but the first begins with a space."""
    part = b""
    for character in line:
        octets = character.encode()
        if len(part) + len(octets) > MOST_OCTETS:
            yield part
            part = b" "
        part += octets
    yield part
