"""
Writes the first edition of the calendars: the feasts of the places where delegations sit, with the weeks given here.

Run as ``python -m tests.make_calendars`` where the package ``holidays`` is installed. Files that stand are left alone:
after the first edition they are ours to edit, by hand, under a new version.
"""

from __future__ import annotations

import importlib
import re
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "policies" / "calendars"
YEARS = range(2024, 2046)
USUAL = "mon, tue, wed, thu, fri"
SUNDAY = "sun, mon, tue, wed, thu"


@dataclass(frozen=True, kw_only=True)
class Week:
    """A working week as its file says it."""

    days: str
    source: str
    since: str = "2016-01-01"
    until: str = ""
    half: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a delegation keeps its feasts: a country of the library, and a part of it."""

    country: str
    weeks: tuple[Week, ...]
    part: str | None = None
    note: str = ""


def usual(what: str) -> tuple[Week, ...]:
    """Return the week from Monday to Friday, as usual somewhere."""
    return (Week(days=USUAL, source=what),)


PLACES = {
    "INTERPOL": Place(country="FR", weeks=usual("usual French week")),
    "AFRIPOL": Place(
        country="DZ",
        weeks=(
            Week(
                days=SUNDAY,
                since="2009-08-14",
                source="Algerian administration since 14 August 2009 (AFP, 2009); that AFRIPOL follows it is assumed",
            ),
        ),
    ),
    "AIMC": Place(country="TN", weeks=usual("usual Tunisian week; its ministerial sessions have met on Sundays")),
    "AMERIPOL": Place(country="CO", weeks=usual("usual Colombian week")),
    "ASEANAPOL": Place(country="MY", part="KUL", weeks=usual("usual Malaysian week")),
    "EUROPOL": Place(country="NL", weeks=usual("usual Dutch week")),
    "FRONTEX": Place(country="PL", weeks=usual("usual Polish week")),
    "GCCPOL": Place(
        country="AE",
        weeks=(
            Week(
                days=SUNDAY,
                until="2022-01-01",
                source="United Arab Emirates, federal government, until 31 December 2021; that GCCPOL followed it is "
                "assumed",
            ),
            Week(
                days=USUAL,
                since="2022-01-01",
                half='{fri: "12:00"}',
                source="United Arab Emirates, federal government, since 1 January 2022 (The National, 2021); that "
                "GCCPOL follows it is assumed",
            ),
        ),
    ),
    "SCO_SECRETARIAT": Place(
        country="CN",
        weeks=usual("usual Chinese week"),
        note="\n# Make-up days at weekends are known as far as they have been announced.",
    ),
    "SCO_RATS_EC": Place(country="UZ", weeks=usual("usual Uzbek week")),
    "UNODC": Place(country="AT", weeks=usual("usual Austrian week")),
    "ECO": Place(
        country="IR",
        weeks=(
            Week(
                days="sat, sun, mon, tue, wed",
                source="weekend on Thursday and Friday; the weakest of our assumptions",
            ),
        ),
    ),
    "CARICOM_IMPACS": Place(country="TT", weeks=usual("usual Trinidadian week")),
}


@dataclass
class Feast:
    """The dates of one feast."""

    on: list[date] = field(default_factory=list)
    expected: list[date] = field(default_factory=list)


def main() -> None:
    """Write what is not there yet."""
    library = importlib.import_module("holidays")
    FOLDER.mkdir(exist_ok=True)
    for code, place in PLACES.items():
        path = FOLDER / f"{code}@1.yaml"
        if path.exists():
            print(f"{path.name} stands and is left alone", file=sys.stderr)  # noqa: T201 - a program's report
            continue
        path.write_text(written(code, place, library), encoding="utf-8")


def written(code: str, place: Place, library: Any) -> str:
    """Return the file of a delegation."""
    known = _known(place, library)
    where = f"{place.country}-{place.part}" if place.part else place.country
    lines = [
        f"# The working calendar of {code}: its weeks, the feasts of the place where it sits, days worked anyway.",
        f"# Dates are local. A date is `expected` while nobody has announced it, as of feasts by the moon.{place.note}",
        f"calendar: {code}",
        "version: 1",
        f'source: "feasts of {where}, computed by holidays {library.__version__}; that {code} keeps them is assumed"',
        "confidence: assumption",
        "weeks:",
    ]
    for week in place.weeks:
        until = f", until: {week.until}" if week.until else ""
        half = f", half_days: {week.half}" if week.half else ""
        lines += [
            f'  - {{since: {week.since}{until}, days: [{week.days}], closes: "17:00"{half},',
            f'     source: "{week.source}",',
            "     confidence: assumption}",
        ]
    lines.append("holidays:")
    for name, feast in feasts(known).items():
        lines.append(f'  "{name}":')
        for kind, dates in (("on", feast.on), ("expected", feast.expected)):
            if dates:
                lines += _dates(kind, dates)
    if extra := sorted(on for on in getattr(known, "weekend_workdays", ()) if on.year in YEARS):
        lines.append("worked:")
        lines += [f'  - {{on: {on}, closes: "17:00", name: Make-up day}}' for on in extra]
    return "\n".join(lines) + "\n"


def feasts(known: Any) -> dict[str, Feast]:
    """Return the feasts of a place by name, those first that come first."""
    found: dict[str, Feast] = {}
    for on, names in sorted(known.items()):
        for each in names.split("; "):
            name = each.replace(", estimated)", ")").replace(" (estimated)", "")
            name = re.sub(r"^Day off \(substituted from .*\)$", "Day off for a make-up day", name)
            feast = found.setdefault(name, Feast())
            (feast.expected if "estimated)" in each else feast.on).append(on)
    return found


def _known(place: Place, library: Any) -> Any:
    country = getattr(library, place.country)
    languages = getattr(country, "supported_languages", ())
    language = "en_US" if "en_US" in languages else None
    return library.country_holidays(place.country, subdiv=place.part, years=YEARS, language=language)


def _dates(kind: str, dates: list[date]) -> list[str]:
    rows = [dates[start : start + 8] for start in range(0, len(dates), 8)]
    lines = [", ".join(str(on) for on in row) for row in rows]
    head, *rest = lines
    if not rest:
        return [f"    {kind}: [{head}]"]
    return [f"    {kind}: [{head},", *(f"      {line}," for line in rest[:-1]), f"      {rest[-1]}]"]


if __name__ == "__main__":
    main()
