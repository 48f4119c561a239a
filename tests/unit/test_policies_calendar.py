"""Calendars as files: what the first edition says, and the sentence for each kind of fault."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.commands.calendars import read_calendar
from services.domain.working_calendar import WorkingCalendar
from services.policies.edition import load_edition
from services.policies.fault import PolicyError
from services.policies.folder import policies_dir
from services.policies.schema import check
from services.policies.working_calendar import load_calendar
from services.wire.message import Malformed, from_json, to_json

EDITION = load_edition(policies_dir())
CALENDARS = EDITION.calendars


def test_every_delegation_has_a_calendar() -> None:
    """Thirteen, each with its week, its place and its zone."""
    delegations = {d.code: d for e in EDITION.membership.entities for d in e.delegations}

    assert CALENDARS.keys() == delegations.keys()
    for code, calendar in CALENDARS.items():
        assert (calendar.zone, calendar.place) == (delegations[code].zone, delegations[code].seat)
        assert calendar.reference == f"{code}@1"
        assert all(week.source and week.confidence for week in calendar.weeks)
        assert calendar.source
        assert calendar.confidence == "assumption"


def test_feasts_are_known_for_every_year_of_the_first_edition() -> None:
    """2024 to 2045; what follows the moon and has not been announced is expected."""
    for calendar in CALENDARS.values():
        dates = [on for holiday in calendar.holidays for on in holiday.dates]
        assert {on.year for on in dates} == set(range(2024, 2046))
    eid = next(h for h in CALENDARS["GCCPOL"].holidays if h.name == "Eid al-Fitr")
    assert date(2026, 3, 20) in eid.on
    assert date(2040, 10, 7) in eid.expected
    columbus = CALENDARS["AMERIPOL"].holiday_on(date(2026, 10, 12))
    assert columbus is not None
    assert columbus.name.startswith("Columbus Day")


def test_a_working_week_changes_at_midnight_of_the_delegation() -> None:
    """GCCPOL worked Sunday to Thursday until the end of 2021, since then Monday to Friday noon (R1-4)."""
    old, new = CALENDARS["GCCPOL"].weeks

    assert sorted(old.closes) == [1, 2, 3, 4, 7]
    assert new.since == datetime(2021, 12, 31, 20, tzinfo=UTC)
    assert dict(new.closes) == {1: "17:00", 2: "17:00", 3: "17:00", 4: "17:00", 5: "12:00"}
    assert new.half_days == (5,)


def test_make_up_days_are_worked() -> None:
    """Chinese weekends are worked in the stead of feasts, as far as announced."""
    assert CALENDARS["SCO_SECRETARIAT"].worked_on(date(2026, 2, 14)) is not None


def test_a_calendar_survives_json() -> None:
    """The register keeps the very content it adopted."""
    for calendar in CALENDARS.values():
        assert from_json(WorkingCalendar, to_json(calendar)) == calendar


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the shipped policies."""
    shutil.copytree(policies_dir(), tmp_path / "policies")
    return tmp_path / "policies"


