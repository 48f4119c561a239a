"""What only the operator can put right: the one family of errors the command line prints as a sentence."""

from __future__ import annotations


class Trouble(Exception):
    """Something outside the engine is wrong; the message is one sentence saying what, and what to do."""

    is_for_operators = True
