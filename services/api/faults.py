"""What is wrong with a request, place by place: the field, the rule it breaks, and what would be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

#: Patterns of what is sent: a procedure, a calendar, and a word without what cannot be seen.
REFERENCE = r"^[a-z0-9][a-z0-9-]{0,60}@[1-9][0-9]{0,5}$"
CALENDAR = r"^[A-Z][A-Z0-9_]{1,39}@[1-9][0-9]{0,3}$"
INVISIBLE = r"^[^\x00-\x1f\x7f]*$"

#: By kind of validation error: the rule, and the remedy; ``{}`` takes the error's own values.
RULES: Mapping[str, tuple[str, str]] = {
    "missing": ("is missing", "send it"),
    "extra_forbidden": ("is not a field known here", "leave it out"),
    "string_type": ("should be a text", "send a string"),
    "int_type": ("should be a whole number", "send a number without quotes or fraction"),
    "int_parsing": ("should be a whole number", "send digits"),
    "bool_type": ("should be true or false", "send true or false without quotes"),
    "bool_parsing": ("should be true or false", "send true or false"),
    "list_type": ("should be a list", "send a list, in square brackets"),
    "dict_type": ("should be an object", "send an object, in curly brackets"),
    "model_attributes_type": ("should be an object", "send an object, in curly brackets"),
    "model_type": ("should be an object", "send an object, in curly brackets"),
    "literal_error": ("should be {expected}", "choose one of these"),
    "string_too_short": ("is empty", "say something, or leave it out"),
    "string_too_long": ("has more than {max_length} characters", "shorten it"),
    "string_pattern_mismatch": (
        "is not written as it should be",
        "check for a slip, and see its form in /openapi.json",
    ),
    "string_unicode": ("holds text that is not Unicode", "encode it as UTF-8"),
    "too_long": ("has {actual_length} entries; at most {max_length} are taken", "send fewer"),
    "too_short": ("has too few entries", "send at least {min_length}"),
    "greater_than_equal": ("is below {ge}", "send {ge} or more"),
    "less_than_equal": ("is above {le}", "send {le} or less"),
    "json_invalid": ("is no JSON ({error})", "send JSON, encoded as UTF-8"),
}
#: What a field of several forms is called in the place of an error, one form after the other.
ALTERNATIVE = re.compile(r"constrained-str|str|dict\[.*\]")
#: What a value of a pattern should be, and what is right; a pattern itself says little to anybody.
FORMS: Mapping[str, tuple[str, str]] = {
    REFERENCE: ("should be a name and a version", "write it like exercise@1"),
    CALENDAR: ("should be a calendar's name and version", "write it like AFRIPOL@2"),
    INVISIBLE: ("holds characters that nobody can see", "leave them out"),
}
SEE = "see this operation in /openapi.json"
ASK_AGAIN = "put it right and ask again"
AGAIN = "put it right and send the command again, under another Idempotency-Key if you use one"


class Wrong(BaseModel):
    """One thing that is wrong."""

    field: str = Field(description="Where, as a dotted path.", examples=["persons.0.role"])
    rule: str = Field(description="What it should be and is not.")
    remedy: str = Field(description="What would be right.")

    @property
    def sentence(self) -> str:
        """Return field, rule and remedy in one sentence, without its full stop."""
        remedy = "" if self.remedy in (AGAIN, ASK_AGAIN) else f"; {self.remedy}"
        return f"{self.field}: {self.rule}{remedy}"


def wrongs_of(faults: Iterable[Mapping[str, Any]]) -> list[Wrong]:
    """Return what is wrong with a command, as the door found it."""
    return [Wrong(field=str(f["field"]), rule=str(f["rule"]), remedy=str(f.get("remedy") or AGAIN)) for f in faults]


def wrongs_of_request(errors: Sequence[Mapping[str, Any]]) -> list[Wrong]:
    """Return what is wrong with a request, as validation found it; each place once."""
    found = {_field(error): error for error in reversed(errors)}
    return [_wrong(field, error) for field, error in reversed(found.items())]


def _wrong(field: str, error: Mapping[str, Any]) -> Wrong:
    context = error.get("ctx") or {}
    if error["type"] == "string_pattern_mismatch" and (form := FORMS.get(str(context.get("pattern")))):
        return Wrong(field=field, rule=form[0], remedy=form[1])
    if "remedy" in context:
        return Wrong(field=field, rule=str(error["msg"]), remedy=str(context["remedy"]))
    rule, remedy = RULES.get(str(error["type"]), (str(error["msg"])[:1].lower() + str(error["msg"])[1:], SEE))
    return Wrong(field=field, rule=rule.format_map(context), remedy=remedy.format_map(context))


def _field(error: Mapping[str, Any]) -> str:
    where, *rest = error["loc"]
    if error["type"] == "json_invalid":
        return "body"
    parts = [str(part) for part in rest if not ALTERNATIVE.fullmatch(str(part))] or [str(where)]
    return ".".join([str(where), *parts] if where == "path" else parts)