WEEK = "{since: 2016-01-01, until: 2022-01-01, days: [sun, mon, tue, wed, thu]"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (WEEK, WEEK.replace("until: 2022-01-01", "until: 2023-01-01"), "the week of 2022-01-01 overlaps the one of"),
        (WEEK, WEEK.replace("2016-01-01", "2022-01-01"), "the week ends on 2022-01-01, before it begins; give a later"),
        (WEEK, WEEK.replace("until: 2022-01-01", "until: 2021-06-01"), "no week holds from 2021-06-01 to 2022-01-01"),
        ("{since: 2022-01-01,", "{since: 2015-01-01,", "overlaps the one of 2016-01-01; put earlier weeks first"),
        ("{since: 2022-01-01,", "{since: 2022-01-01, until: 2030-01-01,", "no week holds from 2030-01-01 on; leave"),
        ("[sun, mon, tue", "[sun, sun, tue", "weeks[0]: a day stands twice in days; name each day once"),
        ("[sun, mon, tue, wed, thu]", "[sunday]", 'weeks[0].days[0]: found "sunday"'),
        ('half_days: {fri: "12:00"}', 'half_days: {sun: "12:00"}', "sun is a half day but not among the days worked"),
        ("2024-04-10, ", "2024-04-10, 2024-04-10, ", "2024-04-10 stands twice; name each date once, in on or in"),
        ("2024-04-10, ", "2024-4-10, ", 'found "2024-4-10"; should be a date, like 2026-03-02'),
        ('"Eid al-Fitr":\n', '"Eid al-Fitr": {}\n  "Eid":\n', "the feast has no date; give one in on, or in expected"),
        ("version: 1", "version: 1\nversion: 2", "the key stands twice, first on line 4; keep one of the two"),
        ("version: 1", "version:\t1", "there is a tab; write spaces"),
        ("version: 1", "version: &v 1", "anchors and aliases are not read; write the value out"),
        ("calendar: GCCPOL", "calendar: GULF", "there is no delegation GULF; name one of INTERPOL, AFRIPOL"),
        ("version: 1", "version: 2", "this is GCCPOL@2 in a file named GCCPOL@1.yaml; give file and calendar the same"),
        ("holidays:", "holiday:", "this key is not known; did you mean holidays?"),
    ],
)
def test_a_fault_is_one_sentence_with_its_key(folder: Path, old: str, new: str, sentence: str) -> None:
    """Overlapping editions, repeated keys and dates, tabs, anchors: where, what is wrong, what would be right."""
    path = folder / "calendars" / "GCCPOL@1.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    told = "\n".join(str(fault) for fault in check(folder, lambda _: []))

    assert sentence in told
    assert "GCCPOL@1.yaml:" in told


def test_a_delegation_without_a_calendar_is_found(folder: Path) -> None:
    """Every delegation has one, and no file is read that is named otherwise."""
    (folder / "calendars" / "ECO@1.yaml").rename(folder / "calendars" / "eco.yaml")

    told = "\n".join(str(fault) for fault in check(folder, lambda _: []))

    assert "eco.yaml:1: this is no name of a calendar; name it like AFRIPOL@1.yaml" in told
    (folder / "calendars" / "eco.yaml").unlink()
    assert "ECO@1.yaml:1: there is no such file; every delegation has a calendar" in "\n".join(
        str(fault) for fault in check(folder, lambda _: [])
    )


def test_a_calendar_can_be_sent_written_out() -> None:
    """In the form of the files, read as strictly."""
    week = {"since": "2016-01-01", "days": ["mon"], "closes": "17:00", "source": "us", "confidence": "assumption"}
    given = {"calendar": "ECO", "version": 2, "source": "us", "confidence": "assumption", "weeks": [week]}

    calendar = read_calendar(given, EDITION.membership, policies_dir())

    assert (calendar.reference, calendar.zone, calendar.place) == ("ECO@2", "Asia/Tehran", "Tehran")
    with pytest.raises(Malformed, match=r"calendar: weeks\.0\.closes|calendar: weeks\[0\]\.closes"):
        read_calendar({**given, "weeks": [{**week, "closes": "25:00"}]}, EDITION.membership, policies_dir())
    with pytest.raises(Malformed, match="should be the name and version of a calendar, like AFRIPOL@2"):
        read_calendar("../../secret", EDITION.membership, policies_dir())
    with pytest.raises(Malformed, match="cannot be read"):
        read_calendar("ECO@9", EDITION.membership, policies_dir())
    with pytest.raises(PolicyError, match="there is no delegation GULF"):
        load_calendar_of_nobody(EDITION.membership)


def load_calendar_of_nobody(membership: object) -> object:
    """Read a calendar of a delegation there is not."""
    from services.policies.working_calendar import calendar_given

    week = {"since": "2016-01-01", "days": ["mon"], "closes": "17:00", "source": "us", "confidence": "assumption"}
    value = {"calendar": "GULF", "version": 1, "source": "us", "confidence": "assumption", "weeks": [week]}
    return calendar_given(value, membership)  # type: ignore[arg-type]


def test_a_calendar_is_loaded_by_its_reference() -> None:
    """Old versions stay readable beside new ones."""
    assert load_calendar(policies_dir(), "ECO@1", EDITION.membership) == CALENDARS["ECO"]
