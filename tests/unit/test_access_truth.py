"""The access policy and its truth table say the same, in both directions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest

import services.domain
from services.access.decision import DEFAULT_DENY, AccessDecision, AccessPolicy
from services.access.request import ResourceKind
from services.domain.message import command_kind
from services.domain.register.state import Role
from tests.unit.truth_table import ACCESS, RELATIONS, ROLES, Circumstance, Row, TruthTable, circumstances, read_table

Answers = Mapping[Circumstance, AccessDecision]


@pytest.fixture(scope="module")
def policy() -> AccessPolicy:
    """The policy as shipped."""
    return AccessPolicy.load(ACCESS)


@pytest.fixture(scope="module")
def table() -> TruthTable:
    """The table as shipped."""
    return read_table()


@pytest.fixture(scope="module")
def answers(policy: AccessPolicy) -> Answers:
    """What the policy answers to every question there is."""
    asked = tuple(circumstances(policy.edition.actions))
    given: list[AccessDecision] = []
    for start in range(0, len(asked), 2000):
        given += policy.decide_all([question.request for question in asked[start : start + 2000]])
    return dict(zip(asked, given, strict=True))


def matching(rows: tuple[Row, ...], asked: Circumstance) -> list[Row]:
    """Return the rows that speak of a circumstance."""
    return [row for row in rows if row.speaks_of(asked)]


def test_no_question_ends_in_an_error(answers: Answers) -> None:
    """Every action is asked of what it applies to, so no answer is a diagnostic."""
    assert not [asked for asked, answer in answers.items() if answer.errors]


def test_table_and_policy_allow_the_same(table: TruthTable, answers: Answers) -> None:
    """Every row holds, and whatever no row allows is denied."""
    wrong = []
    for asked, answer in answers.items():
        forbidden = [row for row in matching(table.denied, asked) if row.rule != DEFAULT_DENY]
        is_allowed = bool(matching(table.allowed, asked)) and not forbidden
        if answer.allowed is not is_allowed:
            wrong.append((asked, answer.rules))
    assert not wrong, f"{len(wrong)} differ, such as {wrong[:3]}"


def test_every_answer_rests_on_the_rules_of_its_rows(table: TruthTable, answers: Answers) -> None:
    """An allowed act cites the rules of its rows, a forbidden one those that forbid it, and no others."""
    wrong = []
    for asked, answer in answers.items():
        forbidding = {row.rule for row in matching(table.denied, asked)} - {DEFAULT_DENY}
        permitting = {row.rule for row in matching(table.allowed, asked)}
        if set(answer.rules) != (forbidding or permitting or {DEFAULT_DENY}):
            wrong.append((asked, answer.rules, forbidding, permitting))
    assert not wrong, f"{len(wrong)} differ, such as {wrong[:3]}"


def test_refusals_worth_reading_hold(table: TruthTable, answers: Answers) -> None:
    """What a row says is denied by default, no rule permits."""
    spelled_out = tuple(row for row in table.denied if row.rule == DEFAULT_DENY)
    assert not [asked for asked, answer in answers.items() if answer.allowed and matching(spelled_out, asked)]


def test_every_row_speaks_of_something(table: TruthTable, answers: Answers) -> None:
    """No row is idle: a misspelt role, status, action or circumstance would make one."""
    idle = [row for row in (*table.allowed, *table.denied) if not any(row.speaks_of(asked) for asked in answers)]
    assert not idle
    known = {"relation", "audience", "body", "key_lacks"}
    assert all(set(row.when) <= known for row in (*table.allowed, *table.denied))


def test_every_name_of_a_row_is_known(policy: AccessPolicy, table: TruthTable) -> None:
    """Roles, statuses and actions of every row exist."""
    for row in (*table.allowed, *table.denied):
        assert row.roles <= set(ROLES), row
        assert row.statuses <= {"member", "observer", "guest", "former", "none"}, row
        assert row.actions <= set(policy.edition.actions), row
        assert set(row.when.get("relation", ())) <= {name for names in RELATIONS.values() for name in names}, row


def test_every_rule_is_hit(policy: AccessPolicy, table: TruthTable, answers: Answers) -> None:
    """Every statement is the reason of some answer, and of some row."""
    hit = {rule for answer in answers.values() for rule in answer.rules}
    assert hit - {DEFAULT_DENY} == set(policy.edition.rules)
    assert {row.rule for row in (*table.allowed, *table.denied)} - {DEFAULT_DENY} == set(policy.edition.rules)


def test_every_action_has_rows_both_ways(policy: AccessPolicy, table: TruthTable) -> None:
    """There is a row that allows each action to somebody, and one that denies it."""
    actions = set(policy.edition.actions)
    assert {action for row in table.allowed for action in row.actions} == actions
    assert {action for row in table.denied for action in row.actions} == actions


def test_every_command_has_an_action(policy: AccessPolicy) -> None:
    """A command that may come from outside is an action, and an action that does not read is such a command."""
    kinds = {kind for noun in nouns_with_decider() for kind in outside_commands(noun)}
    acts = {name for name in policy.edition.actions if not name.startswith("read_")}
    assert not kinds - acts
    assert not acts - kinds - {"act_on_behalf", "waive"}


def nouns_with_decider() -> list[str]:
    """Return the nouns of the domain that decide."""
    folder = Path(next(iter(services.domain.__path__)))
    return sorted(path.parent.name for path in folder.glob("*/decider.py"))


def outside_commands(noun: str) -> set[str]:
    """Return the kinds of command that a noun takes from outside."""
    decider = import_module(f"services.domain.{noun}.decider").DECIDER
    return {command_kind(command) for command in decider.commands if command not in decider.internal}


def test_roles_of_policy_and_register_are_the_same(policy: AccessPolicy) -> None:
    """The register appoints to exactly the roles the policy knows, and the table asks about them all."""
    assert set(policy.edition.roles) == set(Role) == set(ROLES)


def test_the_table_asks_about_every_kind_of_thing() -> None:
    """No kind of resource is left out."""
    assert set(RELATIONS) == set(ResourceKind)


@pytest.mark.parametrize("name", sorted(path.name for path in ACCESS.glob("*.cedar")))
def test_statements_cite_the_domain(name: str, policy: AccessPolicy) -> None:
    """Every statement's sentence names a paragraph of domain.md."""
    rules = [rule for rule in policy.edition.rules.values() if rule.file == name]
    assert rules
    assert all(re.search(r"\(domain\.md [^)]+\)\.$", rule.sentence) for rule in rules)
