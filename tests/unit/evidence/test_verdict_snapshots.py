"""Verdicts are stored with their rules: a rule changed after the fact is shown, whether or not it moved a verdict."""

import json
from dataclasses import replace

import pytest

import digimfg as dm
from digimfg.evidence.claims import Rule
from digimfg.evidence.rules import changed_rules, rule_of, rules_hash
from digimfg.evidence.snapshot import compare_verdicts, verdicts_record
from digimfg.exhibits import Evidence
from digimfg.files import canonical_json


@pytest.fixture
def evidence(claim, result):
    specifications = {"baseline": result(0.2, 0.09, 0.03), "r1": result(0.2, 0.09, 0.06)}
    return claim(), {"promotion": specifications}


def stored(verdicts):
    return json.loads(canonical_json(verdicts_record(verdicts)))


def test_the_same_rules_and_results_have_the_same_snapshot(evidence):
    claim, results = evidence
    first, second = (dm.verdict([claim], results) for _ in range(2))
    assert stored(first) == stored(second)
    assert compare_verdicts(stored(first), second).lines == ()


def test_a_rule_that_moves_a_verdict_is_shown_before_the_verdict(evidence):
    claim, results = evidence
    accepted = stored(dm.verdict([claim], results))
    assert accepted["verdicts"]["X1"]["status"] == "supported"
    stricter = replace(claim, rule=Rule(alpha=0.01, procedure=1))
    lines = [line.en for line in compare_verdicts(accepted, dm.verdict([stricter], results)).turned]
    assert lines[0] == "rule changed after the fact: X1, rule.alpha: declared 0.05, now 0.01"
    assert any("supported → mixed" in line for line in lines)


def test_a_rule_that_moves_nothing_is_shown_too_and_changes_the_hash(evidence):
    claim, results = evidence
    accepted = stored(dm.verdict([claim], results))
    laxer = replace(claim, rule=Rule(robust_alpha=0.2, procedure=1))
    found = dm.verdict([laxer], results)
    assert stored(found) != accepted
    assert found.rules_hash != accepted["rules_hash"]
    assert [line.en for line in compare_verdicts(accepted, found).turned] == [
        "rule changed after the fact: X1, rule.robust_alpha: declared 0.1, now 0.2"
    ]


def test_another_main_specification_smallest_effect_or_sign_is_a_changed_rule(evidence):
    claim, _ = evidence
    for change in (
        {"main": "r1"},
        {"smallest_effect": 0.2},
        {"sign": -1},
        {"robust": ("r1",)},
        {"validity": ("p",)},
    ):
        other = replace(claim, estimates=(replace(claim.estimates[0], **change),))
        changes = changed_rules([other], {"X1": rule_of(claim)})
        assert [each.field for each in changes] == [f"estimates[1].{next(iter(change))}"]
        assert rules_hash([other]) != rules_hash([claim])


def test_words_are_no_rule(evidence):
    claim, _ = evidence
    other = replace(claim, text=dm.Text("It pays well.", "很有益。"))
    assert rules_hash([other]) == rules_hash([claim])


def test_a_number_that_moved_is_named_with_both_values(evidence, result):
    claim, results = evidence
    accepted = stored(dm.verdict([claim], results))
    moved = {"promotion": results["promotion"] | {"r1": result(0.25, 0.09, 0.06)}}
    changes = compare_verdicts(accepted, dm.verdict([claim], moved))
    assert any("robust[1] · estimate: 0.2 → 0.25" in line.en for line in changes.lines)
    assert not changes.turned  # a number beneath a verdict that stands is no verdict that turned
    assert {each.path[:2] for each in changes.numbers} == {("verdicts", "X1")}


def test_a_claim_that_came_or_went_is_shown(evidence, claim):
    one, results = evidence
    accepted = stored(dm.verdict([one], results))
    lines = [line.en for line in compare_verdicts(accepted, dm.verdict([one, claim("X2")], results)).turned]
    assert any(line.startswith("X2: (absent) → ") for line in lines)


def test_the_table_says_that_a_rule_of_the_paper_was_changed():
    changed = replace(dm.ledger()[1], rule=Rule(alpha=0.3))
    table = dm.VerdictTable("v", verdicts=dm.verdict([changed], {})).build(Evidence())
    assert "Rule changed after it was declared: C02, rule.alpha: declared 0.05, now 0.3" in table.notes[0].en
    clean = dm.VerdictTable("v", verdicts=dm.verdict(dm.ledger()[:2], {})).build(Evidence())
    assert "changed" not in clean.notes[0].en
