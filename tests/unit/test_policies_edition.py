"""Editions, schemas, the check of a whole folder, and where the folder lies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from services.policies.edition import load_edition
from services.policies.fault import PolicyError
from services.policies.folder import policies_dir
from services.policies.schema import FORMS, check, schema, show
from services.policies.zone import TZDATA_RELEASE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the shipped membership, calendars and procedures, with an access policy beside them."""
    for name in ("membership", "calendars", "procedures"):
        shutil.copytree(policies_dir() / name, tmp_path / name)
    (tmp_path / "access").mkdir()
    (tmp_path / "access" / "roles.cedar").write_text("permit(principal, action, resource);\n")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    """Change one piece of text of a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_edition_is_everything_the_files_say() -> None:
    """Membership, charters, procedures by reference, and a digest of each file and of all."""
    edition = load_edition(policies_dir())

    assert set(edition.procedures) >= {"high-level-dialogue@1", "wg-sc@1", "wg-fa@1", "exercise@1"}
    assert [charter.code for charter in edition.charters] == ["dialogue", "wg-sc", "wg-fa"]
    assert edition.digests["membership/dialogue@2"] == edition.membership.digest
    assert edition.digests["procedures/exercise@1"] == edition.procedures["exercise@1"].digest
    assert edition == load_edition(policies_dir())


def test_a_comment_changes_no_digest_and_a_number_does(folder: Path) -> None:
    """Digests are of content, not of spelling."""
    shipped = load_edition(folder)
    path = folder / "procedures" / "wg-sc@1.yaml"

    path.write_text("# a remark\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_edition(folder).digest == shipped.digest

    change(path, "max_rounds: 3", "max_rounds: 4")
    assert load_edition(folder).digest != shipped.digest


def test_the_newest_membership_counts_and_every_version_of_a_procedure_is_kept(folder: Path) -> None:
    """Cycles pinned an older procedure; a body may name a newer one."""
    for kind, name, version in (("membership", "dialogue", 2), ("procedures", "wg-sc", 1)):
        old = folder / kind / f"{name}@{version}.yaml"
        new = folder / kind / f"{name}@10.yaml"
        text = old.read_text(encoding="utf-8").replace(f"version: {version}\n", "version: 10\n")
        new.write_text(text, encoding="utf-8")

    edition = load_edition(folder)

    assert "membership/dialogue@10" in edition.digests
    assert [each for each in edition.procedures if each.startswith("wg-sc")] == ["wg-sc@1", "wg-sc@10"]


def test_a_body_needs_a_procedure_and_a_chair_that_exist(folder: Path) -> None:
    """Both are named by reference, and the reference is checked."""
    bodies = folder / "membership" / "bodies@1.yaml"

    change(bodies, "procedure: wg-sc@1", "procedure: wg-sc@2")
    with pytest.raises(PolicyError, match=r"wg-sc\.procedure: there is no wg-sc@2; name one of exercise@1"):
        load_edition(folder)

    change(bodies, "procedure: wg-sc@2", "procedure: wg-sc@1")
    change(bodies, "chair_entity: INTERPOL", "chair_entity: UN")
    with pytest.raises(PolicyError, match=r"dialogue\.chair_entity: there is no UN; name one of AFRIPOL"):
        load_edition(folder)


def test_an_edition_needs_a_membership(tmp_path: Path) -> None:
    """An empty folder is no edition."""
    with pytest.raises(PolicyError, match=r"dialogue@1\.yaml:1: there is no such file; every edition has"):
        load_edition(tmp_path)


def test_the_shipped_policies_are_free_of_faults(folder: Path) -> None:
    """What ships, loads."""
    assert check(folder) == []


def test_a_check_tells_every_fault_of_every_file(folder: Path) -> None:
    """Faults of several files, and files that nobody reads, come in one answer."""
    change(folder / "procedures" / "exercise@1.yaml", "max_rounds: 3", "max_rounds: none")
    change(folder / "procedures" / "wg-fa@1.yaml", "extensions: 1", "extension: 1")
    change(folder / "membership" / "dialogue@2.yaml", "zone: Europe/Vienna", "zone: Europe/Wien")
    (folder / "procedures" / "notes.txt").write_text("x")
    (folder / "membership" / "plans@1.yaml").write_text("a: 1\n")

    told = [f"{Path(fault.file).name}: {fault.key}: {fault.problem}" for fault in check(folder)]
    database = f"the IANA database ({TZDATA_RELEASE})"

    assert told == [
        "notes.txt: : this is no name of a policy file",
        'exercise@1.yaml: silence.max_rounds: found "none"',
        "wg-fa@1.yaml: silence.extensions: this key is missing",
        "wg-fa@1.yaml: silence.extension: this key is not known",
        f"dialogue@2.yaml: entities.UNODC.seat.zone: 'Europe/Wien' is not a zone of {database}",
        "plans@1.yaml: : there is no plans among the membership files",
    ]


def test_a_check_looks_across_files(folder: Path) -> None:
    """Each file may be right and the edition wrong."""
    (folder / "procedures" / "wg-fa@1.yaml").unlink()

    assert [fault.key for fault in check(folder)] == ["charters.wg-fa.procedure"]


def test_access_policies_are_checked_by_who_knows_them(folder: Path) -> None:
    """They have to be there; what they say is for the checker given."""
    wrong = PolicyError(file="roles.cedar", line=1, key="", problem="permits everything", remedy="permit less")

    assert check(folder, lambda _path: [wrong]) == [wrong]

    shutil.rmtree(folder / "access")
    assert [fault.problem for fault in check(folder)] == ["there is no access policy"]


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_kind_of_file_has_a_schema(name: str) -> None:
    """Editors can check a file while it is written."""
    content = schema(name)

    assert content["$id"] == f"urn:dialogue:policies:{name}"
    assert content["additionalProperties"] is False
    assert content["properties"]


def test_the_overview_is_plain_data() -> None:
    """It tells who is at the table, since when, and the digests."""
    told = show(policies_dir())

    frontex = next(each for each in told["entities"] if each["code"] == "FRONTEX")
    assert frontex["zones"] == ["Europe/Warsaw"]
    assert frontex["statuses"][-1] == {"status": "member", "since": "2019-06-11T22:00:00Z"}
    assert told["edition"] == load_edition(policies_dir()).digest
    assert "exercise@1" in told["procedures"]
    assert [body["code"] for body in told["bodies"]] == ["dialogue", "wg-sc", "wg-fa"]


def test_the_folder_is_found_or_named(tmp_path: Path) -> None:
    """A folder asked for is taken if it is there; without one it is that of the wheel or the checkout."""
    assert policies_dir(tmp_path) == tmp_path
    assert (policies_dir() / "membership" / "dialogue@2.yaml").is_file()
    with pytest.raises(PolicyError, match="there is no such folder of policies; name a folder that holds membership/"):
        policies_dir(tmp_path / "nowhere")
