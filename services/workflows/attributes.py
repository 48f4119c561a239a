"""Names of the search attributes that the namespace must know; nothing is loaded to tell them."""

from __future__ import annotations

NOUN = "DialogueNoun"
BODY = "DialogueBody"
CYCLE = "DialogueCycle"
#: All of them, each with Temporal's name of its type.
TYPES = {NOUN: "Keyword", BODY: "Keyword", CYCLE: "Keyword"}
