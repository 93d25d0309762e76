"""The ledger holds the paper's 33 claims and refuses one that does not fit."""

from collections import Counter

import pytest

import digimfg as dm
from digimfg.errors import AnalysisError
from digimfg.evidence.ledger_file import DATA, needs
from digimfg.evidence.rules import changed_rules, declared_rules


def test_the_ledger_has_thirty_three_claims_in_order():
    assert [claim.id for claim in dm.ledger()] == [f"C{number:02d}" for number in range(1, 34)]


def test_every_claim_has_something_that_bears_on_it_or_says_what_is_missing():
    for claim in dm.ledger():
        assert claim.estimates or claim.facts or claim.records or claim.needs, claim.id
        assert claim.text.en
        assert claim.text.zh
        assert claim.layers
        assert claim.lines is not None


def test_claims_that_only_a_record_can_answer_have_a_record_or_need_a_review():
    recorded = [claim for claim in dm.ledger() if claim.testability == "D"]
    assert len(recorded) == 10
    assert [claim.id for claim in recorded if not claim.records and claim.needs != ("literature",)] == []


def test_every_register_bears_on_a_claim():
    used = {record.register for claim in dm.ledger() for record in claim.records}
    assert used == set(dm.list_registers()["register"])


def test_every_estimate_says_how_large_an_effect_would_matter_and_why():
    links = [link for claim in dm.ledger() for link in claim.estimates]
    assert links
    for link in links:
        assert link.smallest_effect > 0
        assert link.smallest_effect_reason.en != link.smallest_effect_reason.zh


def test_the_rules_are_those_that_were_declared():
    assert changed_rules(dm.ledger(), declared_rules()) == ()


def test_commands_that_bring_data_name_panels_of_the_command_line():
    commands = Counter(
        need.command.split(" ")[0:3] and need.command.split(" ")[0] for need in needs().values()
    )
    assert set(commands) == {"", "digimfg"}


def written(tmp_path, old="", new="", more=""):
    text = (DATA / "claims.toml").read_text(encoding="utf-8")
    if old:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "claims.toml"
    path.write_text(text + more, encoding="utf-8")
    return path


def test_claims_of_ones_own_are_read_from_the_same_form(tmp_path):
    assert dm.read_ledger(written(tmp_path)) == dm.ledger()


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('id = "C02"', 'id = "C01"', "'C01' twice"),
        ('kind = "forecast"', 'kind = "guess"', "forecast"),
        ('testability = "C"', 'testability = "E"', "'E'"),
        ('needs = ["long_series"]', 'needs = ["long_serie"]', "long_series"),
        ('name = "wave_durations"', 'name = "wave_duration"', "wave_durations"),
        ('section = "2.2"', 'sektion = "2.2"', "section"),
        ("alpha = 0.05 ", "alfa = 0.05 ", "alpha"),
        ("sign = 0", "sign = 2", "sign = 1, -1 or 0"),
        ('robust = ["*"]', 'robusts = ["*"]', "robust"),
        ("[[claims]]", "[[claims]", "TOML"),
    ],
)
def test_a_claim_that_does_not_fit_is_named(tmp_path, old, new, named):
    with pytest.raises(AnalysisError) as caught:
        dm.read_ledger(written(tmp_path, old, new))
    assert named in caught.value.message("en")


def test_a_claim_can_change_a_rule_for_itself(tmp_path):
    claims = dm.read_ledger(written(tmp_path, 'id = "C19"', 'id = "C19"\nrule = { alpha = 0.01 }'))
    rules = {claim.id: claim.rule.alpha for claim in claims}
    assert rules["C19"] == 0.01
    assert rules["C20"] == 0.05


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(AnalysisError, match="nowhere"):
        dm.read_ledger(tmp_path / "nowhere.toml")
