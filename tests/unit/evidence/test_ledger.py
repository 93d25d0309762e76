"""The ledger holds the paper's claims and refuses one that does not fit."""

from collections import Counter

import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import AnalysisError, Fault
from digimfg.evidence.ledger_file import needs
from digimfg.evidence.rules import changed_rules
from digimfg.paper.ledger import grounds
from digimfg.paper.reading import DATA


def test_claims_are_numbered_in_order_and_parts_of_a_claim_follow_it():
    names = [claim.id for claim in dm.ledger()]
    whole = [name for name in names if len(name) == 3]
    assert whole == [f"C{number:02d}" for number in range(1, len(whole) + 1)]
    assert names == sorted(names)
    for split in ("C05", "C21", "C29", "C33"):
        assert f"{split}b" in names


def test_a_claim_says_one_thing_and_stands_where_no_other_does():
    claims = dm.ledger()
    assert len({claim.text.zh for claim in claims}) == len({claim.text.en for claim in claims}) == len(claims)
    assert not any(a.id != b.id and a.text.zh in b.text.zh for a in claims for b in claims)


@pytest.mark.parametrize(
    ("line", "about"),
    [
        (9, "US policies"), (43, "weak core technology"), (67, "structural adjustment"), (180, "Kuhn"),
        (202, "differ"), (245, "negative entropy"), (253, "dominant design"), (262, "radiate"), (275, "quality"),
        (277, "United States"), (289, "policies"), (341, "artificial intelligence"), (382, "advantage in 5G"),
        (387, "attempt"), (405, "pays back late"), (640, "multiplying"), (704, "Talent"), (762, "Leading firms"),
        (29, "promotion"), (31, "fusion"), (34, "transformation"), (169, "sixth wave"), (286, "ecosystem"),
        (310, "strong in talent"), (782, "feeds back"),
    ],
)  # fmt: skip
def test_what_the_paper_asserts_has_a_claim(line, about):
    near = [claim for claim in dm.ledger() if claim.lines[0] - 1 <= line <= claim.lines[1] + 1]
    assert any(about in claim.text.en for claim in near), [claim.text.en for claim in near]


@pytest.mark.parametrize(
    ("claim", "kind"),
    [("C05", "fact"), ("C05c", "forecast"), ("C14", "causal"), ("C20", "causal"), ("C21", "fact"),
     ("C21b", "structural"), ("C33", "normative"), ("C33b", "causal")],
)  # fmt: skip
def test_a_claim_is_of_the_kind_that_its_words_are(claim, kind):
    assert {each.id: each.kind for each in dm.ledger()}[claim] == kind


def test_every_claim_has_something_that_bears_on_it_or_says_what_is_missing():
    for claim in dm.ledger():
        assert claim.estimates or claim.facts or claim.records or claim.needs, claim.id
        assert claim.text.en
        assert claim.text.zh
        assert claim.layers
        assert claim.lines is not None


def test_claims_that_only_a_record_can_answer_have_a_record_or_need_a_review():
    recorded = [claim for claim in dm.ledger() if claim.testability == "D"]
    assert recorded
    reviews = {("literature",), ("documents",)}
    assert [claim.id for claim in recorded if not claim.records and claim.needs not in reviews] == []


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
    assert (
        changed_rules(dm.ledger(), {claim: listed[-1].rule for claim, listed in grounds().versions.items()})
        == ()
    )


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
    ("old", "new", "kind"),
    [
        ('id = "C02"', 'id = "C01"', Fault.of("evidence.id_twice", id="C01")),
        ('kind = "forecast"', 'kind = "guess"', "file_forms.not_a_choice"),
        ('testability = "C"', 'testability = "E"', Fault.of("file_forms.not_a_choice", value="'E'")),
        ('needs = ["long_series"]', 'needs = ["long_serie"]', "evidence.not_among"),
        ('name = "wave_durations"', 'name = "wave_duration"', "evidence.not_among"),
        ('section = "2.2"', 'sektion = "2.2"', "file_forms.field_unknown"),
        ("alpha = 0.05 ", "alfa = 0.05 ", Fault.of("file_forms.field_unknown", near="alpha")),
        ("sign = -1", "sign = 2", "evidence.no_sign"),
        ('robust = ["size",', 'robusts = ["size",', Fault.of("file_forms.field_unknown", near="robust")),
        ("[[claims]]", "[[claims]", "file_forms.toml_invalid"),
    ],
)
def test_a_claim_that_does_not_fit_is_named(tmp_path, old, new, kind):
    with refused(AnalysisError, kind):
        dm.read_ledger(written(tmp_path, old, new))


def test_a_claim_can_change_a_rule_for_itself(tmp_path):
    claims = dm.read_ledger(written(tmp_path, 'id = "C18"', 'id = "C18"\nrule = { alpha = 0.01 }'))
    rules = {claim.id: claim.rule.alpha for claim in claims}
    assert rules["C18"] == 0.01
    assert rules["C20"] == 0.05


def test_a_missing_file_is_named(tmp_path):
    with refused(AnalysisError, "file_forms.file_not_there", where="nowhere"):
        dm.read_ledger(tmp_path / "nowhere.toml")


PAPER = "摘要:\n数字经济 与\n\n制造业融合\n数字经济\n"
OWN = """paper = "paper.txt"
[[claims]]
id = "X1"
section = "1"
lines = {lines}
text = "{text}"
en = "They fuse."
kind = "causal"
testability = "D"
layers = ["technology"]
needs = ["literature"]
"""


@pytest.mark.parametrize(
    ("lines", "text", "kind", "facts"),
    [
        ("[2, 4]", "数字经济与制造业融合", None, {}),
        ("[2, 3]", "数字经济与制造业融合", "words_on_other_lines", {"listed": "[2, 4]"}),
        ("[1, 4]", "数字经济与制造业融合", "words_on_other_lines", {"listed": "[2, 4]"}),
        ("[3, 4]", "数字经济", "words_on_other_lines", {"listed": "[2, 2] / [5, 5]"}),
        ("[2, 4]", "数字经济与制造业的融合", "words_not_in_paper", {"id": "X1"}),
        ("[4, 2]", "数字经济与制造业融合", "lines_not_in_order", {"first": 4, "last": 2}),
        ("[0, 2]", "数字经济与制造业融合", "lines_not_in_order", {"first": 0, "last": 2}),
        ("[90, 99]", "数字经济与制造业融合", "words_on_other_lines", {"listed": "[2, 4]"}),
    ],
)
def test_a_claim_whose_lines_do_not_hold_its_text_is_refused(tmp_path, lines, text, kind, facts):
    (tmp_path / "paper.txt").write_text(PAPER, encoding="utf-8")
    path = tmp_path / "claims.toml"
    path.write_text(OWN.format(lines=lines, text=text), encoding="utf-8")
    if kind is None:
        assert dm.read_ledger(path)[0].lines == (2, 4)
        return
    with refused(AnalysisError, f"evidence.{kind}", where="claims.toml", **facts):
        dm.read_ledger(path)


def test_the_papers_text_must_be_there(tmp_path):
    with refused(AnalysisError, "evidence.paper_not_in_utf8", where="nowhere"):
        dm.read_ledger(written(tmp_path), paper=tmp_path / "nowhere.txt")
