"""Search attributes the namespace must know; opaque codes and numbers only, since no codec covers them."""

from __future__ import annotations

from temporalio.common import SearchAttributeKey

NOUN = SearchAttributeKey.for_keyword("DialogueNoun")
BODY = SearchAttributeKey.for_keyword("DialogueBody")
CYCLE = SearchAttributeKey.for_keyword("DialogueCycle")
ALL = (NOUN, BODY, CYCLE)
