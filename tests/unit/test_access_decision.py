"""The access policy as code: what is rejected at load, how questions are answered, and that errors deny."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import cedarpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.access.decision import DEFAULT_DENY, ERROR_IS_DENIAL, AccessPolicy
from services.access.edition import PolicyRejected
from services.access.request import NO_STATUS, AccessRequest, Principal, Resource, ResourceKind, principal_of
from services.domain.membership import ParticipationStatus
from services.domain.message import Actor
from tests.unit.truth_table import ACCESS, SCOPES, circumstances

POLICY = AccessPolicy.load(ACCESS)
HEAD = Principal(
    person="p-1",
    entity="FRONTEX",
    role="head_of_delegation",
    status="member",
    body="*",
    scopes=SCOPES,
    appointment="ap-1",
)
COORDINATOR = replace(HEAD, person="p-2", entity="INTERPOL", role="coordinator")
SILENCE = Resource(kind=ResourceKind.PROCEDURE, id="s-1", body="dialogue")
ITEM = Resource(kind=ResourceKind.ITEM, id="i-1", body="dialogue", owner="AIMC")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped policy, to be spoilt."""
    return Path(shutil.copytree(ACCESS, tmp_path / "access"))


def edit(path: Path, change: Callable[[str], str]) -> None:
    """Change a file."""
    path.write_text(change(path.read_text("utf-8")), "utf-8")


def test_a_permission_names_its_rule_and_policy() -> None:
    """What was decided can be explained later."""
    decision = POLICY.decide(HEAD, "object", SILENCE)

    assert decision.allowed
    assert decision.rules == ("member-speaks",)
    assert decision.policy_digest == POLICY.digest
    assert POLICY.edition.rules["member-speaks"].sentence.startswith("A member objects")
    assert POLICY.edition.rules["member-speaks"].file == "procedure.cedar"


def test_what_nothing_permits_is_denied() -> None:
    """By default, and by what forbids."""
    assert POLICY.decide(replace(HEAD, status="guest"), "object", SILENCE).rules == (DEFAULT_DENY,)
    assert POLICY.decide(replace(HEAD, status="former"), "object", SILENCE).rules == ("former-keeps-its-account",)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("fly", SILENCE),
        ("object", replace(SILENCE, kind=ResourceKind.CYCLE)),
        ("object", replace(SILENCE, body="\ud800")),
        ("object", replace(SILENCE, id="\ud800")),
        ("reads", ITEM),
    ],
)
def test_what_cannot_be_evaluated_is_denied(action: str, resource: Resource) -> None:
    """An unknown action, a thing it does not apply to, a value that is no text, a group instead of an action."""
    decision = POLICY.decide(COORDINATOR, action, resource)

    assert not decision.allowed
    assert decision.rules == (ERROR_IS_DENIAL,)
    assert decision.errors


def test_a_statement_that_fails_denies_even_what_another_permits(folder: Path) -> None:
    """Cedar skips what it cannot evaluate, were it a statement that forbids; the engine does not."""
    broken = '// It overflows (domain.md PS-01).\n@id("overflow")\nforbid (principal, action, resource)\n'
    broken += "when { 9223372036854775807 + 1 == 0 };\n"
    (folder / "broken.cedar").write_text(broken, "utf-8")
    policy = AccessPolicy.load(folder)
    request = AccessRequest(principal=HEAD, action="object", resource=SILENCE)
    alone = cedarpy.is_authorized(
        request.document,
        policy.edition.policies,
        [HEAD.document(policy.edition.roles), SILENCE.document],
        policy.edition.schema,
    )

    decision = policy.decide(HEAD, "object", SILENCE)

    assert "overflow" not in alone.diagnostics.id_annotations_by_reason.values()
    assert decision.rules == (ERROR_IS_DENIAL,)
    assert not decision.allowed


def test_the_name_of_a_group_is_no_role() -> None:
    """Claiming to be a group of roles gives none of its rights."""
    for name in ("lead", "delegate", "voice", "governor", "engine", ""):
        assert not POLICY.decide(replace(HEAD, role=name), "object", SILENCE).allowed
        assert not POLICY.decide(replace(COORDINATOR, role=name), "open_session", cycle()).allowed


def cycle() -> Resource:
    """Return a cycle."""
    return Resource(kind=ResourceKind.CYCLE, id="cycle/dialogue/9", body="dialogue")


def test_many_questions_at_once_get_the_answers_each_gets_alone() -> None:
    """One thing in two states, persons under two appointments, in any order."""
    asked = [question.request for question in circumstances(POLICY.edition.actions)][::97]

    assert POLICY.decide_all(asked) == tuple(POLICY.decide(r.principal, r.action, r.resource) for r in asked)
    assert POLICY.decide_all([]) == ()


def test_one_question_that_fails_leaves_the_others_answered() -> None:
    """An error denies where it occurs."""
    fine = AccessRequest(principal=HEAD, action="object", resource=SILENCE)

    answers = POLICY.decide_all([fine, replace(fine, action="fly"), fine])

    assert [answer.allowed for answer in answers] == [True, False, True]
    assert answers[1].rules == (ERROR_IS_DENIAL,)


