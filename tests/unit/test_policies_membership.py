"""Membership and bodies as files: who is at the table, since when, and the sentence for each kind of fault."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.domain.membership import Basis, Entity, Membership, ParticipationStatus, quorum_of
from services.policies.bodies import load_charters
from services.policies.fault import PolicyError
from services.policies.folder import policies_dir
from services.policies.membership import load_membership
from services.wire.message import from_json, to_json

MEMBERSHIP = load_membership(policies_dir())
EIGHT = ("INTERPOL", "AFRIPOL", "AIMC", "AMERIPOL", "ASEANAPOL", "EUROPOL", "FRONTEX", "GCCPOL")
IN_2026 = datetime(2026, 1, 1, tzinfo=UTC)


def entity(code: str) -> Entity:
    """Return an entity of the shipped membership."""
    found = MEMBERSHIP.entity(code)
    assert found is not None
    return found


def write(folder: Path, name: str, old: str = "", new: str = "") -> None:
    """Write a shipped membership file into a folder, with one piece of text changed."""
    text = (policies_dir() / "membership" / name).read_text(encoding="utf-8")
    assert old in text
    (folder / "membership").mkdir(exist_ok=True)
    (folder / "membership" / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def load_changed(folder: Path, old: str, new: str) -> Membership:
    """Load the shipped membership with one piece of text changed."""
    write(folder, "dialogue@2.yaml", old, new)
    return load_membership(folder)


def test_everybody_is_at_the_table() -> None:
    """Eight members with INTERPOL, two observers, two guests; thirteen delegations (domain.md 1.2)."""
    assert MEMBERSHIP.members_at(IN_2026) == EIGHT
    assert quorum_of(len(EIGHT)) == 5
    assert MEMBERSHIP.with_status_at(IN_2026, ParticipationStatus.OBSERVER) == ("SCO", "UNODC")
    assert MEMBERSHIP.with_status_at(IN_2026, ParticipationStatus.GUEST) == ("ECO", "CARICOM_IMPACS")
    assert sum(len(each.delegations) for each in MEMBERSHIP.entities) == 13
    assert len(MEMBERSHIP.zones) == 13


def test_without_one_line_interpol_is_no_member(tmp_path: Path) -> None:
    """Seven members and a quorum of four (domain.md R1-7)."""
    text = (policies_dir() / "membership" / "dialogue@2.yaml").read_text(encoding="utf-8")
    (line,) = (each for each in text.splitlines(keepends=True) if each.startswith("    statuses: [{status: member"))

    membership = load_changed(tmp_path, line, "")

    assert membership.members_at(IN_2026) == EIGHT[1:]
    assert quorum_of(len(EIGHT[1:])) == 4
    assert membership.convenor == "INTERPOL"


def test_statuses_begin_at_midnight_in_paris() -> None:
    """Frontex was an observer in May 2017 and is a member since 12 June 2019, 00:00 in Paris (R1-1, DD-6)."""
    frontex = entity("FRONTEX")

    assert frontex.status_at(datetime(2017, 5, 2, 21, 59, 59, tzinfo=UTC)) is None
    assert frontex.status_at(datetime(2017, 5, 2, 22, tzinfo=UTC)) is ParticipationStatus.OBSERVER
    assert frontex.status_at(datetime(2019, 6, 11, 21, 59, 59, tzinfo=UTC)) is ParticipationStatus.OBSERVER
    assert frontex.status_at(datetime(2019, 6, 11, 22, tzinfo=UTC)) is ParticipationStatus.MEMBER


def test_one_entity_sends_two_delegations() -> None:
    """SCO has one seat and two bodies, each with its place, zone and head (R1-2)."""
    sco = entity("SCO")

    assert [(each.code, each.seat, each.zone, each.head_title) for each in sco.delegations] == [
        ("SCO_SECRETARIAT", "Beijing", "Asia/Shanghai", "Secretary-General"),
        ("SCO_RATS_EC", "Tashkent", "Asia/Tashkent", "Director of the Executive Committee"),
    ]
    assert sco.names["ru"] == "Шанхайская организация сотрудничества (ШОС)"


def test_every_fact_keeps_its_source_and_confidence() -> None:
    """Names, heads, seats and statuses tell where they come from and how sure they are."""
    for each in MEMBERSHIP.entities:
        assert each.bases.keys() == {"names", "head"}
        for delegation in each.delegations:
            assert delegation.bases.keys() == {"names", "head", "seat"}
        assert all(status.source and status.confidence for status in each.statuses)
    assert entity("UNODC").delegations[0].bases["seat"] == Basis(source="well known", confidence="knowledge")
    assert entity("FRONTEX").statuses[-1].confidence == "stated"


def test_the_membership_survives_json_with_its_digest() -> None:
    """A cycle pins the very content it was convened under."""
    assert from_json(Membership, to_json(MEMBERSHIP)) == MEMBERSHIP
    assert len(MEMBERSHIP.digest) == 64


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("zone: Africa/Algiers", "zone: Africa/Algier", "zone: 'Africa/Algier' is not a zone of"),
        ("{status: member, since: 2016-03-15", "{status: king, since: 2016-03-15", 'statuses[0].status: found "king"'),
        ("since: 2016-03-15", "since: 2016-3-15", 'statuses[0].since: found "2016-3-15"; should be a date'),
        ("confidence: knowledge", "confidence: sure", "names.confidence: found \"sure\"; should be 'stated'"),
        ("since: 2019-06-12", "since: 2016-03-15", "entities.FRONTEX: what holds since a date is out of order"),
        ("    seat: {place: Lyon", "    sear: {place: Lyon", "sear: this key is not known; did you mean seat?"),
        ("    delegations:\n", "    delegation:\n", "delegation: this key is not known; did you mean delegations?"),
        ("SCO_RATS_EC:", "ECO:", "entities.SCO.delegations.ECO: an entity has this code;"),
        ("convenor: INTERPOL", "convenor: UN", "convenor: UN is none of the entities; name one of INTERPOL, AFRIPOL"),
        ("version: 2", "version: 3", "version: this is dialogue@3 in a file named dialogue@2.yaml; give"),
        ("  UNODC:", "  unodc:", 'entities.unodc: found "unodc"; should be a code in capitals, like EUROPOL'),
    ],
)
def test_a_fault_is_one_sentence_with_its_key(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """The sentence says where, what is wrong, and what would be right."""
    with pytest.raises(PolicyError) as caught:
        load_changed(tmp_path, old, new)

    assert sentence in "\n".join(str(each) for each in caught.value.all)


def test_an_entity_has_a_seat_or_delegations(tmp_path: Path) -> None:
    """One without either has no place to be written to."""
    seat = "    seat: {place: Vienna, zone: Europe/Vienna, source: well known, confidence: knowledge}\n"

    with pytest.raises(PolicyError, match=r"entities\.UNODC: an entity has one seat, or several delegations"):
        load_changed(tmp_path, seat, "")


def test_the_bodies_have_their_charters() -> None:
    """Three bodies, each with its procedure; the working groups report to the Dialogue (domain.md 2)."""
    charters, content_digest = load_charters(policies_dir())

    assert [(each.code, each.procedure, each.chair_entity, each.report_to) for each in charters] == [
        ("dialogue", "high-level-dialogue@1", "INTERPOL", None),
        ("wg-sc", "wg-sc@1", "INTERPOL", "dialogue"),
        ("wg-fa", "wg-fa@1", "INTERPOL", "dialogue"),
    ]
    assert charters[1].names["fr"] == "Groupe de travail permanent sur la coordination stratégique"
    assert set(charters[1].tasks) == {"SC-1", "SC-2", "SC-3a", "SC-3b", "SC-4", "SC-5", "SC-6"}
    assert "SC-6" in charters[2].tasks
    assert len(content_digest) == 64


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("report_to: dialogue", "report_to: summit", "wg-sc.report_to: summit is none of the other bodies; name"),
        ("report_to: dialogue", "report_to: wg-sc", "charters.wg-sc.report_to: wg-sc is none of the other bodies"),
        (
            "procedure: wg-sc@1",
            "procedure: wg-sc",
            'charters.wg-sc.procedure: found "wg-sc"; should be a name and a version, like wg-sc@1',
        ),
        ("version: 1", "version: 2", "version: this is version 2 in a file named bodies@1.yaml"),
    ],
)
def test_a_fault_of_the_bodies_is_one_sentence(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    """The sentence says where, what is wrong, and what would be right."""
    write(tmp_path, "bodies@1.yaml", old, new)

    with pytest.raises(PolicyError) as caught:
        load_charters(tmp_path)

    assert sentence in "\n".join(str(each) for each in caught.value.all)
