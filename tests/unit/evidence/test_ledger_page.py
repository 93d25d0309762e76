"""The ledger is one page that needs nothing else, in both languages."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import digimfg as dm
from digimfg.evidence.claims import Rule
from digimfg.evidence.page import render_ledger
from digimfg.evidence.places import Place, Places
from digimfg.evidence.verdicts import judge
from digimfg.glossary import glossary
from digimfg.paper.ledger import SUBJECT, ledger_of
from digimfg.project import Project

VOID = {"meta", "line", "circle", "br"}


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.loaded, self.words = [], [], [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.loaded += [values[name] for name in ("src",) if name in values]
        self.loaded += [values["href"]] if tag == "link" else []

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def read(page):
    reader = Reader()
    reader.feed(page)
    assert reader.open == []
    return reader


@pytest.fixture
def verdicts(claim, result):
    specifications = {"baseline": result(0.2, 0.05, 0.001), "controls": result(0.15, 0.08, 0.07)}
    claims = [*(each for each in dm.ledger() if not each.estimates), claim("X1")]
    return dm.verdict(claims, {"promotion": specifications})


PLACES = {
    "promotion": Places(
        panel="world",
        title=dm.Text("Promotion", "推动论"),
        by_specification={"baseline": (Place(exhibit="promotion_main", kind="table", column=1),)},
    )
}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_is_well_formed_loads_nothing_and_has_every_claim_once(verdicts, language):
    page = render_ledger(verdicts, language, PLACES)
    reader = read(page)
    ids = [each for each in reader.ids if each != "claims"]
    assert ids == [each.claim.id for each in verdicts.verdicts]
    assert reader.loaded == []
    assert "@import" not in page
    assert "url(" not in page


def test_a_verdict_opens_to_its_estimates_cells_data_and_rule(verdicts):
    page = render_ledger(verdicts, "en", PLACES)
    inside = page[page.index('id="X1"') :]
    for words in (
        "0.2000 (0.0500)", "promotion_main, column (1)", "panel world", "000000", "Share of robust estimates", "0.75",
        "Minimum detectable effect", "baseline (decides)", "<svg",
    ):  # fmt: skip
        assert words in inside, words
    audit = page[page.index('id="C28"') :]
    assert "8 / 17.3" in audit
    assert 'href="https://ssti.org' in audit


def test_the_page_is_in_one_language(verdicts):
    english = " ".join(read(render_ledger(verdicts, "en", PLACES)).words)
    chinese = " ".join(read(render_ledger(verdicts, "zh", PLACES)).words)
    assert "论断账本" not in english
    assert "Ledger of claims" not in chinese
    for word in ("Estimates", "Rule", "Audit", "needs", "not testable", "Observations"):
        assert word not in chinese, word


def test_the_same_verdicts_give_the_same_bytes(verdicts):
    assert render_ledger(verdicts, "en", PLACES) == render_ledger(verdicts, "en", PLACES)


def test_words_of_users_are_escaped(claim, result):
    wild = replace(claim("X<1>"), text=dm.Text("<script>alert(1)</script>", "<b>"))
    specifications = {name: result(0.2, 0.05, 0.001) for name in ("baseline", "r1")}
    page = render_ledger(dm.verdict([wild], {"promotion": specifications}), "en")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_changed_rule_stands_at_the_top():
    changed = replace(dm.ledger()[1], rule=Rule(alpha=0.3, procedure=1))
    page = render_ledger(dm.verdict([changed], {}), "en")
    assert "Rules changed after they were declared" in page[: page.index("<main")]
    assert "C02, rule.alpha: declared 0.05, now 0.3" in page
    clean = render_ledger(dm.verdict(dm.ledger()[:2], {}), "en")
    assert not re.search(r'<section class="changed">', clean)


def test_the_papers_own_ledger_says_of_what_its_claims_are_in_the_words_of_the_report(tmp_path):
    ledger = ledger_of(Project(tmp_path))
    recorded = [claim for claim in ledger.claims if not claim.estimates]
    judged = judge(recorded, {}, grounds=ledger.grounds)
    report = Path(__file__).parents[3] / "paper" / "report.md"
    for language in ("en", "zh"):
        said = SUBJECT.language(language)
        assert said in render_ledger(judged, language)
        assert said[:1].lower() + said[1:] in report.read_text(encoding="utf-8")
    assert SUBJECT.zh in {word.text.zh for word in glossary()}


def test_a_ledger_of_ones_own_is_not_called_the_papers(tmp_path):
    (tmp_path / "claims.toml").write_text("claims = []\n", encoding="utf-8")
    found = ledger_of(Project(tmp_path))
    assert found.claims == ()
    assert found.grounds.subject.en == ""