def test_threads_share_a_policy() -> None:
    """Every thread gets its own answers."""
    asked = [question.request for question in circumstances(POLICY.edition.actions)][::211]
    alone = [POLICY.decide(r.principal, r.action, r.resource) for r in asked]

    with ThreadPoolExecutor(max_workers=8) as pool:
        together = list(pool.map(lambda r: POLICY.decide(r.principal, r.action, r.resource), asked))

    assert together == alone


def test_a_paper_act_needs_a_recorder_and_an_entity_that_could_act() -> None:
    """The coordinator records a member's objection, not a guest's; a head records nobody's."""
    recorded = POLICY.decide_on_behalf(COORDINATOR, "object", SILENCE, entity="AIMC", status="member")
    guests = POLICY.decide_on_behalf(COORDINATOR, "object", SILENCE, entity="ECO", status="guest")
    heads = POLICY.decide_on_behalf(HEAD, "object", SILENCE, entity="AIMC", status="member")

    assert recorded.allowed
    assert recorded.rules == ("coordinator-records-for-entity", "member-speaks")
    assert not guests.allowed
    assert not heads.allowed


def test_a_principal_is_an_actor_as_of_now() -> None:
    """No body is all bodies; no status is said so."""
    actor = Actor(person="p-1", entity="FRONTEX", role="alternate", appointment="ap-1", body="wg-fa")

    member = principal_of(actor=actor, status=ParticipationStatus.MEMBER, scopes=SCOPES)
    auditor = principal_of(actor=replace(actor, entity="", role="auditor", body=None), status=None, scopes=SCOPES)

    assert (member.status, member.body) == ("member", "wg-fa")
    assert (auditor.status, auditor.body) == (NO_STATUS, "*")


@given(
    st.builds(
        Principal,
        person=st.text(),
        entity=st.text(),
        role=st.text(),
        status=st.text(),
        body=st.text(),
        scopes=st.frozensets(st.text()),
        appointment=st.text(),
    ),
    st.sampled_from(sorted(POLICY.edition.actions)),
    st.builds(Resource, kind=st.sampled_from(ResourceKind), id=st.text(), body=st.text(), owner=st.text()),
)
def test_any_question_gets_an_answer_and_strangers_a_denial(
    principal: Principal, action: str, resource: Resource
) -> None:
    """Whatever stands in a question, the answer is a decision; without a known role and status, no."""
    assert not POLICY.decide(principal, action, resource).allowed


def test_the_digest_follows_every_file(folder: Path) -> None:
    """Any change makes another edition; the same files make the same one."""
    assert AccessPolicy.load(folder).digest == POLICY.digest
    edit(folder / "roles.json", lambda text: text + "\n")
    first = AccessPolicy.load(folder).digest
    edit(folder / "text.cedar", lambda text: text.replace("A member amends", "Any member amends"))

    assert len({POLICY.digest, first, AccessPolicy.load(folder).digest}) == 3


@pytest.mark.parametrize(
    ("file", "change", "said"),
    [
        ("text.cedar", lambda text: text.replace("principal.status", "principal.state"), "member-takes-position"),
        ("text.cedar", lambda text: text.replace('Action::"amend"', 'Action::"ammend"'), "ammend"),
        ("text.cedar", lambda text: text.replace('principal.status == "member"', "principal.status > 3"), "long"),
        ("text.cedar", lambda text: text.replace("permit (", "permit ((", 1), "unexpected token"),
        ("text.cedar", lambda text: text.replace('@id("lead-edits")\n', ""), "1 of 3 statements lack"),
        ("text.cedar", lambda text: text.replace('@id("lead-edits")', '@id("author-withdraws")'), "already"),
        ("schema.cedarschema", lambda text: text.replace("entity Role", "entity"), "unexpected token"),
        ("roles.json", lambda text: text.replace('"Role"', '"Rule"'), "no list of Cedar entities"),
        ("roles.json", lambda text: text[:-3], "no list of Cedar entities"),
    ],
)
def test_a_wrong_file_is_rejected_by_name_with_a_sentence(
    folder: Path, file: str, change: Callable[[str], str], said: str
) -> None:
    """Nothing is loaded unless every file is right."""
    edit(folder / file, change)

    with pytest.raises(PolicyRejected) as rejected:
        AccessPolicy.load(folder)

    assert rejected.value.file == file
    assert said.lower() in rejected.value.sentence.lower()


def test_a_missing_file_is_rejected(folder: Path, tmp_path: Path) -> None:
    """No statements, no schema, no roles: no policy."""
    (folder / "roles.json").unlink()
    with pytest.raises(PolicyRejected, match=r"roles\.json: cannot be read"):
        AccessPolicy.load(folder)
    with pytest.raises(PolicyRejected, match=r"no \.cedar file"):
        AccessPolicy.load(tmp_path)


@pytest.mark.parametrize("path", sorted(ACCESS.glob("*.cedar")), ids=lambda path: str(path.name))
def test_statements_are_in_the_canonical_layout(path: Path) -> None:
    """What the formatter gives is what stands there."""
    text = path.read_text("utf-8")

    assert cedarpy.format_policies(text, line_width=110, indent_width=2) == text
