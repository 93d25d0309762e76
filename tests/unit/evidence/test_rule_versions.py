"""Rules are dated versions: what was declared cannot be edited, only amended, and both say what they say."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import AnalysisError
from digimfg.evidence.claims import Rule
from digimfg.evidence.rules import rule_of
from digimfg.evidence.version_table import RuleVersionTable
from digimfg.evidence.versions import add_versions, as_declared, read_versions, versions_content
from digimfg.exhibits import Evidence
from digimfg.files import canonical_json, sha256_bytes
from digimfg.paper.ledger import RULE_VERSIONS, grounds
from digimfg.paper.reading import DATA

SHIPPED = DATA / RULE_VERSIONS
REASON = dm.Text("why", "理由")


def test_version_1_is_what_was_declared_with_the_analyses():
    first = {
        claim: versions[0].rule
        for claim, versions in grounds().versions.items()
        if claim[3:] == "" and int(claim[1:]) <= 33
    }
    # The file that was committed with the analyses on 2026-11-23.
    assert (
        sha256_bytes(canonical_json(first).encode())
        == "72b39c3982bd6e62088ac7727e32e9679b8a00db2882b91d9883e5dfa399cf67"
    )
    assert {versions[0].date for claim, versions in grounds().versions.items() if claim in first} == {
        "2026-11-23"
    }


def test_every_claim_has_its_own_version_and_it_is_the_rule_that_decides():
    for claim in dm.ledger():
        versions = grounds().versions[claim.id]
        assert canonical_json(versions[-1].rule) == canonical_json(rule_of(claim)), claim.id
        assert all(each.reason.en and each.reason.zh for each in versions[1:]), claim.id


def test_version_1_never_says_that_no_estimate_was_seen():
    first = grounds().versions["C19"][0]
    assert first.estimate_known == "cannot be shown"
    assert "2026-11-23" in first.declared.en
    assert first.hash[:12] in first.declared.zh


@pytest.mark.parametrize("field", ["date", "estimate_known", "reason", "rule", "hash"])
def test_a_version_edited_in_place_is_refused(tmp_path, field):
    content = json.loads(SHIPPED.read_text(encoding="utf-8"))
    version = content["C19"][0]
    if field == "rule":
        version["rule"]["estimates"][0]["smallest_effect"] = 0.01
    else:
        version[field] = {
            "date": "2026-11-22",
            "estimate_known": "no",
            "reason": {"en": "x", "zh": "x"},
            "hash": "0",
        }[field]
    path = tmp_path / RULE_VERSIONS
    path.write_text(json.dumps(content), encoding="utf-8")
    with refused(AnalysisError, "evidence.version_edited", where="C19, version 1"):
        read_versions(path)


def test_a_change_becomes_the_next_version_and_the_earlier_stay_as_they_are(claim):
    one = claim()
    first = add_versions({}, [one], date="2026-01-01", estimate_known="no", reason=dm.Text("", ""))
    assert add_versions(first, [one], date="2026-01-02", estimate_known="no", reason=REASON) == first
    other = replace(one, rule=Rule(alpha=0.01))
    both = add_versions(first, [other], date="2026-01-02", estimate_known="yes", reason=REASON)
    assert both["X1"][0] == first["X1"][0]
    assert [each.version for each in both["X1"]] == [1, 2]
    assert as_declared(other, both["X1"][0]).rule == one.rule


def test_a_change_without_a_reason_or_before_the_last_one_is_refused(claim):
    first = add_versions({}, [claim()], date="2026-01-02", estimate_known="no", reason=dm.Text("", ""))
    other = [replace(claim(), rule=Rule(alpha=0.01))]
    with refused(AnalysisError, "evidence.no_reason_for_change"):
        add_versions(first, other, date="2026-01-03", estimate_known="yes", reason=dm.Text("", ""))
    for date in ("2026-01-01", "3 January"):
        with refused(AnalysisError, "evidence.versions_not_in_order"):
            add_versions(first, other, date=date, estimate_known="yes", reason=REASON)


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / RULE_VERSIONS
    path.write_text(versions_content(grounds().versions), encoding="utf-8")
    assert path.read_bytes() == SHIPPED.read_bytes()
    assert read_versions(path) == grounds().versions


def test_the_script_rewrites_nothing():
    script = Path(__file__).parents[3] / "scripts" / "declare_rules.py"
    before = SHIPPED.read_bytes()
    ran = subprocess.run(
        [sys.executable, script, "--date", "2099-01-01", "--estimate-known", "yes"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (0, "")
    assert SHIPPED.read_bytes() == before


def test_every_change_is_a_row_with_the_verdicts_before_and_after_and_the_reason():
    claims = [claim for claim in dm.ledger() if claim.id == "C02"]
    found = dm.verdict(claims, {})
    (row,) = RuleVersionTable("versions", verdicts=found).build(Evidence()).rows
    assert row.cells[:2] == ("C02", "1 → 2")
    assert [cell.en for cell in row.cells[2:4]] == [
        found["C02"].earlier[0].headline.en,
        found["C02"].headline.en,
    ]
    assert row.cells[4].zh
    changed = found["C02"].earlier[0]
    twice = replace(
        found["C02"], earlier=(changed, replace(changed, version=replace(changed.version, version=2)))
    )
    rows = RuleVersionTable("versions", verdicts=replace(found, verdicts=(twice,))).build(Evidence()).rows
    assert [each.cells[1] for each in rows] == ["1 → 2", "2 → 3"]


def test_manufacturing_bears_on_the_claims_on_manufacturing():
    claims = {claim.id: claim for claim in dm.ledger()}
    for name in ("C19", "C20"):
        assert "manufacturing" in {link.analysis for link in claims[name].estimates}
        assert grounds().versions[name][-1].estimate_known == "yes"
    described = {name: {link.analysis for link in claim.descriptions} for name, claim in claims.items()}
    assert "promotion_lead" in described["C19"]
    assert "transformation_mobility" in described["C20"]
    assert "fusion_structure" in described["C11"]
